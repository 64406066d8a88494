#ifndef POLLERS_H
#define POLLERS_H

#include "wait.h"

/* Who waits in poll or select. They look at all their objects again whenever any object has changed. */
extern struct wait_queue polling_waiters;

#endif
