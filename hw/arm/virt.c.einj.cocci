// A device by which the guest injects errors, behind a property of its own
// Places: 5
@ include @
@@
  #include "hw/arm/virt.h"
+ #include "hw/arm/virt-einj.h"

@ create @
expression vms, v;
statement S;
@@
  if (<+... virt_is_acpi_enabled(v) ...+>) {
      vms->acpi_dev = create_acpi_ged(vms);
  } else S
+ virt_einj_create(vms, &error_fatal);

@ setter @
typedef bool, Object, Error;
identifier get =~ "^virt_get_ras$";
symbol obj, errp;
@@
+ static void virt_set_einj(Object *obj, bool value, Error **errp)
+ {
+     VIRT_MACHINE(obj)->einj = value;
+ }
+
  static bool get(Object *obj, Error **errp)
  { ... }

@ getter @
identifier set =~ "^virt_set_einj$";
@@
+ static bool virt_get_einj(Object *obj, Error **errp)
+ {
+     return VIRT_MACHINE(obj)->einj;
+ }
+
  static void set(Object *obj, bool value, Error **errp)
  { ... }

@ property @
expression oc, text;
@@
  object_class_property_set_description(oc, "ras", text);
+ object_class_property_add_bool(oc, "einj", virt_get_einj, virt_set_einj);
+ object_class_property_set_description(oc, "einj",
+                                       "Set on/off to let the guest inject errors");

@ init @
expression vms;
@@
  vms->ras = false;
+ vms->einj = false;
