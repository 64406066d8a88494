#ifndef NOLIBC_TIME_H
#define NOLIBC_TIME_H

/* Types that several headers have, in the layout of the system calls. */

typedef long time_t;
typedef long suseconds_t;

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

#endif
