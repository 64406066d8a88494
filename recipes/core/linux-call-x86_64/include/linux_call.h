#ifndef LINUX_CALL_H
#define LINUX_CALL_H

/*
 * System calls of Linux on x86_64 (System V ABI supplement, "Linux Conventions"). The result is the kernel's:
 * from -4095 to -1 an error number, negated. Context: any.
 */

enum linux_call_number {
	LINUX_READ = 0,
	LINUX_WRITE = 1,
	LINUX_CLOSE = 3,
	LINUX_MMAP = 9,
	LINUX_MPROTECT = 10,
	LINUX_RT_SIGACTION = 13,
	LINUX_RT_SIGPROCMASK = 14,
	LINUX_IOCTL = 16,
	LINUX_WRITEV = 20,
	LINUX_GETPID = 39,
	LINUX_SOCKET = 41,
	LINUX_CONNECT = 42,
	LINUX_SENDMSG = 46,
	LINUX_RECVMSG = 47,
	LINUX_SHUTDOWN = 48,
	LINUX_BIND = 49,
	LINUX_LISTEN = 50,
	LINUX_GETSOCKNAME = 51,
	LINUX_GETPEERNAME = 52,
	LINUX_SETSOCKOPT = 54,
	LINUX_GETSOCKOPT = 55,
	LINUX_KILL = 62,
	LINUX_FCNTL = 72,
	LINUX_SIGALTSTACK = 131,
	LINUX_ARCH_PRCTL = 158,
	LINUX_CLOCK_GETTIME = 228,
	LINUX_EXIT_GROUP = 231,
	LINUX_EPOLL_CTL = 233,
	LINUX_OPENAT = 257,
	LINUX_PPOLL = 271,
	LINUX_EPOLL_PWAIT = 281,
	LINUX_ACCEPT4 = 288,
	LINUX_EPOLL_CREATE1 = 291,
	LINUX_GETRANDOM = 318,
};

enum { LINUX_EINTR = 4, LINUX_EFAULT = 14 };

/* Bytes of the largest page that a kernel may have; each smaller one divides it. */
enum { LINUX_LARGEST_PAGE = 4096 };

static inline long linux_call(enum linux_call_number number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	long result = number;
	__asm__ volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
	return result;
}

/* The same with six arguments. */
static inline long linux_call_6(enum linux_call_number number, long a, long b, long c, long d, long e, long f)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	register long sixth __asm__("r9") = f;
	long result = number;
	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
			 : "rcx", "r11", "memory");
	return result;
}

#endif
