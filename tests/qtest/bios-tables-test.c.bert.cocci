// A case for the tables of a virt machine with bert=on
// Places: 4
@ include @
@@
  #include "acpi-hest.h"
+ #include "acpi-bert.h"

@ sanitize @
identifier data;
@@
  acpi_sanitize_hest(data->tables);
+ acpi_sanitize_bert(data->tables);

@ new_case @
typedef test_data;
identifier topology =~ "^test_acpi_aarch64_virt_tcg_topology$";
@@
+ static void test_acpi_aarch64_virt_tcg_bert(void)
+ {
+     test_data data = {
+         .machine = "virt",
+         .arch = "aarch64",
+         .variant = ".ras",
+         .machine_param = ",ras=on,bert=on",
+         .tcg_only = true,
+         .uefi_fl1 = "pc-bios/edk2-aarch64-code.fd",
+         .uefi_fl2 = "pc-bios/edk2-arm-vars.fd",
+         .cd = "tests/data/uefi-boot-images/bios-tables-test.aarch64.iso.qcow2",
+         .ram_start = 0x40000000ULL,
+         .scan_len = 128ULL * 1024 * 1024,
+     };
+
+     test_acpi_one("-cpu cortex-a57", &data);
+     free_test_data(&data);
+ }
+
  static void topology(...)
  {
  ...
  }

@ registration @
identifier pxb =~ "^test_acpi_aarch64_virt_tcg_pxb$";
expression path;
@@
  qtest_add_func(path, pxb);
+ qtest_add_func("acpi/virt/bert", test_acpi_aarch64_virt_tcg_bert);
