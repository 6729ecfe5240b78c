// GED: notify the guest of a hardware error
// Places: 2
@ events @
identifier ged_events =~ "^ged_supported_events$";
@@
  const uint32_t ged_events[] = {
  ...,
  ACPI_GED_NVDIMM_HOTPLUG_EVT,
+ ACPI_GED_ERROR_EVT,
  };

@ send @
symbol s;
expression ev;
statement S1, S2;
@@
+ if (ev & ACPI_GENERIC_ERROR) {
+     s->ged_state.sel |= ACPI_GED_ERROR_EVT;
+     qemu_irq_pulse(s->irq);
+     return;
+ }
+
  if (ev & ACPI_MEMORY_HOTPLUG_STATUS) S1 else S2
