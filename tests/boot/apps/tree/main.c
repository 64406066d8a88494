/* What the manifest's files are in the guest: read in place, fixed, beside what the program makes itself. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* recipes/posix/contracts/include/sys_calls.h; apps see only the headers of their C library. */
long sys_openat(int folder, const char *path, int flags, uint32_t mode);
long sys_read(int descriptor, void *bytes, size_t size);
long sys_write(int descriptor, const void *bytes, size_t size);
long sys_lseek(int descriptor, int64_t offset, int whence);
long sys_close(int descriptor);
long sys_mkdirat(int folder, const char *path, uint32_t mode);
long sys_renameat(int old_folder, const char *old_path, int new_folder, const char *new_path);
long sys_unlinkat(int folder, const char *path, int flags);
long sys_faccessat(int folder, const char *path, int mode);
long sys_fchmodat(int folder, const char *path, uint32_t mode);
long sys_truncate(const char *path, int64_t size);
long sys_linkat(int old_folder, const char *old_path, int new_folder, const char *new_path, int flags);

enum { CURRENT = -100, READ = 0, WRITE = 1, BOTH = 2, CREATE = 0100, TRUNCATE = 01000, END = 2 };
enum { ACCESS_DENIED = -13, EXISTS = -17, OTHER_FILES = -18, NOT_A_FOLDER = -20, FIXED = -30, IS_FOLDER = -21 };

static void check(int holds, const char *what)
{
	if (holds)
		return;
	printf("not so: %s\n", what);
	exit(1);
}
#define CHECK(condition) check(condition, #condition)

static void show(const char *path)
{
	char bytes[65];
	int file = (int)sys_openat(CURRENT, path, READ, 0);
	long size = file < 0 ? file : sys_read(file, bytes, sizeof(bytes) - 1);

	bytes[size < 0 ? 0 : size] = '\0';
	printf("%s: %ld: %s\n", path, size, bytes);
	if (file >= 0)
		sys_close(file);
}

static void try_fixed(void)
{
	CHECK(sys_openat(CURRENT, "/etc/motd", WRITE, 0) == FIXED && sys_openat(CURRENT, "/etc/motd", TRUNCATE, 0) == FIXED);
	CHECK(sys_truncate("/etc/motd", 0) == FIXED && sys_unlinkat(CURRENT, "/etc/motd", 0) == FIXED);
	CHECK(sys_renameat(CURRENT, "/etc/motd", CURRENT, "/etc/other") == FIXED);
	CHECK(sys_fchmodat(CURRENT, "/etc/motd", 0777) == FIXED && sys_faccessat(CURRENT, "/etc/motd", 2) == FIXED);
	CHECK(sys_linkat(CURRENT, "/etc/motd", CURRENT, "/motd", 0) == OTHER_FILES);
	CHECK(sys_faccessat(CURRENT, "/data/run.sh", 1) == 0 && sys_faccessat(CURRENT, "/etc/motd", 1) == ACCESS_DENIED);
	CHECK(sys_mkdirat(CURRENT, "/etc", 0755) == EXISTS && sys_openat(CURRENT, "/etc/motd/x", READ, 0) == NOT_A_FOLDER);
	CHECK(sys_openat(CURRENT, "/etc", WRITE, 0) == IS_FOLDER);
}

/* Names of the program's own are taken by the folders of the tree. */
static void try_beside(void)
{
	int file = (int)sys_openat(CURRENT, "/etc/own", BOTH | CREATE, 0644);

	CHECK(file >= 0 && sys_write(file, "own", 3) == 3 && sys_close(file) == 0);
	CHECK(sys_renameat(CURRENT, "/etc/own", CURRENT, "/etc/motd") == FIXED);
	CHECK(sys_renameat(CURRENT, "/etc/own", CURRENT, "/data/own") == 0);
	show("/data/own");
	CHECK(sys_unlinkat(CURRENT, "/data/own", 0) == 0);
}

int main(int argc, char **argv)
{
	int file;

	show("/etc/motd");
	show("/data/link");
	show("/data/absolute/er/end");
	show("/data/nothing");
	show("/data/absent");
	for (int place = 1; place < argc; place++)
		show(argv[place]);
	try_fixed();
	try_beside();
	file = (int)sys_openat(CURRENT, "/etc/motd", READ, 0);
	printf("%ld bytes\n", sys_lseek(file, 0, END));
	return 0;
}
