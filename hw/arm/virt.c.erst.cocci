// The machine gives an acpi-erst device its place
// Places: 4
@ include @
@@
  #include "hw/arm/virt.h"
+ #include "hw/arm/virt-erst.h"

@ pre_plug @
identifier pre_plug =~ "^virt_machine_device_pre_plug_cb$";
identifier handler, dev, errp, vms;
typedef VirtMachineState, HotplugHandler, DeviceState, Error;
@@
  pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
  {
  VirtMachineState *vms = VIRT_MACHINE(handler);
+
+ if (!virt_erst_pre_plug(dev, errp)) {
+     return;
+ }
  ...
  }

@ plug @
identifier plug =~ "^virt_machine_device_plug_cb$";
identifier handler, dev, errp, vms;
typedef VirtMachineState, HotplugHandler, DeviceState, Error;
@@
  plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
  {
  VirtMachineState *vms = VIRT_MACHINE(handler);
+
+ if (!virt_erst_plug(dev, errp)) {
+     return;
+ }
  ...
  }

@ handler @
identifier get =~ "^virt_machine_get_hotplug_handler$";
expression mc, dev;
@@
  get(...)
  {
  <...
- device_is_dynamic_sysbus(mc, dev)
+ device_is_dynamic_sysbus(mc, dev) || virt_is_erst(dev)
  ...>
  }
