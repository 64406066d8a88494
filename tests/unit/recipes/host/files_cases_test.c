/* What random calls beside the host's do not meet: the console, devices, pipes, the ends of memory and of descriptors. */

#define _GNU_SOURCE
#include "files_host.h"
#include "wait.h"

#include <time.h>

enum { CURRENT = SYS_AT_FDCWD, MEBIBYTE = 1 << 20 };

static unsigned failures;

static void check(bool holds, const char *what, int line)
{
	if (holds)
		return;
	fprintf(stderr, "line %d: %s\n", line, what);
	failures++;
}
#define CHECK(condition) check(condition, #condition, __LINE__)

static int64_t now_seconds;

long sys_clock_gettime(int clock, struct sys_timespec *time)
{
	(void)clock;
	*time = (struct sys_timespec){now_seconds, 5};
	return 0;
}

static bool has_random;

long sys_getrandom(void *bytes, size_t size, unsigned flags)
{
	(void)flags;
	if (!has_random)
		return -SYS_EIO;
	memset(bytes, 0x77, size);
	return (long)size;
}

static unsigned signals;

long sys_kill(int process, int number)
{
	signals += process == 1 && number == 13;
	return 0;
}

static uint64_t slept;

uint64_t clock_monotonic(void)
{
	return 7;
}

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	CHECK(!queue->first);
	slept = deadline - 7;
	return deadline == WAIT_FOREVER ? WAIT_DEADLOCK : WAIT_TIMED_OUT;
}

void wait_yield(void)
{
}

void wait_wake(struct wait_queue *queue, unsigned most)
{
	(void)queue;
	(void)most;
	CHECK(!"nobody waits");
}

static bool told(const char *text)
{
	bool found = memmem(console, console_length, text, strlen(text)) != NULL;

	console_length = 0;
	return found;
}

static int opened(const char *path, int flags)
{
	return (int)sys_openat(CURRENT, path, flags, 0644);
}

static void try_console(void)
{
	static const struct sys_iovec parts[] = {{"two ", 4}, {NULL, 0}, {"parts\n", 6}};
	struct sys_stat status;
	uint16_t window[4];
	char line[16], settings[36], same[36];

	CHECK(sys_write(1, "one\n", 4) == 4 && told("one\n"));
	CHECK(sys_writev(2, parts, 3) == 10 && told("two parts\n"));
	typed = "typed\n";
	CHECK(sys_read(0, line, sizeof(line)) == 6 && memcmp(line, "typed\n", 6) == 0);
	CHECK(sys_read(0, line, sizeof(line)) == 0);
	CHECK(sys_fstat(0, &status) == 0 && status.mode == (SYS_S_IFCHR | 0620) && status.special_device == 0x501);
	CHECK(sys_ioctl(1, SYS_TIOCGWINSZ, (uintptr_t)window) == 0 && window[0] == 24 && window[1] == 80);
	CHECK(sys_ioctl(1, SYS_TCGETS, (uintptr_t)settings) == 0);
	settings[12] = 0;
	CHECK(sys_ioctl(1, SYS_TCSETS, (uintptr_t)settings) == 0);
	CHECK(sys_ioctl(0, SYS_TCGETS, (uintptr_t)same) == 0 && memcmp(same, settings, 36) == 0);
	CHECK(sys_ioctl(1, SYS_FIONREAD, (uintptr_t)window) == -SYS_ENOTTY);
	CHECK(sys_lseek(1, 0, SYS_SEEK_CUR) == -SYS_ESPIPE && sys_pwrite64(1, "", 0, 0) == -SYS_ESPIPE);
	CHECK(sys_fsync(1) == -SYS_EINVAL && sys_ftruncate(1, 0) == -SYS_EINVAL);
	CHECK(sys_getdents64(1, line, sizeof(line)) == -SYS_ENOTDIR);
	CHECK(sys_fcntl(1, SYS_F_GETFL, 0) == SYS_O_RDWR && sys_fchmod(1, 0) == -SYS_EINVAL);
	CHECK(sys_write(256, "", 0) == -SYS_EBADF && sys_write(-1, "", 0) == -SYS_EBADF);
	CHECK(sys_close(3) == -SYS_EBADF && sys_writev(1, parts, -1) == -SYS_EINVAL);
}

