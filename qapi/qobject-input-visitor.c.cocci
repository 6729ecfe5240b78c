// The name of an element is that of its list, with the index
// Places: 2
@@
typedef QObjectInputVisitor, QObject, Visitor;
@@
+ static const char *qobject_input_element_name(Visitor *v)
+ {
+     return full_name(to_qiv(v), NULL);
+ }
+
  static QObjectInputVisitor *qobject_input_visitor_base_new(QObject *obj)
  {
  ...
  }

@@
expression v;
@@
  v->visitor.policy_reject = qobject_input_policy_reject;
+ v->visitor.element_name = qobject_input_element_name;
