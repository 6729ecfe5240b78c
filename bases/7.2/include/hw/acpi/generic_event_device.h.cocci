// The GED event for a hardware error, and the device that it notifies
// Places: 2
@@
@@
  #define ACPI_POWER_BUTTON_DEVICE "PWRB"
+ #define ACPI_ERROR_DEVICE "HERR"

@@
@@
  #define ACPI_GED_NVDIMM_HOTPLUG_EVT 0x4
+ #define ACPI_GED_ERROR_EVT         0x20
