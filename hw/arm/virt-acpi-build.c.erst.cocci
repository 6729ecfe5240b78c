// The place and the table of an acpi-erst device
// Places: 3
@ include @
@@
  #include "hw/acpi/tpm.h"
+ #include "hw/acpi/erst.h"
+ #include "hw/arm/virt-erst.h"

@ erst @
symbol vms, tables, tables_blob, table_offsets;
statement S;
@@
+ if (find_erst_dev()) {
+     acpi_add_table(table_offsets, tables_blob);
+     build_erst(tables_blob, tables->linker, find_erst_dev(), vms->oem_id,
+                vms->oem_table_id);
+ }
+
  if (vms->iommu == VIRT_IOMMU_VIRTIO) {
      ...
      build_viot(...);
  }

@ setup @
symbol vms;
@@
+ virt_erst_setup(&error_fatal);
+
  if (!vms->fw_cfg) {
      trace_virt_acpi_setup();
      return;
  }
