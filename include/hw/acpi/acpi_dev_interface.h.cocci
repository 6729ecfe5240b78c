// The event that a hardware error waits in a GHES block
// Places: 1
@@
identifier power_down =~ "^ACPI_POWER_DOWN_STATUS$";
@@
  typedef enum {
  ...,
  power_down = 64,
+ ACPI_GENERIC_ERROR = 128,
  } AcpiEventStatusBits;
