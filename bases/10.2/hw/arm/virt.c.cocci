// Who notifies the guest is told so by no global list
// Places: 2
@ function @
identifier notify =~ "^virt_generic_error_req$";
@@
- static void notify(...) { ... }

@ registration @
symbol vms;
@@
- vms->generic_error_notifier.notify = virt_generic_error_req;
- notifier_list_add(&acpi_generic_error_notifiers,
-                   &vms->generic_error_notifier);
