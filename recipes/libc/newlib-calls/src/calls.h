#ifndef CALLS_H
#define CALLS_H

/*
 * From system calls (sys_calls.h: Linux's numbers, errors as negated values) to functions of C (the C library's own
 * numbers, errors by errno). Sources are split by who answers the calls, so that a program that never opens a file has
 * no file system.
 */

#include <sys/stat.h>

#include "sys_calls.h"

/* `result`, or -1 with errno set if it is an error. */
long calls_result(long result);

/* -1, with errno set to `error`, a number of the C library's. */
int calls_fail(int error);

/* The flags of open as sys_openat takes them. */
int calls_open_flags(int flags);

/* A file's status as the C library lays it out. */
void calls_status(struct stat *status, const struct sys_stat *from);

#endif