/* Closing the three and having them back; what was 1 goes elsewhere. */
static void try_redirection(void)
{
	int file = opened("/output", SYS_O_RDWR | SYS_O_CREAT), saved = (int)sys_dup(1);
	char bytes[8];

	CHECK(file == 3 && saved == 4);
	CHECK(sys_dup3(file, 1, 0) == 1 && sys_dup3(1, 1, 0) == -SYS_EINVAL && sys_dup3(99, 1, 0) == -SYS_EBADF);
	CHECK(sys_write(1, "hidden", 6) == 6 && !told("hidden"));
	CHECK(sys_pread64(file, bytes, 8, 0) == 6 && memcmp(bytes, "hidden", 6) == 0);
	CHECK(sys_dup3(saved, 1, SYS_O_CLOEXEC) == 1 && sys_fcntl(1, SYS_F_GETFD, 0) == SYS_FD_CLOEXEC);
	CHECK(sys_write(1, "shown", 5) == 5 && told("shown"));
	CHECK(sys_fcntl(1, SYS_F_SETFD, 0) == 0 && sys_fcntl(1, SYS_F_GETFD, 0) == 0);
	CHECK(sys_close(0) == 0 && sys_read(0, bytes, 1) == -SYS_EBADF && sys_close(0) == -SYS_EBADF);
	CHECK(sys_dup(saved) == 0 && sys_fcntl(saved, SYS_F_DUPFD, 100) == 100);
	CHECK(sys_fcntl(saved, SYS_F_DUPFD_CLOEXEC, 100) == 101 && sys_fcntl(101, SYS_F_GETFD, 0) == 1);
	CHECK(sys_fcntl(saved, SYS_F_DUPFD, 256) == -SYS_EINVAL);
	CHECK(sys_close(100) == 0 && sys_close(101) == 0 && sys_close(file) == 0 && sys_close(saved) == 0);
}

static void try_locks(void)
{
	int16_t lock[16] = {1};
	int file = opened("/output", SYS_O_RDWR);

	CHECK(sys_fcntl(file, SYS_F_SETLK, (uintptr_t)lock) == 0 && sys_fcntl(file, SYS_F_SETLKW, (uintptr_t)lock) == 0);
	CHECK(sys_fcntl(file, SYS_F_GETLK, (uintptr_t)lock) == 0 && lock[0] == 2);
	lock[0] = 7;
	CHECK(sys_fcntl(file, SYS_F_SETLK, (uintptr_t)lock) == -SYS_EINVAL);
	CHECK(sys_flock(file, 2 | 4) == 0 && sys_flock(file, 3) == -SYS_EINVAL && sys_flock(99, 1) == -SYS_EBADF);
	CHECK(sys_fallocate(file, 0, 0, 10) == -SYS_EOPNOTSUPP);
	sys_close(file);
}

