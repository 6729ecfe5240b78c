// Leave what ras=on adds to the ACPI tables to virt-ras.c
// Places: 5
@ include @
@@
- #include "hw/acpi/ghes.h"
+ #include "hw/arm/virt-ras.h"

@ sources @
typedef AcpiNotificationSourceId;
identifier table =~ "^hest_ghes_notify";
@@
- static const AcpiNotificationSourceId table[] = { ... };

@ hest @
symbol vms, tables, table_offsets, tables_blob;
statement S;
@@
  build_dbg2(...);
- if (vms->ras) S
+ if (virt_ras_enabled(vms)) {
+     acpi_add_table(table_offsets, tables_blob);
+     virt_ras_build_hest(vms, tables);
+ }

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
