// The GED of a machine with ras=on has the error event
// Places: 1
@@
identifier event;
expression ms;
symbol vms;
statement S;
@@
  uint32_t event = ACPI_GED_PWR_DOWN_EVT;
  ... when any
  if (ms->ram_slots) S
+
+ if (vms->ras) {
+     event |= ACPI_GED_ERROR_EVT;
+ }
