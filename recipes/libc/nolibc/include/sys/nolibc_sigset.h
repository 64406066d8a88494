#ifndef NOLIBC_SIGSET_H
#define NOLIBC_SIGSET_H

/* A type that several headers have, in the layout of the system calls. */

typedef unsigned long sigset_t;

#endif
