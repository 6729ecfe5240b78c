// How memory is lost on purpose is up to virt-poison.c
// Places: 2
@ include @
@@
  #include "hw/arm/virt-ras.h"
+ #include "hw/arm/virt-poison.h"

@ setup @
expression vms, blob;
@@
  virt_ras_setup(vms, blob);
+ virt_poison_setup(vms);
