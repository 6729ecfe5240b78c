// External aborts go to the exception level that EL3 and EL2 ask for
// Places: 1
@@
@@
  #include "internals.h"
+ #include "tcg-ras.h"
