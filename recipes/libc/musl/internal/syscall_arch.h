/*
 * A system call of musl is a call of the function whose address its number is (include/bits/syscall.h). With the number
 * known, and it is known nearly everywhere, the compiler makes a direct call of it.
 */

/* musl's own code waits without a limit, except for src/timedwait.c. */
extern char futex_forever[];
#undef SYS_futex
#define SYS_futex ((long)futex_forever)

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

static inline long __syscall0(long n)
{
	return ((long (*)(void))n)();
}

static inline long __syscall1(long n, long a)
{
	return ((long (*)(long))n)(a);
}

static inline long __syscall2(long n, long a, long b)
{
	return ((long (*)(long, long))n)(a, b);
}

static inline long __syscall3(long n, long a, long b, long c)
{
	return ((long (*)(long, long, long))n)(a, b, c);
}

static inline long __syscall4(long n, long a, long b, long c, long d)
{
	return ((long (*)(long, long, long, long))n)(a, b, c, d);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
	return ((long (*)(long, long, long, long, long))n)(a, b, c, d, e);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return ((long (*)(long, long, long, long, long, long))n)(a, b, c, d, e, f);
}
