// What QEMU 7.2 lacks of what our files call.
@ reset @
expression qts;
@@
- qtest_system_reset(qts);
+ qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
+ qtest_qmp_eventwait(qts, "RESET");

@ reset_nowait @
expression qts;
@@
- qtest_system_reset_nowait(qts);
+ qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");

// Whoever has waited must not be waited for again
@ wait @
expression qts;
@@
- qtest_wait_qemu(qts);
+ while (qtest_probe_child(qts)) {
+     g_usleep(1000);
+ }

@ completion @
expression rs, prefix, text;
@@
- readline_add_completion_of(rs, prefix, text);
+ if (g_str_has_prefix(text, prefix)) {
+     readline_add_completion(rs, text);
+ }

// A test that plays the clock; here nobody sets it
@ set_clock @
identifier f =~ "^cpus_set_virtual_clock$";
@@
- void f(...) { ... }

@ env @
expression cs;
@@
- cpu_env(cs)
+ cs->env_ptr

@ decrementer @
expression cs;
@@
- cs->neg.icount_decr.u16.low
+ cs->icount_decr_ptr->u16.low

// Whether a PCI device is switched on
@ power @
expression d;
@@
- d->pci->enabled
+ d->pci->has_power
