#ifndef WATCHED_H
#define WATCHED_H

#include <stdint.h>

enum { IDLE_WATCHED_MOST = 8 };

/* The kernel's struct pollfd. */
struct idle_watched {
	int32_t descriptor;
	int16_t events, returned;
};

extern struct idle_watched idle_watched[IDLE_WATCHED_MOST];
extern unsigned idle_watched_count;

#endif
