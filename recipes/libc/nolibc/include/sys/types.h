#ifndef SYS_TYPES_OF_NOLIBC_H
#define SYS_TYPES_OF_NOLIBC_H

/* POSIX. */

#define __need_size_t
#include <stddef.h>

#include <sys/nolibc_time.h>

#ifndef NOLIBC_OFF_T
#define NOLIBC_OFF_T
typedef long off_t;
#endif
#ifndef NOLIBC_SSIZE_T
#define NOLIBC_SSIZE_T
typedef long ssize_t;
#endif
typedef int pid_t;
typedef unsigned uid_t;
typedef unsigned gid_t;
typedef unsigned mode_t;
typedef unsigned useconds_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef unsigned nlink_t;
typedef int blksize_t;
typedef long blkcnt_t;

#endif
