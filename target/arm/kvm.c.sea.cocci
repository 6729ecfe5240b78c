// Aborts that the host's kernel makes nothing of are handled in kvm-ras.c
// Places: 1
@@
@@
  #include "kvm_arm.h"
+ #include "kvm-ras.h"
