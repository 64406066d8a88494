#ifndef NOLIBC_SYSTEM_H
#define NOLIBC_SYSTEM_H

/* The result of a system call as C libraries give it: itself, or -1 with its error in errno. Context: thread. */
long nolibc_result(long result);

#endif