static void try_devices(void)
{
	char bytes[64];
	struct sys_stat status;
	int null = opened("/dev/null", SYS_O_RDWR | SYS_O_TRUNC), zero = opened("/dev/zero", SYS_O_RDONLY);
	int full = opened("/dev/full", SYS_O_RDWR), random = opened("/dev/urandom", SYS_O_RDONLY);
	int terminal = opened("/dev/tty", SYS_O_RDWR), error = opened("/dev/stderr", SYS_O_WRONLY);

	CHECK(null >= 0 && zero >= 0 && full >= 0 && random >= 0 && terminal >= 0 && error >= 0);
	CHECK(sys_write(null, bytes, 64) == 64 && sys_read(null, bytes, 64) == 0 && sys_ioctl(null, SYS_TCGETS, 0) == -SYS_ENOTTY);
	memset(bytes, 1, 64);
	CHECK(sys_read(zero, bytes, 64) == 64 && bytes[0] == 0 && bytes[63] == 0);
	CHECK(sys_write(zero, bytes, 64) == -SYS_EBADF);
	CHECK(sys_write(full, bytes, 1) == -SYS_ENOSPC && sys_write(full, bytes, 0) == 0);
	has_random = true;
	CHECK(sys_read(random, bytes, 64) == 64 && bytes[63] == 0x77);
	has_random = false;
	CHECK(sys_read(random, bytes, 64) == -SYS_EIO);
	CHECK(sys_write(terminal, "seen", 4) == 4 && told("seen") && sys_write(error, "here", 4) == 4 && told("here"));
	CHECK(sys_newfstatat(CURRENT, "/dev/null", &status, 0) == 0 && status.mode == (SYS_S_IFCHR | 0666));
	CHECK(status.special_device == 0x103 && status.size == 0);
	CHECK(sys_lseek(null, 0, SYS_SEEK_END) == 0 && sys_fstat(terminal, &status) == 0 && status.special_device == 0x501);
	CHECK(sys_truncate("/dev/null", 0) == -SYS_EINVAL && sys_unlinkat(CURRENT, "/dev/full", 0) == 0);
	CHECK(sys_write(full, bytes, 1) == -SYS_ENOSPC);
	for (int descriptor = null; descriptor <= error; descriptor++)
		CHECK(sys_close(descriptor) == 0);
	CHECK(sys_newfstatat(CURRENT, "/tmp", &status, 0) == 0 && status.mode == (SYS_S_IFDIR | 01777));
	CHECK(sys_newfstatat(CURRENT, "/dev/shm", &status, 0) == 0 && status.mode == (SYS_S_IFDIR | 01777));
}

static void try_pipes(void)
{
	static char many[3 * 65536];
	int ends[2], rest;
	struct sys_stat status;
	struct sys_pollfd set[2];

	CHECK(sys_pipe2(ends, SYS_O_CLOEXEC) == 0 && sys_fcntl(ends[1], SYS_F_GETFD, 0) == 1);
	CHECK(sys_read(ends[0], many, 1) == -SYS_EDEADLK && told("deadlock: read of an empty pipe\n"));
	CHECK(sys_write(ends[0], many, 1) == -SYS_EBADF && sys_read(ends[1], many, 1) == -SYS_EBADF);
	CHECK(sys_fstat(ends[0], &status) == 0 && status.mode == (SYS_S_IFIFO | 0600) && status.inode != 0);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = (char)(i * 13);
	CHECK(sys_write(ends[1], many, 1000) == 1000 && sys_ioctl(ends[0], SYS_FIONREAD, (uintptr_t)&rest) == 0 && rest == 1000);
	CHECK(sys_read(ends[0], many, 999) == 999 && many[998] == (char)(998 * 13));
	CHECK(sys_write(ends[1], many, sizeof(many)) == 65535); /* as much as there is room for, around the end */
	CHECK(sys_write(ends[1], many, 1) == -SYS_EDEADLK && told("deadlock: write to a full pipe\n"));
	set[0] = (struct sys_pollfd){ends[0], 1, 0};
	set[1] = (struct sys_pollfd){ends[1], 4, 0};
	CHECK(sys_ppoll(set, 2, NULL, NULL, 0) == 1 && set[0].returned == 1 && set[1].returned == 0);
	CHECK(sys_read(ends[0], many, 1) == 1 && sys_read(ends[0], many + 1, 65536) == 65535);
	for (size_t i = 999; i < 65536; i++)
		CHECK(many[i + 1 - 1] == many[i]);
	CHECK(sys_fcntl(ends[0], SYS_F_SETFL, SYS_O_NONBLOCK) == 0 && sys_read(ends[0], many, 1) == -SYS_EAGAIN);
	CHECK(sys_lseek(ends[0], 0, SYS_SEEK_SET) == -SYS_ESPIPE && sys_pread64(ends[0], many, 1, 0) == -SYS_ESPIPE);
	CHECK(sys_close(ends[0]) == 0 && sys_write(ends[1], many, 1) == -SYS_EPIPE && signals == 1);
	CHECK(sys_ppoll(set + 1, 1, NULL, NULL, 0) == 1 && set[1].returned == (4 | 8));
	CHECK(sys_close(ends[1]) == 0);
	CHECK(sys_pipe2(ends, 0) == 0 && sys_write(ends[1], "last", 4) == 4 && sys_close(ends[1]) == 0);
	CHECK(sys_read(ends[0], many, 100) == 4 && sys_read(ends[0], many, 100) == 0 && sys_close(ends[0]) == 0);
	CHECK(sys_pipe2(ends, 1) == -SYS_EINVAL && pages_used < 16);
}

