// The table and the content of the boot error region
// Places: 4
@ include @
@@
  #include "hw/arm/virt-ras.h"
+ #include "hw/arm/virt-bert.h"

@ table @
symbol vms, tables, tables_blob, table_offsets;
@@
  if (virt_ras_enabled(vms)) {
      acpi_add_table(table_offsets, tables_blob);
      virt_ras_build_hest(vms, tables);
  }
+ if (virt_bert_enabled(vms)) {
+     acpi_add_table(table_offsets, tables_blob);
+     virt_bert_build(vms, tables);
+ }

@ check @
symbol vms;
@@
+ virt_bert_check(vms, &error_fatal);
+
  if (!vms->fw_cfg) {
      trace_virt_acpi_setup();
      return;
  }

@ setup @
expression vms, blob;
@@
  virt_ras_setup(vms, blob);
+ virt_bert_setup(vms);
