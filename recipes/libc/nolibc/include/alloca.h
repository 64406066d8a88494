#ifndef ALLOCA_H
#define ALLOCA_H

/* Memory on the stack, until the function returns; nobody asks whether there is any. Context: any. */

#define alloca(size) __builtin_alloca(size)

#endif