/* What goes in at one end comes out at the other, whatever the pieces. */
static void try_pipe_order(void)
{
	int ends[2];
	uint8_t in = 0, out = 0, bytes[9000];
	uint32_t random = 1;

	CHECK(sys_pipe2(ends, SYS_O_NONBLOCK) == 0);
	for (unsigned round = 0; round < 5000; round++) {
		random = random * 1664525 + 1013904223;
		size_t size = (random >> 8) % sizeof(bytes);
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(in + i);
		long done = random >> 31 ? sys_write(ends[1], bytes, size) : sys_read(ends[0], bytes, size);
		if (done > 0 && random >> 31)
			in = (uint8_t)(in + done);
		for (long i = 0; done > 0 && !(random >> 31) && i < done; i++)
			CHECK(bytes[i] == out++);
	}
	sys_close(ends[0]);
	sys_close(ends[1]);
}

static void try_waiting(void)
{
	struct sys_pollfd set[3] = {{0, 1, 0}, {-1, 1, 0}, {77, 1, 0}};
	struct sys_timespec limit = {2, 5};
	uint64_t read[4] = {1}, write[4] = {1 << 1};
	int ends[2];

	CHECK(sys_ppoll(set, 3, NULL, NULL, 0) == 2 && set[0].returned == 1 && set[1].returned == 0 && set[2].returned == 0x20);
	CHECK(sys_ppoll(set + 1, 1, &limit, NULL, 0) == 0 && slept == UINT64_C(2000000005));
	CHECK(sys_ppoll(NULL, 0, NULL, NULL, 0) == -SYS_EDEADLK && told("deadlock: poll"));
	limit.nanoseconds = 1000000000;
	CHECK(sys_ppoll(NULL, 0, &limit, NULL, 0) == -SYS_EINVAL && sys_ppoll(set, 257, NULL, NULL, 0) == -SYS_EINVAL);
	CHECK(sys_pselect6(2, read, write, NULL, NULL, NULL) == 2 && read[0] == 1 && write[0] == 2);
	sys_pipe2(ends, 0);
	read[0] = UINT64_C(1) << ends[0] | 1;
	CHECK(sys_pselect6(64, read, NULL, NULL, NULL, NULL) == 1 && read[0] == 1);
	read[0] = UINT64_C(1) << ends[0];
	CHECK(sys_pselect6(64, read, NULL, NULL, NULL, NULL) == -SYS_EDEADLK && read[0] == 0 && told("deadlock: select"));
	read[0] = UINT64_C(1) << 60;
	CHECK(sys_pselect6(64, read, NULL, NULL, NULL, NULL) == -SYS_EBADF);
	CHECK(sys_pselect6(-1, NULL, NULL, NULL, NULL, NULL) == -SYS_EINVAL);
	sys_close(ends[0]);
	sys_close(ends[1]);
}

