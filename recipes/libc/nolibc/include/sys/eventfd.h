#ifndef SYS_EVENTFD_H
#define SYS_EVENTFD_H

/* Linux's eventfd(2). Context: thread. */

#include <stdint.h>

#define EFD_SEMAPHORE 1
#define EFD_NONBLOCK 04000
#define EFD_CLOEXEC 02000000

typedef uint64_t eventfd_t;

int eventfd(unsigned start, int flags);
int eventfd_read(int descriptor, eventfd_t *value);
int eventfd_write(int descriptor, eventfd_t value);

#endif
