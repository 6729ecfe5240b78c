// What QEMU 7.2 lacks of what our files call.
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

// Whether a PCI device is switched on
@ power @
expression d;
@@
- d->pci->enabled
+ d->pci->has_power

// A reset doesn't say yet what it is for
@ reset_type @
identifier type;
@@
- type == RESET_TYPE_SNAPSHOT_LOAD
+ reset_loads_snapshot()
