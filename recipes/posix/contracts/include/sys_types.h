#ifndef SYS_TYPES_H
#define SYS_TYPES_H

/*
 * Layouts and flags of the system calls (sys_calls.h): those of Linux's generic ABI on both architectures. Where
 * Linux's x86_64 differs, the C library's own headers do too, and its recipe has the translation.
 */

#include <stddef.h>
#include <stdint.h>

struct sys_timespec {
	int64_t seconds;
	int64_t nanoseconds;
};

struct sys_timeval {
	int64_t seconds;
	int64_t microseconds;
};

struct sys_itimerval {
	struct sys_timeval interval, value;
};

struct sys_tms {
	int64_t user, system, children_user, children_system; /* hundredths of a second */
};

struct sys_rusage {
	struct sys_timeval user, system;
	int64_t maximum_resident_kib, unused[13];
};

struct sys_iovec {
	void *bytes;
	size_t size;
};

struct sys_stat {
	uint64_t device, inode;
	uint32_t mode, links, owner, group;
	uint64_t special_device, padding_1;
	int64_t size;
	int32_t block_size, padding_2;
	int64_t blocks; /* of 512 bytes */
	struct sys_timespec accessed, modified, changed;
	uint32_t padding_3[2];
};

struct sys_statfs {
	uint64_t type, block_size, blocks, blocks_free, blocks_available, files, files_free;
	int32_t identity[2];
	uint64_t name_length, fragment_size, flags, spare[4];
};

struct sys_dirent {
	uint64_t inode;
	int64_t offset; /* where the following entry is, for lseek */
	uint16_t size;  /* bytes to the following entry, a multiple of 8 */
	uint8_t type;
	char name[]; /* ended by NUL */
};

struct sys_pollfd {
	int32_t descriptor;
	int16_t events, returned;
};

/* Of epoll. Linux has it packed on x86_64, as it is on machines of 32 bits. */
struct sys_epoll_event {
	uint32_t events;
	uint64_t data;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
;
enum { SYS_EPOLL_CTL_ADD = 1, SYS_EPOLL_CTL_DEL, SYS_EPOLL_CTL_MOD };
#define SYS_EPOLLONESHOT 0x40000000u
#define SYS_EPOLLET 0x80000000u

#define SYS_EFD_SEMAPHORE 1

struct sys_rlimit {
	uint64_t current, maximum;
};

struct sys_utsname {
	char system[65], node[65], release[65], version[65], machine[65], domain[65];
};

struct sys_sysinfo {
	int64_t uptime_seconds;
	uint64_t loads[3], ram_bytes, ram_free, ram_shared, ram_buffered, swap_bytes, swap_free;
	uint16_t processes, padding;
	uint64_t high_bytes, high_free;
	uint32_t unit;
};

struct sys_sigaction {
	void (*handler)(int number);
	uint64_t flags;
	void (*restorer)(void);
	uint64_t mask;
};

struct sys_stack {
	void *start;
	int32_t flags;
	size_t size;
};

/* Modes of files. */
#define SYS_S_IFMT 0170000
#define SYS_S_IFSOCK 0140000
#define SYS_S_IFLNK 0120000
#define SYS_S_IFREG 0100000
#define SYS_S_IFBLK 0060000
#define SYS_S_IFDIR 0040000
#define SYS_S_IFCHR 0020000
#define SYS_S_IFIFO 0010000

/* Flags of openat. These four differ between the architectures, in Linux and in every C library's headers. */
#ifdef __aarch64__
#define SYS_O_DIRECTORY 040000
#define SYS_O_NOFOLLOW 0100000
#define SYS_O_DIRECT 0200000
#define SYS_O_LARGEFILE 0400000
#else
#define SYS_O_DIRECT 040000
#define SYS_O_LARGEFILE 0100000
#define SYS_O_DIRECTORY 0200000
#define SYS_O_NOFOLLOW 0400000
#endif
#define SYS_O_ACCMODE 3
#define SYS_O_RDONLY 0
#define SYS_O_WRONLY 1
#define SYS_O_RDWR 2
#define SYS_O_CREAT 0100
#define SYS_O_EXCL 0200
#define SYS_O_NOCTTY 0400
#define SYS_O_TRUNC 01000
#define SYS_O_APPEND 02000
#define SYS_O_NONBLOCK 04000
#define SYS_O_DSYNC 010000
#define SYS_O_CLOEXEC 02000000
#define SYS_O_SYNC 04010000
#define SYS_O_PATH 010000000
#define SYS_O_TMPFILE 020000000

#define SYS_AT_FDCWD (-100)
#define SYS_AT_SYMLINK_NOFOLLOW 0x100
#define SYS_AT_REMOVEDIR 0x200
#define SYS_AT_SYMLINK_FOLLOW 0x400
#define SYS_AT_EMPTY_PATH 0x1000

#define SYS_UTIME_NOW 0x3fffffff
#define SYS_UTIME_OMIT 0x3ffffffe

enum { SYS_SEEK_SET, SYS_SEEK_CUR, SYS_SEEK_END };

enum { SYS_F_DUPFD, SYS_F_GETFD, SYS_F_SETFD, SYS_F_GETFL, SYS_F_SETFL, SYS_F_GETLK, SYS_F_SETLK, SYS_F_SETLKW };
#define SYS_F_DUPFD_CLOEXEC 1030
#define SYS_FD_CLOEXEC 1

#define SYS_TCGETS 0x5401
#define SYS_TCSETS 0x5402
#define SYS_TCSETSW 0x5403
#define SYS_TCSETSF 0x5404
#define SYS_TIOCGWINSZ 0x5413
#define SYS_FIONREAD 0x541b

#define SYS_PROT_NONE 0
#define SYS_PROT_READ 1
#define SYS_PROT_WRITE 2
#define SYS_PROT_EXEC 4
#define SYS_MAP_SHARED 1
#define SYS_MAP_PRIVATE 2
#define SYS_MAP_FIXED 0x10
#define SYS_MAP_ANONYMOUS 0x20
#define SYS_MAP_FIXED_NOREPLACE 0x100000
#define SYS_MREMAP_MAYMOVE 1
#define SYS_MADV_DONTNEED 4
#define SYS_MADV_FREE 8

enum { SYS_CLOCK_REALTIME, SYS_CLOCK_MONOTONIC, SYS_CLOCK_PROCESS_CPUTIME, SYS_CLOCK_THREAD_CPUTIME };

#endif
