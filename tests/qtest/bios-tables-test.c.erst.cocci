// A case for the tables of a virt machine with acpi-erst
// Places: 2
@ new_case @
typedef test_data;
identifier topology =~ "^test_acpi_aarch64_virt_tcg_topology$";
@@
+ static void test_acpi_aarch64_virt_tcg_erst(void)
+ {
+     test_data data = {
+         .machine = "virt",
+         .arch = "aarch64",
+         .tcg_only = true,
+         .uefi_fl1 = "pc-bios/edk2-aarch64-code.fd",
+         .uefi_fl2 = "pc-bios/edk2-arm-vars.fd",
+         .cd = "tests/data/uefi-boot-images/bios-tables-test.aarch64.iso.qcow2",
+         .ram_start = 0x40000000ULL,
+         .scan_len = 128ULL * 1024 * 1024,
+     };
+
+     char *args =
+         g_strconcat("-cpu cortex-a57 ",
+                     "-object memory-backend-ram,id=erst,size=64K ",
+                     "-device acpi-erst,memdev=erst", NULL);
+
+     test_acpi_one(args, &data);
+     g_free(args);
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
+ qtest_add_func("acpi/virt/erst", test_acpi_aarch64_virt_tcg_erst);
