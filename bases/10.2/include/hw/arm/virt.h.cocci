// Who notifies the guest is told so by no global list
// Places: 1
@@
@@
  struct VirtMachineState {
  ...
- Notifier generic_error_notifier;
  ...
  };
