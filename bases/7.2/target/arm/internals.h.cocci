// The address that an external abort failed at
// Places: 1
@@
@@
  struct ARMMMUFaultInfo {
  ...
  target_ulong s2addr;
+ hwaddr paddr;
  ...
  };
