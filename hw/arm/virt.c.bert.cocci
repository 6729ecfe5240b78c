// The machine property bert
// Places: 2
@ include @
@@
  #include "hw/arm/virt.h"
+ #include "hw/arm/virt-bert.h"

@ property @
expression oc, get, set;
@@
+ virt_bert_add_property(oc);
+
  object_class_property_add_bool(oc, "mte", get, set);
