// A case for the tables of a machine with einj=on
// Places: 4
@ include @
@@
+ #include "acpi-einj.h"
  #include "acpi-hest.h"

@ sanitize @
identifier data;
@@
  acpi_sanitize_hest(data->tables);
+ acpi_sanitize_einj(data->tables);

@ new_case @
typedef test_data;
identifier ras =~ "^test_acpi_aarch64_virt_tcg_ras$";
@@
+ /* But for the EINJ itself the tables are those of ras=on alone */
+ static void test_acpi_aarch64_virt_tcg_einj(void)
+ {
+     test_data data = {
+         .machine = "virt",
+         .arch = "aarch64",
+         .variant = ".ras",
+         .machine_param = ",ras=on,einj=on",
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
  static void ras(...)
  {
  ...
  }

@ registration @
expression path;
identifier ras =~ "^test_acpi_aarch64_virt_tcg_ras$";
@@
  qtest_add_func(path, ras);
+ qtest_add_func("acpi/virt/einj", test_acpi_aarch64_virt_tcg_einj);
