#ifndef CALLS_H
#define CALLS_H

/*
 * From system calls (sys_calls.h: errors as negated values) to functions of C (errors by errno). Sources are split by who
 * answers the calls, so that a program that never opens a file has no file system. Context: thread.
 */

#include "sys_calls.h"

/* `result`, or -1 with errno set if it is an error of sys_errors.h. Each C library has its own, as it has its own numbers. */
long calls_result(long result);

#endif
