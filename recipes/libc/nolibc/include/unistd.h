#ifndef UNISTD_H
#define UNISTD_H

/* POSIX, for one process with one thread. Context: thread. */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#include <sys/types.h>

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_CLK_TCK 2

extern char **environ;

/* On descriptors. */
ssize_t read(int descriptor, void *bytes, size_t size);
ssize_t write(int descriptor, const void *bytes, size_t size);
ssize_t pread(int descriptor, void *bytes, size_t size, off_t offset);
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset);
off_t lseek(int descriptor, off_t offset, int whence);
int close(int descriptor);
int dup(int descriptor);
int dup2(int descriptor, int wanted);
int dup3(int descriptor, int wanted, int flags);
int pipe(int ends[2]);
int pipe2(int ends[2], int flags);
int isatty(int descriptor);
int fsync(int descriptor);
int fdatasync(int descriptor);
int ftruncate(int descriptor, off_t size);

/* On paths. */
int access(const char *path, int mode);
int faccessat(int folder, const char *path, int mode, int flags);
int unlink(const char *path);
int unlinkat(int folder, const char *path, int flags);
int rmdir(const char *path);
int link(const char *old_path, const char *new_path);
int symlink(const char *target, const char *path);
ssize_t readlink(const char *restrict path, char *restrict target, size_t size);
int truncate(const char *path, off_t size);
int chdir(const char *path);
int fchdir(int descriptor);
char *getcwd(char *buffer, size_t size); /* `buffer` must be there */

/* The process. */
pid_t getpid(void);
pid_t getppid(void);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
_Noreturn void _exit(int status);
long sysconf(int name);
int getpagesize(void);

unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);

int getentropy(void *bytes, size_t size); /* at most 256 bytes; sys/random.h has another */

/* getopt.h has the rest. */
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int count, char *const words[], const char *letters);

#endif