/* All memory goes into a file and comes back; a short write tells how much there was room for. */
static void try_full_memory(void)
{
	static char bytes[MEBIBYTE];
	struct sys_statfs system;
	size_t before;
	long total = 0, done, names = 0;
	char name[16], long_name[200]; /* of which an entry needs a cell that no mkdir gave back */
	int file = opened("/large", SYS_O_RDWR | SYS_O_CREAT | SYS_O_TRUNC);

	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	before = pages_used; /* with the cells that the file itself took */
	pages_limit = pages_used + 2000;
	while ((done = sys_write(file, bytes, sizeof(bytes))) > 0)
		total += done;
	CHECK(done == -SYS_ENOSPC && total / PAGE_BYTES == 2000 - 5); /* of 4 tables and their top */
	CHECK(sys_statfs("/", &system) == 0 && system.blocks_free == 0 && system.block_size == PAGE_BYTES);
	CHECK(sys_write(file, bytes, 1) == -SYS_ENOSPC && sys_pwrite64(file, bytes, 10, 5) == 10);
	CHECK(sys_lseek(file, 0, SYS_SEEK_END) == total);
	while (snprintf(name, sizeof(name), "/n%ld", names), (done = sys_mkdirat(CURRENT, name, 0755)) == 0)
		names++;
	CHECK(done == -SYS_ENOSPC);
	CHECK(sys_openat(CURRENT, "/another", SYS_O_CREAT, 0644) < 0);
	CHECK(sys_symlinkat("some target", CURRENT, "/link") == -SYS_ENOSPC);
	CHECK(sys_renameat(CURRENT, "/large", CURRENT, long_name) == -SYS_ENOSPC);
	CHECK(sys_linkat(CURRENT, "/large", CURRENT, long_name, 0) == -SYS_ENOSPC);
	CHECK(sys_faccessat(CURRENT, "/large", 0) == 0);
	CHECK(sys_ftruncate(file, 1) == 0 && pages_used <= before + 5);
	CHECK(sys_pwrite64(file, "x", 1, INT64_C(1) << 40) == 1 && sys_ftruncate(file, 0) == 0 && pages_used == before);
	CHECK(sys_pwrite64(file, "x", 1, INT64_MAX) == -SYS_EFBIG);
	while (names-- > 0) {
		snprintf(name, sizeof(name), "/n%ld", names);
		CHECK(sys_unlinkat(CURRENT, name, SYS_AT_REMOVEDIR) == 0);
	}
	pages_limit = 1 << 14;
	sys_close(file);
	CHECK(sys_unlinkat(CURRENT, "/large", 0) == 0);
}

/* The 256 descriptors end with EMFILE, and nothing is lost by that. */
static void try_all_descriptors(void)
{
	size_t used = 0, round;
	long last = 0;
	int ends[2];

	for (round = 0; round < 3; round++) {
		while ((last = opened("/output", SYS_O_RDONLY)) >= 0)
			;
		CHECK(last == -SYS_EMFILE && sys_dup(1) == -SYS_EMFILE && sys_pipe2(ends, 0) == -SYS_EMFILE);
		CHECK(sys_close(255) == 0 && sys_pipe2(ends, 0) == -SYS_EMFILE);
		for (int descriptor = 3; descriptor < 255; descriptor++)
			CHECK(sys_close(descriptor) == 0);
		if (round == 0)
			used = pages_used;
	}
	CHECK(pages_used == used);
}

/* Making and removing the same things again and again takes no more memory than doing it once. */
static void try_leaks(void)
{
	size_t used = 0;

	for (unsigned round = 0; round < 50; round++) {
		int file;
		CHECK(sys_mkdirat(CURRENT, "/leak", 0755) == 0 && sys_mkdirat(CURRENT, "/leak/inner", 0755) == 0);
		CHECK(sys_chdir("/leak/inner") == 0);
		file = opened("file", SYS_O_RDWR | SYS_O_CREAT);
		CHECK(sys_pwrite64(file, "bytes", 5, MEBIBYTE * 3) == 5 && sys_symlinkat("file", CURRENT, "link") == 0);
		CHECK(sys_linkat(CURRENT, "file", CURRENT, "second", 0) == 0 && sys_unlinkat(CURRENT, "file", 0) == 0);
		CHECK(sys_renameat(CURRENT, "link", CURRENT, "second") == 0 && sys_unlinkat(CURRENT, "second", 0) == 0);
		CHECK(sys_pwrite64(file, "more", 4, 0) == 4); /* it has no name, and is there while it is open */
		CHECK(sys_renameat(CURRENT, "/leak/inner", CURRENT, "/moved") == 0);
		CHECK(sys_unlinkat(CURRENT, "/leak", SYS_AT_REMOVEDIR) == 0);
		CHECK(sys_unlinkat(CURRENT, "/moved", SYS_AT_REMOVEDIR) == 0); /* it is the current folder still */
		CHECK(sys_mkdirat(CURRENT, "below", 0755) == -SYS_ENOENT && sys_chdir("/") == 0 && sys_close(file) == 0);
		if (round == 0)
			used = pages_used;
	}
	CHECK(pages_used == used);
}

