// An external abort knows the address that failed
// Places: 1
@@
identifier fi, physaddr, response;
typedef hwaddr;
@@
  arm_cpu_do_transaction_failed(..., hwaddr physaddr, ..., MemTxResult response, ...)
  {
  ...
  fi.ea = arm_extabort_type(response);
+ fi.paddr = physaddr;
  ...
  }
