#ifndef SYS_CALLS_H
#define SYS_CALLS_H

/*
 * System calls, each an ordinary function: names, arguments, flags and layouts are Linux's (the generic ABI, as
 * arm64 has it), so that a C library written for Linux needs its calls renamed and nothing else.
 *
 * Each is exported by exactly one recipe of posix/ or fs/, and an image has just those that something in it calls.
 * Result: a value that is not negative, or a negated number of sys_errors.h. A pointer that is not valid traps; it is
 * never EFAULT, for there is one address space. Context of all: thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "sys_errors.h"
#include "sys_types.h"

/*
 * Descriptors: posix/descriptors; of them, fs/paths has what changes a file (fchmod, fchown, fstatfs), posix/pipes has pipe2, posix/polling
 * has ppoll and pselect6, posix/events epoll and eventfd. Objects are behind them; a call that an object has not is EINVAL, ESPIPE or ENOTTY.
 */
long sys_read(int descriptor, void *bytes, size_t size);
long sys_write(int descriptor, const void *bytes, size_t size);
long sys_readv(int descriptor, const struct sys_iovec *parts, int count);
long sys_writev(int descriptor, const struct sys_iovec *parts, int count);
long sys_pread64(int descriptor, void *bytes, size_t size, int64_t offset);
long sys_pwrite64(int descriptor, const void *bytes, size_t size, int64_t offset);
long sys_preadv(int descriptor, const struct sys_iovec *parts, int count, int64_t offset);
long sys_pwritev(int descriptor, const struct sys_iovec *parts, int count, int64_t offset);
long sys_lseek(int descriptor, int64_t offset, int whence);
long sys_close(int descriptor);
long sys_dup(int descriptor);
long sys_dup3(int descriptor, int wanted, int flags);
long sys_fcntl(int descriptor, int command, uintptr_t argument);
long sys_ioctl(int descriptor, unsigned long request, uintptr_t argument); /* TIOCGWINSZ, TCGETS, TCSETS*, FIONREAD */
long sys_ftruncate(int descriptor, int64_t size);
long sys_fallocate(int descriptor, int mode, int64_t offset, int64_t size);
long sys_fsync(int descriptor);
long sys_fdatasync(int descriptor);
long sys_fstat(int descriptor, struct sys_stat *status);
long sys_fstatfs(int descriptor, struct sys_statfs *status);
long sys_fchmod(int descriptor, uint32_t mode);
long sys_fchown(int descriptor, uint32_t owner, uint32_t group);
long sys_getdents64(int descriptor, void *entries, size_t size); /* of struct sys_dirent, packed as Linux does */
long sys_flock(int descriptor, int operation);
long sys_ppoll(struct sys_pollfd *set, size_t count, const struct sys_timespec *limit, const void *mask, size_t size);
long sys_pselect6(int count, void *read, void *write, void *except, const struct sys_timespec *limit, const void *mask);
long sys_pipe2(int ends[2], int flags);
long sys_epoll_create1(int flags);
long sys_epoll_ctl(int epoll, int operation, int descriptor, struct sys_epoll_event *event);
long sys_epoll_pwait(int epoll, struct sys_epoll_event *events, int most, int milliseconds, const void *mask, size_t size);
long sys_epoll_pwait2(int epoll, struct sys_epoll_event *events, int most, const struct sys_timespec *limit, const void *mask,
		      size_t size);
long sys_eventfd2(unsigned start, int flags);

/* Paths: fs/paths. `folder` is a descriptor or SYS_AT_FDCWD. */
long sys_openat(int folder, const char *path, int flags, uint32_t mode);
long sys_newfstatat(int folder, const char *path, struct sys_stat *status, int flags);
long sys_faccessat(int folder, const char *path, int mode);
long sys_faccessat2(int folder, const char *path, int mode, int flags);
long sys_unlinkat(int folder, const char *path, int flags);
long sys_mkdirat(int folder, const char *path, uint32_t mode);
long sys_mknodat(int folder, const char *path, uint32_t mode, uint64_t device);
long sys_renameat(int old_folder, const char *old_path, int new_folder, const char *new_path);
long sys_renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned flags);
long sys_linkat(int old_folder, const char *old_path, int new_folder, const char *new_path, int flags);
long sys_symlinkat(const char *target, int folder, const char *path);
long sys_readlinkat(int folder, const char *path, char *target, size_t size);
long sys_fchmodat(int folder, const char *path, uint32_t mode);
long sys_fchownat(int folder, const char *path, uint32_t owner, uint32_t group, int flags);
long sys_utimensat(int folder, const char *path, const struct sys_timespec times[2], int flags);
long sys_truncate(const char *path, int64_t size);
long sys_statfs(const char *path, struct sys_statfs *status);
long sys_getcwd(char *path, size_t size); /* bytes written, the closing NUL included */
long sys_chdir(const char *path);
long sys_fchdir(int descriptor);
long sys_umask(uint32_t mask);
long sys_sync(void);