static void try_times(void)
{
	struct sys_stat status;
	int file;

	now_seconds = 1000;
	file = opened("/timed", SYS_O_RDWR | SYS_O_CREAT);
	CHECK(sys_fstat(file, &status) == 0 && status.accessed.seconds == 1000 && status.changed.nanoseconds == 5);
	now_seconds = 2000;
	CHECK(sys_write(file, "x", 1) == 1 && sys_fstat(file, &status) == 0);
	CHECK(status.modified.seconds == 2000 && status.changed.seconds == 2000 && status.accessed.seconds == 1000);
	now_seconds = 3000;
	CHECK(sys_fchmod(file, 0600) == 0 && sys_fstat(file, &status) == 0);
	CHECK(status.modified.seconds == 2000 && status.changed.seconds == 3000);
	CHECK(sys_newfstatat(CURRENT, "/", &status, 0) == 0 && status.modified.seconds == 1000);
	now_seconds = 4000;
	CHECK(sys_unlinkat(CURRENT, "/timed", 0) == 0 && sys_newfstatat(CURRENT, "/", &status, 0) == 0);
	CHECK(status.modified.seconds == 4000);
	CHECK(sys_utimensat(file, NULL, NULL, 0) == 0 && sys_fstat(file, &status) == 0 && status.accessed.seconds == 4000);
	CHECK(status.links == 0 && sys_close(file) == 0);
}

/* A small buffer for a folder, and many names in it. */
static void try_folders(void)
{
	_Alignas(8) char buffer[512];
	char name[16];
	long count, found = 0;
	int folder;

	CHECK(sys_mkdirat(CURRENT, "/many", 0755) == 0);
	folder = opened("/many", SYS_O_RDONLY | SYS_O_DIRECTORY);
	CHECK(sys_getdents64(folder, buffer, 23) == -SYS_EINVAL && sys_getdents64(folder, buffer, 24) == 24);
	CHECK(sys_getdents64(folder, buffer, 24) == 24 && sys_getdents64(folder, buffer, 24) == 0);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "name%u", i);
		CHECK(sys_mknodat(folder, name, 0644, 0) == 0);
	}
	/* Each name that is read is removed at once: none is missed. */
	while ((count = sys_getdents64(folder, buffer, sizeof(buffer))) > 0)
		for (long at = 0; at < count; at += ((struct sys_dirent *)(buffer + at))->size) {
			found++;
			CHECK(sys_unlinkat(folder, ((struct sys_dirent *)(buffer + at))->name, 0) == 0);
		}
	CHECK(count == 0 && found == 2000 && sys_unlinkat(CURRENT, "/many", SYS_AT_REMOVEDIR) == 0);
	CHECK(sys_getdents64(folder, buffer, sizeof(buffer)) == -SYS_ENOENT && sys_close(folder) == 0);
	CHECK(sys_mknodat(CURRENT, "/fifo", SYS_S_IFIFO, 0) == -SYS_EPERM);
	CHECK(opened("/x", SYS_O_CREAT | SYS_O_DIRECTORY) == -SYS_EINVAL && opened("/", SYS_O_TMPFILE) == -SYS_EOPNOTSUPP);
}

/* Links that lead to each other, and 40 that do not. */
static void try_links(void)
{
	char name[16], target[16];

	CHECK(sys_symlinkat("two", CURRENT, "/one") == 0 && sys_symlinkat("one", CURRENT, "/two") == 0);
	CHECK(opened("/one", 0) == -SYS_ELOOP && opened("/one/x", SYS_O_CREAT) == -SYS_ELOOP);
	CHECK(sys_symlinkat("output", CURRENT, "/l0") == 0);
	for (unsigned i = 1; i <= 40; i++) {
		snprintf(name, sizeof(name), "/l%u", i);
		snprintf(target, sizeof(target), "./l%u", i - 1);
		CHECK(sys_symlinkat(target, CURRENT, name) == 0);
	}
	CHECK(sys_faccessat(CURRENT, "/l39", 0) == 0 && sys_faccessat(CURRENT, "/l40", 0) == -SYS_ELOOP);
}

int main(void)
{
	paths_start();
	try_console();
	try_redirection();
	try_locks();
	try_devices();
	try_pipes();
	try_pipe_order();
	try_waiting();
	try_full_memory();
	try_all_descriptors();
	try_leaks();
	try_times();
	try_folders();
	try_links();
	if (failures)
		return 1;
	puts("right");
	return 0;
}
