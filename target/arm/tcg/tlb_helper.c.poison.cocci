// An external abort for lost memory has a record
// Places: 2
@ include @
@@
  #include "external-abort.h"
+ #include "poison.h"

@ address @
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
