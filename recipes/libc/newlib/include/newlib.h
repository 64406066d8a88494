#ifndef __NEWLIB_H__
#define __NEWLIB_H__ 1

/*
 * How newlib is configured: what its own build would find out and write here. A macro that is not defined is off.
 * Both the library and apps see this file, by way of its headers.
 */

#include <_newlib_version.h>

/* Every compiler that builds images has it; on aarch64 it is another type than double, on x86_64 too. */
#define _HAVE_LONG_DOUBLE 1

/* Formats as C99 has them. A long double is formatted as the double that is nearest. */
#define _WANT_IO_C99_FORMATS 1
#define _WANT_IO_LONG_LONG 1

/* One thread: no locks. */
#define __SINGLE_THREAD__ 1

/*
 * What only few programs use is apart from the data that every one has, and so are the standard streams: they need not
 * be in the file, for they begin as zeros.
 */
#define _WANT_REENT_SMALL 1
#define _WANT_REENT_GLOBAL_STDIO_STREAMS 1
#define _REENT_GLOBAL_ATEXIT 1

/* exit knows of handlers only where something registers one, and does not close what the end closes anyway. */
#define _LITE_EXIT 1

/* A stream knows whether it is one of wide characters; otherwise these would be written as they lie in memory. */
#define _WIDE_ORIENT 1

/* A seek within what is buffered stays there. */
#define _FSEEK_OPTIMIZATION 1

/* Functions of math tell by the value alone what went wrong, which C allows; errno would take code in each. */
#define _IEEE_LIBM 1

/* The processors have doubles, for which the newer exp, log and pow are made. A header that came first may have guessed. */
#undef __OBSOLETE_MATH
#define __OBSOLETE_MATH 0

/* The locale "C" alone, in which a character is a byte. */
#define _MB_LEN_MAX 1

/* read and write as POSIX has them. */
#define _READ_WRITE_RETURN_TYPE _ssize_t
#define _READ_WRITE_BUFSIZE_TYPE size_t

/* What posix/time has, so that <time.h> declares it. */
#define _POSIX_TIMERS 1
#define _POSIX_MONOTONIC_CLOCK 200112L
#define _POSIX_CPUTIME 200112L
#define _POSIX_THREAD_CPUTIME 200112L

#endif
