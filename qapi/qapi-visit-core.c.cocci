// Errors about an element of a list name the list
// Places: 4
@@
typedef Visitor, uint64_t, Error, bool;
@@
+ static const char *error_name(Visitor *v, const char *name)
+ {
+     if (name) {
+         return name;
+     }
+     return v->element_name ? v->element_name(v) : "null";
+ }
+
  static bool visit_type_uintN(Visitor *v, uint64_t *obj, const char *name,
                               uint64_t max, const char *type, Error **errp)
  {
  ...
  }

@@
identifier n =~ "^name$";
@@
- n ? n : "null"
+ error_name(v, n)
