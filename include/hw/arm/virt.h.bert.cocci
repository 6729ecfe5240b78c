// Whether there is a boot error region, and its content
// Places: 1
@@
@@
  struct VirtMachineState {
  ...
  bool ras;
+ bool bert;
+ GArray *boot_errors;
  ...
  };
