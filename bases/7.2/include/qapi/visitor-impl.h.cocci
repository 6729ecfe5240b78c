// A visitor may know what an element of a list is called
// Places: 1
@@
typedef Visitor;
@@
  struct Visitor {
      ...
      bool (*policy_skip)(Visitor *v, const char *name, unsigned special_features);
+     /* Optional; for errors: a name for what is visited without one */
+     const char *(*element_name)(Visitor *v);
      ...
  };
