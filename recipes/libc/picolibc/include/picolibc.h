#ifndef PICOLIBC_H
#define PICOLIBC_H

/*
 * How picolibc is configured: what its own build would find out and write here. A macro that is not defined is off.
 * Both the library and apps see this file, by way of its headers.
 */

#define _NEWLIB_VERSION "4.1.0"
#define __NEWLIB__ 4
#define __NEWLIB_MINOR__ 1
#define __NEWLIB_PATCHLEVEL__ 0
#define _PICOLIBC_VERSION "1.7.9"
#define _PICOLIBC__ 1
#define _PICOLIBC_MINOR__ 7
#define __PICOLIBC_VERSION__ "1.7.9"
#define __PICOLIBC__ 1
#define __PICOLIBC_MINOR__ 7
#define __PICOLIBC_PATCHLEVEL__ 9

/* Every compiler that builds images has these. */
#define _HAVE_ALIAS_ATTRIBUTE
#define _HAVE_ALLOC_SIZE
#define _HAVE_ATTRIBUTE_ALWAYS_INLINE
#define _HAVE_ATTRIBUTE_GNU_INLINE
#define _HAVE_BITFIELDS_IN_PACKED_STRUCTS
#define _HAVE_BUILTIN_ADD_OVERFLOW
#define _HAVE_BUILTIN_ALLOCA
#define _HAVE_BUILTIN_CTZ
#define _HAVE_BUILTIN_CTZL
#define _HAVE_BUILTIN_CTZLL
#define _HAVE_BUILTIN_EXPECT
#define _HAVE_BUILTIN_ISFINITE
#define _HAVE_BUILTIN_MUL_OVERFLOW
#define _HAVE_COMPLEX
#define _HAVE_FORMAT_ATTRIBUTE
#define _HAVE_LONG_DOUBLE
#define _HAVE_WEAK_ATTRIBUTE

/*
 * Stdio that writes right away what it formats, on files of read, write and lseek. Which of its formatters printf is,
 * with floats or without, is decided for each image (src/formats.c), so none of FORMAT_DEFAULT_* is on.
 */
#define TINY_STDIO
#define POSIX_IO
#define _WANT_IO_C99_FORMATS
#define _WANT_IO_LONG_LONG
#define _WANT_IO_POS_ARGS

/* Floats that are printed and read again are the same: 9 KiB of tables in images that format floats, but right. */
#define _IO_FLOAT_EXACT

/* One thread: no locks, and errno is an ordinary variable. */
#define __SINGLE_THREAD__
#define NEWLIB_GLOBAL_ERRNO

/* Functions of math tell by the value alone what went wrong, which C allows; errno would take code in each. */
#define _IEEE_LIBM

/* The processors have doubles, for which the newer exp, log and pow are made. */
#define __OBSOLETE_MATH_FLOAT 0
#define __OBSOLETE_MATH_DOUBLE 0

/* exit knows of handlers only where something registers one. */
#define _LITE_EXIT
#define _PICO_EXIT

/* The locale "C" alone, in which a character is a byte. */
#define _MB_LEN_MAX 1

/* What posix/time has, so that <time.h> declares it. */
#define _POSIX_TIMERS 1
#define _POSIX_MONOTONIC_CLOCK 200112L
#define _POSIX_CPUTIME 200112L
#define _POSIX_THREAD_CPUTIME 200112L

#endif
