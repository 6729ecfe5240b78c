// Declare the HMP commands for ACPI error sources to the command tables
// Places: 1
@@
@@
  #include "monitor/hmp.h"
+ #include "hw/acpi/ghes-hmp-cmds.h"
