#ifndef SYS_TIME_H
#define SYS_TIME_H

/* POSIX. Context: thread. */

#include <sys/nolibc_time.h>

int gettimeofday(struct timeval *restrict time, void *restrict zone);

#define timerclear(time) ((time)->tv_sec = (time)->tv_usec = 0)
#define timerisset(time) ((time)->tv_sec || (time)->tv_usec)

#endif
