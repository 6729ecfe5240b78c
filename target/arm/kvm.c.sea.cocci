// Aborts that the host's kernel makes nothing of are handled in kvm-sea.c
// Places: 2
@ header @
@@
  #include "kvm_arm.h"
+ #include "kvm-ras.h"

@ init @
identifier f =~ "^kvm_arch_init$";
identifier s;
expression mp_state;
@@
  f(..., KVMState *s)
  {
  <...
  mp_state = kvm_check_extension(s, KVM_CAP_MP_STATE);
+
+ if (kvm_check_extension(s, KVM_CAP_ARM_SEA_TO_USER)) {
+     if (kvm_vm_enable_cap(s, KVM_CAP_ARM_SEA_TO_USER, 0)) {
+         warn_report("KVM does not leave aborts of vCPUs to QEMU");
+     }
+ }
  ...>
  }
