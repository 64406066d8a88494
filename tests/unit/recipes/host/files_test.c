/*
 * The library OS's files beside the host's: each line of the input is one call, made in both. Results, errors and what they
 * tell must be the same. The host's calls are made in an empty folder that is the root for this process.
 *
 * Exit status 0: the same; 1: not the same, and standard error says where; 77: this process cannot change its root.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "files_host.h"

enum { SLOTS = 8, BIGGEST = 1 << 17, CANNOT = 77 };

/* ---- Comparing. */

static int slots[SLOTS][2]; /* descriptors: ours, the host's; -1: not open */
static unsigned line_number;
static char line[16384];

static _Noreturn void differ(const char *format, ...)
{
	va_list values;

	fprintf(stderr, "line %u: %s: ", line_number, line);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(1);
}

/* The host's result as the library OS has it. */
static long host(long result)
{
	return result < 0 ? -errno : result;
}

static void same(long ours, long theirs)
{
	if (ours != theirs)
		differ("ours %ld, the host's %ld", ours, theirs);
}

static int ours_of(long slot)
{
	return slot < 0 ? AT_FDCWD : slots[slot][0];
}

static int theirs_of(long slot)
{
	return slot < 0 ? AT_FDCWD : slots[slot][1];
}

static void close_slot(long slot)
{
	same(sys_close(slots[slot][0]), host(close(slots[slot][1])));
	slots[slot][0] = slots[slot][1] = -1;
}

/* Both calls opened something, or both say why not. */
static void opened(long slot, long ours, long theirs)
{
	if ((ours < 0) != (theirs < 0) || (ours < 0 && ours != theirs))
		differ("ours %ld, the host's %ld", ours, theirs);
	if (ours < 0)
		return;
	if (slots[slot][0] >= 0)
		close_slot(slot);
	slots[slot][0] = (int)ours;
	slots[slot][1] = (int)theirs;
}

static void same_status(long ours, const struct sys_stat *mine, long theirs, const struct stat *other)
{
	bool has_size = !S_ISDIR(other->st_mode);

	same(ours, theirs);
	if (ours)
		return;
	if (mine->mode != other->st_mode || mine->links != other->st_nlink ||
	    (has_size && mine->size != other->st_size))
		differ("ours mode %o links %u size %ld, the host's %o %lu %ld", mine->mode, mine->links, mine->size,
		       other->st_mode, other->st_nlink, other->st_size);
}

