#ifndef ERRNO_H
#define ERRNO_H

/* ISO C11, section 7.5, and the one of POSIX that the heap sets. The numbers are Linux's. */

#define ENOMEM 12
#define EDOM 33
#define ERANGE 34
#define EILSEQ 84

extern int errno;
#define errno errno /* the standard wants a macro */

#endif
