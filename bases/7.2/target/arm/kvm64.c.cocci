// The SIGBUS handler and its external abort live in kvm-ras.c
// Places: 3
@ include @
@@
- #include "hw/acpi/ghes.h"

@ sea @
identifier sea =~ "^kvm_inject_arm_sea$";
@@
- static void sea(...) { ... }

@ sigbus @
identifier sigbus =~ "^kvm_arch_on_sigbus_vcpu$";
@@
- void sigbus(...) { ... }