static void same_times(const struct sys_stat *mine, const struct stat *other)
{
	if (mine->accessed.seconds != other->st_atim.tv_sec || mine->modified.seconds != other->st_mtim.tv_sec ||
	    mine->accessed.nanoseconds != other->st_atim.tv_nsec || mine->modified.nanoseconds != other->st_mtim.tv_nsec)
		differ("times differ: %ld %ld, %ld %ld", mine->modified.seconds, mine->modified.nanoseconds,
		       other->st_mtim.tv_sec, other->st_mtim.tv_nsec);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct listing {
	long error;
	size_t count;
	char names[512][260]; /* with the type in the first byte */
};

static void note(struct listing *listing, unsigned type, const char *name)
{
	snprintf(listing->names[listing->count++], 260, "%c%s", (char)('a' + type), name);
}

/* Both have the same folder, read from its beginning in pieces of `size` bytes. */
static void same_entries(long slot, size_t size)
{
	static struct listing mine, other;
	static _Alignas(8) char buffer[BIGGEST];
	long count, at;

	mine.count = other.count = 0;
	sys_lseek(slots[slot][0], 0, SEEK_SET);
	lseek(slots[slot][1], 0, SEEK_SET);
	while ((count = sys_getdents64(slots[slot][0], buffer, size)) > 0)
		for (at = 0; at < count; at += ((struct sys_dirent *)(buffer + at))->size)
			note(&mine, ((struct sys_dirent *)(buffer + at))->type, ((struct sys_dirent *)(buffer + at))->name);
	mine.error = count;
	while ((count = syscall(SYS_getdents64, slots[slot][1], buffer, size)) > 0)
		for (at = 0; at < count; at += ((struct dirent64 *)(buffer + at))->d_reclen)
			note(&other, ((struct dirent64 *)(buffer + at))->d_type, ((struct dirent64 *)(buffer + at))->d_name);
	other.error = host(count);
	sys_lseek(slots[slot][0], 0, SEEK_SET); /* places in folders are marks, not the same in both */
	lseek(slots[slot][1], 0, SEEK_SET);
	same(mine.error, other.error);
	same((long)mine.count, (long)other.count);
	qsort(mine.names, mine.count, sizeof(mine.names[0]), by_name);
	qsort(other.names, other.count, sizeof(other.names[0]), by_name);
	for (size_t i = 0; i < mine.count; i++)
		if (strcmp(mine.names[i], other.names[i]) != 0)
			differ("ours has %s, the host %s", mine.names[i], other.names[i]);
}

/* ---- The calls. A number is decimal; a text is between bars, so that it may be empty. */

static char texts[2][8192];
static long numbers[8];
static char mine[BIGGEST], other[BIGGEST];

static void parse(char *words)
{
	unsigned text = 0, number = 0;

	while (*words && *words != '\n') {
		if (*words == ' ') {
			words++;
		} else if (*words == '|') {
			char *end = strchr(words + 1, '|');
			memcpy(texts[text], words + 1, (size_t)(end - words - 1));
			texts[text++][end - words - 1] = '\0';
			words = end + 1;
		} else {
			numbers[number++] = strtol(words, &words, 10);
		}
	}
}

static void same_bytes(long ours, long theirs)
{
	same(ours, theirs);
	if (ours > 0 && memcmp(mine, other, (size_t)ours) != 0)
		differ("other bytes");
}

static void fill(size_t size, long seed)
{
	for (size_t i = 0; i < size; i++)
		mine[i] = (char)(seed + (long)(i * 7) + (long)(i >> 8));
}

/* Calls on what is open; false: it is none of them. */
static bool on_descriptor(const char *call)
{
	int a = ours_of(numbers[0]), b = theirs_of(numbers[0]);
	size_t size = (size_t)numbers[1];

	if (!strcmp(call, "close")) {
		close_slot(numbers[0]);
	} else if (!strcmp(call, "read")) {
		same_bytes(sys_read(a, mine, size), host(read(b, other, size)));
	} else if (!strcmp(call, "write")) {
		fill(size, numbers[2]);
		same(sys_write(a, mine, size), host(write(b, mine, size)));
	} else if (!strcmp(call, "pread")) {
		same_bytes(sys_pread64(a, mine, size, numbers[2]), host(pread(b, other, size, numbers[2])));
	} else if (!strcmp(call, "pwrite")) {
		fill(size, numbers[2]);
		same(sys_pwrite64(a, mine, size, numbers[2]), host(pwrite(b, mine, size, numbers[2])));
	} else if (!strcmp(call, "readv")) {
		struct sys_iovec parts[2] = {{mine, size / 3}, {mine + size / 3, size - size / 3}};
		struct iovec others[2] = {{other, size / 3}, {other + size / 3, size - size / 3}};
		same_bytes(sys_readv(a, parts, 2), host(readv(b, others, 2)));
	} else if (!strcmp(call, "writev")) {
		struct sys_iovec parts[2] = {{mine, size / 3}, {mine + size / 3, size - size / 3}};
		fill(size, numbers[2]);
		same(sys_writev(a, parts, 2), host(writev(b, (const struct iovec *)parts, 2)));
	} else if (!strcmp(call, "lseek")) {
		same(sys_lseek(a, numbers[1], (int)numbers[2]), host(lseek(b, numbers[1], (int)numbers[2])));
	} else if (!strcmp(call, "ftruncate")) {
		same(sys_ftruncate(a, numbers[1]), host(ftruncate(b, numbers[1])));
	} else if (!strcmp(call, "fsync")) {
		same(sys_fsync(a), host(fsync(b)));
	} else if (!strcmp(call, "dup")) {
		opened(numbers[1], sys_dup(a), host(dup(b)));
	} else if (!strcmp(call, "fchmod")) {
		same(sys_fchmod(a, (uint32_t)numbers[1]), host(fchmod(b, (mode_t)numbers[1])));
	} else if (!strcmp(call, "fchdir")) {
		same(sys_fchdir(a), host(fchdir(b)));
	} else if (!strcmp(call, "getfl")) {
		long flags = host(fcntl(b, F_GETFL));
		same(sys_fcntl(a, F_GETFL, 0), flags < 0 ? flags : flags & ~SYS_O_LARGEFILE);
	} else if (!strcmp(call, "setfl")) {
		same(sys_fcntl(a, F_SETFL, size), host(fcntl(b, F_SETFL, size)));
	} else if (!strcmp(call, "getfd")) {
		same(sys_fcntl(a, F_GETFD, 0), host(fcntl(b, F_GETFD)));
	} else if (!strcmp(call, "getdents")) {
		if (a >= 0)
			same_entries(numbers[0], size);
	} else if (!strcmp(call, "fstat")) {
		struct sys_stat here;
		struct stat there;
		long status = sys_fstat(a, &here);
		same_status(status, &here, host(fstat(b, &there)), &there);
	} else {
		return false;
	}
	return true;
}

static void stat_both(void)
{
	struct sys_stat here;
	struct stat there;
	long status = sys_newfstatat(ours_of(numbers[0]), texts[0], &here, (int)numbers[1]);

	same_status(status, &here, host(fstatat(theirs_of(numbers[0]), texts[0], &there, (int)numbers[1])), &there);
}

static void utimens_both(void)
{
	struct sys_timespec times[2] = {{numbers[2], numbers[3]}, {numbers[4], numbers[5]}};
	int a = ours_of(numbers[0]), b = theirs_of(numbers[0]);
	struct sys_stat here;
	struct stat there;
	long status = sys_utimensat(a, texts[0], times, (int)numbers[1]);

	same(status, host(utimensat(b, texts[0], (const struct timespec *)times, (int)numbers[1])));
	if (status == 0 && times[0].nanoseconds < SYS_UTIME_OMIT && times[1].nanoseconds < SYS_UTIME_OMIT) {
		sys_newfstatat(a, texts[0], &here, (int)numbers[1]);
		same(0, host(fstatat(b, texts[0], &there, (int)numbers[1])));
		same_times(&here, &there);
	}
}

/* Calls with paths. */
static void on_path(const char *call)
{
	int a = ours_of(numbers[0]), b = theirs_of(numbers[0]);
	const char *path = texts[0];
	int flags = (int)numbers[1];

	if (!strcmp(call, "open")) {
		opened(numbers[3], sys_openat(a, path, flags, (uint32_t)numbers[2]),
		       host(openat(b, path, flags, (mode_t)numbers[2])));
	} else if (!strcmp(call, "stat")) {
		stat_both();
	} else if (!strcmp(call, "access")) {
		same(sys_faccessat(a, path, flags), host(syscall(SYS_faccessat, b, path, flags)));
	} else if (!strcmp(call, "unlink")) {
		same(sys_unlinkat(a, path, flags), host(unlinkat(b, path, flags)));
	} else if (!strcmp(call, "mkdir")) {
		same(sys_mkdirat(a, path, (uint32_t)flags), host(mkdirat(b, path, (mode_t)flags)));
	} else if (!strcmp(call, "mknod")) {
		same(sys_mknodat(a, path, (uint32_t)flags, 0), host(mknodat(b, path, (mode_t)flags, 0)));
	} else if (!strcmp(call, "rename")) {
		same(sys_renameat2(a, path, ours_of(numbers[2]), texts[1], (unsigned)flags),
		     host(syscall(SYS_renameat2, b, path, theirs_of(numbers[2]), texts[1], flags)));
	} else if (!strcmp(call, "link")) {
		same(sys_linkat(a, path, ours_of(numbers[2]), texts[1], flags),
		     host(linkat(b, path, theirs_of(numbers[2]), texts[1], flags)));
	} else if (!strcmp(call, "symlink")) {
		same(sys_symlinkat(texts[1], a, path), host(symlinkat(texts[1], b, path)));
	} else if (!strcmp(call, "readlink")) {
		same_bytes(sys_readlinkat(a, path, mine, (size_t)flags), host(readlinkat(b, path, other, (size_t)flags)));
	} else if (!strcmp(call, "chmod")) {
		same(sys_fchmodat(a, path, (uint32_t)flags), host(syscall(SYS_fchmodat, b, path, flags)));
	} else if (!strcmp(call, "truncate")) {
		same(sys_truncate(path, numbers[1]), host(truncate(path, numbers[1])));
	} else if (!strcmp(call, "utimens")) {
		utimens_both();
	} else if (!strcmp(call, "chdir")) {
		same(sys_chdir(path), host(chdir(path)));
	} else if (!strcmp(call, "getcwd")) {
		same_bytes(sys_getcwd(mine, (size_t)flags), host(syscall(SYS_getcwd, other, flags)));
	} else if (!strcmp(call, "umask")) {
		same(sys_umask((uint32_t)flags), (long)umask((mode_t)flags));
	} else {
		differ("no such call");
	}
}

static void make_call(void)
{
	char call[16] = "";
	size_t length = strcspn(line, " \n");

	line[strcspn(line, "\n")] = '\0';
	memcpy(call, line, length);
	memset(numbers, 0, sizeof(numbers));
	texts[0][0] = texts[1][0] = '\0';
	parse(line + length);
	if (!on_descriptor(call))
		on_path(call);
}

/* The folder that is the root for this process from now on; without being the superuser, in a user name space. */
static void enter_root(const char *folder)
{
	if (chdir(folder) || (chroot(".") && (unshare(CLONE_NEWUSER) || chroot("."))))
		exit(CANNOT);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	enter_root(argv[1]);
	paths_start();
	same(sys_unlinkat(AT_FDCWD, "/tmp", AT_REMOVEDIR), 0);
	umask(022);
	memset(slots, 0xff, sizeof(slots));
	while (fgets(line, sizeof(line), stdin)) {
		line_number++;
		make_call();
	}
	puts("same");
	return 0;
}
