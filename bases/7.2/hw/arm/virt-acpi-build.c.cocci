// Leave what ras=on adds to the ACPI tables to virt-ras.c
// Places: 6
@ include @
@@
- #include "hw/acpi/ghes.h"
+ #include "hw/arm/virt-ras.h"

@ dsdt @
expression scope;
symbol vms;
@@
  acpi_dsdt_add_power_button(scope);
+ if (virt_ras_enabled(vms)) {
+     virt_ras_dsdt_add(scope);
+ }

@ hest @
expression vms, tables, offsets, blob;
@@
- if (vms->ras) {
+ if (virt_ras_enabled(vms)) {
- build_ghes_error_table(tables->hardware_errors, ...);
  acpi_add_table(offsets, blob);
- acpi_build_hest(blob, ...);
+ virt_ras_build_hest(vms, tables);
  }

@ setup @
identifier state;
expression vms, tables;
@@
  if (vms->ras) {
-     assert(vms->acpi_dev);
-     state = ACPI_GED(vms->acpi_dev);
-     acpi_ghes_add_fw_cfg(&state->ghes_state, ..., tables.hardware_errors);
+     virt_ras_setup(vms, tables.hardware_errors);
  }

@ local @
identifier setup.state;
@@
- AcpiGedState *state;