/* Memory: posix/memory. */
long sys_mmap(void *wanted, size_t size, int protection, int flags, int descriptor, int64_t offset);
long sys_munmap(void *start, size_t size);
long sys_mprotect(void *start, size_t size, int protection);
long sys_mremap(void *start, size_t old_size, size_t new_size, int flags, void *wanted);
long sys_madvise(void *start, size_t size, int advice);
long sys_msync(void *start, size_t size, int flags);
long sys_mincore(void *start, size_t size, unsigned char *pages);
long sys_mlock(const void *start, size_t size);
long sys_mlock2(const void *start, size_t size, unsigned flags);
long sys_munlock(const void *start, size_t size);
long sys_mlockall(int flags);
long sys_munlockall(void);
long sys_brk(void *end);

/* Time: posix/time. */
long sys_clock_gettime(int clock, struct sys_timespec *time);
long sys_clock_getres(int clock, struct sys_timespec *resolution);
long sys_clock_settime(int clock, const struct sys_timespec *time);
long sys_clock_nanosleep(int clock, int flags, const struct sys_timespec *time, struct sys_timespec *rest);
long sys_nanosleep(const struct sys_timespec *time, struct sys_timespec *rest);
long sys_gettimeofday(struct sys_timeval *time, void *zone);
long sys_times(struct sys_tms *times);
long sys_getrusage(int who, struct sys_rusage *usage);
/* These two are absent: nothing interrupts the program. */
long sys_setitimer(int which, const struct sys_itimerval *value, struct sys_itimerval *old);
long sys_getitimer(int which, struct sys_itimerval *value);

/* Randomness: posix/entropy. */
long sys_getrandom(void *bytes, size_t size, unsigned flags);

/* Signals of the process to itself: posix/signals. Handlers run before the call that raised them returns. */
long sys_rt_sigaction(int number, const struct sys_sigaction *action, struct sys_sigaction *old, size_t size);
long sys_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t size);
long sys_rt_sigpending(uint64_t *set, size_t size);
long sys_rt_sigsuspend(const uint64_t *mask, size_t size);
long sys_rt_sigtimedwait(const uint64_t *set, void *info, const struct sys_timespec *limit, size_t size);
long sys_rt_sigqueueinfo(int process, int number, void *info);
long sys_sigaltstack(const struct sys_stack *stack, struct sys_stack *old);
long sys_kill(int process, int number);
long sys_tkill(int thread, int number);
long sys_tgkill(int process, int thread, int number);

/* The process: posix/process. */
long sys_getpid(void);
long sys_getppid(void);
long sys_gettid(void);
long sys_getuid(void);
long sys_geteuid(void);
long sys_getgid(void);
long sys_getegid(void);
long sys_getpgid(int process);
long sys_setpgid(int process, int group);
long sys_getsid(int process);
long sys_setsid(void);
long sys_setuid(uint32_t user);
long sys_setgid(uint32_t group);
long sys_getgroups(int count, uint32_t *groups);
long sys_getresuid(uint32_t *real, uint32_t *effective, uint32_t *saved);
long sys_getresgid(uint32_t *real, uint32_t *effective, uint32_t *saved);
long sys_setgroups(size_t count, const uint32_t *groups);
long sys_setreuid(uint32_t real, uint32_t effective);
long sys_setregid(uint32_t real, uint32_t effective);
long sys_setresuid(uint32_t real, uint32_t effective, uint32_t saved);
long sys_setresgid(uint32_t real, uint32_t effective, uint32_t saved);
long sys_setfsuid(uint32_t user);
long sys_setfsgid(uint32_t group);
long sys_uname(struct sys_utsname *name);
long sys_prlimit64(int process, int resource, const struct sys_rlimit *limit, struct sys_rlimit *old);
long sys_getrlimit(int resource, struct sys_rlimit *limit);
long sys_setrlimit(int resource, const struct sys_rlimit *limit);
long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int priority);
long sys_sched_yield(void);
long sys_sched_getaffinity(int process, size_t size, void *mask);
long sys_sched_setaffinity(int process, size_t size, const void *mask);
long sys_sched_getscheduler(int process);
long sys_sched_getparam(int process, int *priority);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_sched_rr_get_interval(int process, struct sys_timespec *interval);
long sys_getcpu(uint32_t *processor, uint32_t *node);
long sys_sysinfo(struct sys_sysinfo *info);
long sys_prctl(int option, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d);
long sys_set_tid_address(int *address);
long sys_futex(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit, uint32_t *other, uint32_t bits);
_Noreturn void sys_exit(int status);
_Noreturn void sys_exit_group(int status);

#endif
