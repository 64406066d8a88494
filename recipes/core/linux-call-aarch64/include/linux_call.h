#ifndef LINUX_CALL_H
#define LINUX_CALL_H

/*
 * System calls of Linux on aarch64 (numbers: the kernel's include/uapi/asm-generic/unistd.h). The result is the
 * kernel's: from -4095 to -1 an error number, negated. Context: any.
 */

enum linux_call_number {
	LINUX_EPOLL_CREATE1 = 20,
	LINUX_EPOLL_CTL = 21,
	LINUX_EPOLL_PWAIT = 22,
	LINUX_FCNTL = 25,
	LINUX_IOCTL = 29,
	LINUX_OPENAT = 56,
	LINUX_CLOSE = 57,
	LINUX_READ = 63,
	LINUX_WRITE = 64,
	LINUX_WRITEV = 66,
	LINUX_PPOLL = 73,
	LINUX_EXIT_GROUP = 94,
	LINUX_CLOCK_GETTIME = 113,
	LINUX_KILL = 129,
	LINUX_SIGALTSTACK = 132,
	LINUX_RT_SIGACTION = 134,
	LINUX_RT_SIGPROCMASK = 135,
	LINUX_GETPID = 172,
	LINUX_SOCKET = 198,
	LINUX_BIND = 200,
	LINUX_LISTEN = 201,
	LINUX_CONNECT = 203,
	LINUX_GETSOCKNAME = 204,
	LINUX_GETPEERNAME = 205,
	LINUX_SETSOCKOPT = 208,
	LINUX_GETSOCKOPT = 209,
	LINUX_SHUTDOWN = 210,
	LINUX_SENDMSG = 211,
	LINUX_RECVMSG = 212,
	LINUX_MMAP = 222,
	LINUX_MPROTECT = 226,
	LINUX_ACCEPT4 = 242,
	LINUX_GETRANDOM = 278,
};

enum { LINUX_EINTR = 4, LINUX_EFAULT = 14 };

/* Bytes of the largest page that a kernel may have; each smaller one divides it. */
enum { LINUX_LARGEST_PAGE = 65536 };

static inline long linux_call(enum linux_call_number number, long a, long b, long c, long d)
{
	register long which __asm__("x8") = number;
	register long result __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	__asm__ volatile("svc #0" : "+r"(result) : "r"(which), "r"(second), "r"(third), "r"(fourth) : "memory");
	return result;
}

/* The same with six arguments. */
static inline long linux_call_6(enum linux_call_number number, long a, long b, long c, long d, long e, long f)
{
	register long fifth __asm__("x4") = e;
	register long sixth __asm__("x5") = f;
	register long which __asm__("x8") = number;
	register long result __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	__asm__ volatile("svc #0"
			 : "+r"(result)
			 : "r"(which), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "memory");
	return result;
}

#endif
