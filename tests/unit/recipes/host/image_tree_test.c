/*
 * A packed tree as nodes: prints each name with its mode and its bytes, read through descriptors. With an argument
 * there are only so many pages of memory for them.
 */

#include "files_host.h"

#include "descriptor_map.h"

enum { CURRENT = SYS_AT_FDCWD, SHOWING = 16 /* pages for looking at what there is */ };

static unsigned failures;

static void check(bool holds, const char *what, const char *path)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", path, what);
	failures++;
}
#define CHECK(condition) check(condition, #condition, path)

static void print_hex(const uint8_t *bytes, long count)
{
	for (long i = 0; i < count; i++)
		printf("%02x", bytes[i]);
}

static void show_file(const char *path, const struct sys_stat *status)
{
	static uint8_t bytes[1 << 18];
	int file = (int)sys_openat(CURRENT, path, SYS_O_RDONLY, 0);
	long count = sys_read(file, bytes, sizeof(bytes)), room = (status->size + 4095) & -4096L;
	const uint8_t *place = descriptor_map(file, 0, (size_t)room);

	CHECK(count == status->size && sys_read(file, bytes, 1) == 0);
	CHECK(sys_pread64(file, bytes + count, 7, status->size + 1) == 0 && sys_pread64(file, bytes + count, 7, INT64_MAX) == 0);
	CHECK((place != NULL) == (status->size >= 65536));
	CHECK(descriptor_map(file, 0, (size_t)room + 1) == NULL && descriptor_map(file, 1, 1) == NULL);
	CHECK(descriptor_map(file, -4096, 1) == NULL && descriptor_map(file, INT64_MAX - 4095, 8192) == NULL);
	CHECK(!place || (memcmp(place, bytes, (size_t)count) == 0 && (uintptr_t)place % 4096 == 0));
	for (long i = count; place && i < room; i++)
		CHECK(place[i] == 0);
	CHECK(!place || descriptor_map(file, 4096, 4096) == place + 4096);
	CHECK(sys_openat(CURRENT, path, SYS_O_RDWR, 0) == -SYS_EROFS && sys_truncate(path, 0) == -SYS_EROFS);
	CHECK(sys_ftruncate(file, 0) == -SYS_EINVAL && sys_write(file, bytes, 1) == -SYS_EBADF);
	CHECK(sys_fchmod(file, 0) == -SYS_EROFS && sys_unlinkat(CURRENT, path, 0) == -SYS_EROFS);
	print_hex(bytes, count);
	CHECK(sys_close(file) == 0);
}

static void show(const char *path);

static void show_folder(const char *path)
{
	_Alignas(8) char entries[300];
	char below[1024];
	int folder = (int)sys_openat(CURRENT, *path ? path : "/", SYS_O_RDONLY | SYS_O_DIRECTORY, 0);
	long count;

	CHECK(descriptor_map(folder, 0, 1) == NULL);
	while ((count = sys_getdents64(folder, entries, sizeof(entries))) > 0)
		for (long at = 0; at < count; at += ((struct sys_dirent *)(entries + at))->size) {
			const char *name = ((struct sys_dirent *)(entries + at))->name;
			if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
				continue;
			snprintf(below, sizeof(below), "%s/%s", path, name);
			show(below);
		}
	CHECK(count == 0 && sys_close(folder) == 0);
}

static void show(const char *path)
{
	char target[256];
	struct sys_stat status;

	CHECK(sys_newfstatat(CURRENT, path, &status, SYS_AT_SYMLINK_NOFOLLOW) == 0 && status.modified.seconds == 0);
	printf("%o ", status.mode);
	if ((status.mode & SYS_S_IFMT) == SYS_S_IFLNK)
		print_hex((uint8_t *)target, sys_readlinkat(CURRENT, path, target, sizeof(target)));
	if ((status.mode & SYS_S_IFMT) == SYS_S_IFREG)
		show_file(path, &status);
	printf(" %s\n", path + 1);
	if ((status.mode & SYS_S_IFMT) == SYS_S_IFDIR)
		show_folder(path);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pages_limit = (size_t)atol(argv[1]);
	paths_start();
	pages_limit += SHOWING;
	sys_unlinkat(CURRENT, "/tmp", SYS_AT_REMOVEDIR);
	show_folder("");
	fwrite(console, 1, console_length, stdout);
	return failures != 0;
}
