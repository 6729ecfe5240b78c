// Cases for the tables of a virt machine with error sources
// Places: 4
@ include @
@@
+ #include "acpi-bert.h"
+ #include "acpi-einj.h"
+ #include "acpi-hest.h"
  #include "acpi-utils.h"

@ sanitize @
identifier data;
@@
  test_acpi_fadt_table(data);
+ acpi_sanitize_hest(data->tables);
+ acpi_sanitize_bert(data->tables);
+ acpi_sanitize_einj(data->tables);

@ new_cases @
typedef test_data;
identifier topology =~ "^test_acpi_aarch64_virt_tcg_topology$";
@@
+ static void test_acpi_aarch64_virt_tcg_errors(const char *variant,
+                                               const char *machine_param,
+                                               const char *args)
+ {
+     test_data data = {
+         .machine = "virt",
+         .arch = "aarch64",
+         .variant = variant,
+         .machine_param = machine_param,
+         .tcg_only = true,
+         .uefi_fl1 = "pc-bios/edk2-aarch64-code.fd",
+         .uefi_fl2 = "pc-bios/edk2-arm-vars.fd",
+         .cd = "tests/data/uefi-boot-images/bios-tables-test.aarch64.iso.qcow2",
+         .ram_start = 0x40000000ULL,
+         .scan_len = 128ULL * 1024 * 1024,
+     };
+
+     test_acpi_one(args, &data);
+     free_test_data(&data);
+ }
+
+ /* Tables of ras=on are those of the case acpi/virt */
+ static void test_acpi_aarch64_virt_tcg_bert(void)
+ {
+     test_acpi_aarch64_virt_tcg_errors(".ras", ",ras=on,bert=on",
+                                       "-cpu cortex-a57");
+ }
+
+ /* The same for the EINJ */
+ static void test_acpi_aarch64_virt_tcg_einj(void)
+ {
+     test_acpi_aarch64_virt_tcg_errors(".ras", ",ras=on,einj=on",
+                                       "-cpu cortex-a57");
+ }
+
+ static void test_acpi_aarch64_virt_tcg_erst(void)
+ {
+     char *args =
+         g_strconcat("-cpu cortex-a57 ",
+                     "-object memory-backend-ram,id=erst,size=64K ",
+                     "-device acpi-erst,memdev=erst", NULL);
+
+     test_acpi_aarch64_virt_tcg_errors(".erst", NULL, args);
+     g_free(args);
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
+ qtest_add_func("acpi/virt/einj", test_acpi_aarch64_virt_tcg_einj);
+ qtest_add_func("acpi/virt/erst", test_acpi_aarch64_virt_tcg_erst);
