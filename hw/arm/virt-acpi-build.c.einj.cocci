// With einj=on the guest gets an EINJ, built by virt-einj.c
// Places: 3
@ include @
@@
  #include "hw/arm/virt-ras.h"
+ #include "hw/arm/virt-einj.h"

@ table @
expression vms, tables, offsets, blob;
@@
  if (virt_ras_enabled(vms)) {
  acpi_add_table(offsets, blob);
  virt_ras_build_hest(vms, tables);
  }
+ if (virt_einj_enabled(vms)) {
+     acpi_add_table(offsets, blob);
+     virt_einj_build(vms, tables);
+ }

@ setup @
symbol vms;
expression build_state;
@@
+ virt_einj_setup(vms);
+
  build_state->rsdp_mr = acpi_add_rom_blob(...);
