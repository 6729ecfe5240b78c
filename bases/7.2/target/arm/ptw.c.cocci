// An external abort on a page table walk knows the address that failed
// Places: 2
@@
expression fi;
symbol ptw;
@@
  fi->type = ARMFault_SyncExternalOnWalk;
+ fi->paddr = ptw->out_phys;
