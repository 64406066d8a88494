/* Files, folders, devices and a pipe by the system calls themselves, as a C library would call them. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* recipes/posix/contracts/include/sys_calls.h; apps see only the headers of their C library. */
long sys_openat(int folder, const char *path, int flags, uint32_t mode);
long sys_read(int descriptor, void *bytes, size_t size);
long sys_write(int descriptor, const void *bytes, size_t size);
long sys_pread64(int descriptor, void *bytes, size_t size, int64_t offset);
long sys_close(int descriptor);
long sys_mkdirat(int folder, const char *path, uint32_t mode);
long sys_renameat(int old_folder, const char *old_path, int new_folder, const char *new_path);
long sys_unlinkat(int folder, const char *path, int flags);
long sys_symlinkat(const char *target, int folder, const char *path);
long sys_getcwd(char *path, size_t size);
long sys_chdir(const char *path);
long sys_dup3(int descriptor, int wanted, int flags);
long sys_pipe2(int ends[2], int flags);
long sys_getdents64(int descriptor, void *entries, size_t size);

enum { CURRENT = -100, READ = 0, BOTH = 2, CREATE = 0100, NO_ENTRY = -2, MEBIBYTE = 1 << 20, PIECE = 65536 };

static void check(int holds, const char *what)
{
	if (holds)
		return;
	printf("not so: %s\n", what);
	exit(1);
}
#define CHECK(condition) check(condition, #condition)

static void try_paths(void)
{
	char path[64], bytes[64];
	int file;

	CHECK(sys_mkdirat(CURRENT, "/data", 0755) == 0 && sys_chdir("/data") == 0);
	CHECK(sys_getcwd(path, sizeof(path)) == 6 && strcmp(path, "/data") == 0);
	file = (int)sys_openat(CURRENT, "one", BOTH | CREATE, 0644);
	CHECK(file == 4 && sys_write(file, "some bytes", 10) == 10 && sys_close(file) == 0);
	CHECK(sys_renameat(CURRENT, "one", CURRENT, "two") == 0 && sys_symlinkat("../data/two", CURRENT, "/link") == 0);
	CHECK(sys_openat(CURRENT, "one", READ, 0) == NO_ENTRY);
	file = (int)sys_openat(CURRENT, "/link", READ, 0);
	CHECK(sys_read(file, bytes, sizeof(bytes)) == 10 && memcmp(bytes, "some bytes", 10) == 0);
	CHECK(sys_unlinkat(CURRENT, "two", 0) == 0 && sys_pread64(file, bytes, 4, 5) == 4 && sys_close(file) == 0);
	CHECK(sys_openat(CURRENT, "/link", READ, 0) == NO_ENTRY);
}

/* 10 MiB come back as they were written. */
static void try_large_file(void)
{
	static unsigned char out[PIECE], in[PIECE];
	int file = (int)sys_openat(CURRENT, "/tmp/large", BOTH | CREATE, 0600);

	for (int piece = 0; piece < 10 * MEBIBYTE / PIECE; piece++) {
		memset(out, piece, sizeof(out));
		CHECK(sys_write(file, out, sizeof(out)) == PIECE);
	}
	for (int piece = 0; piece < 10 * MEBIBYTE / PIECE; piece++) {
		memset(out, piece, sizeof(out));
		CHECK(sys_pread64(file, in, sizeof(in), (int64_t)piece * PIECE) == PIECE && memcmp(in, out, PIECE) == 0);
	}
	CHECK(sys_close(file) == 0 && sys_unlinkat(CURRENT, "/tmp/large", 0) == 0);
}

static void try_devices(void)
{
	char bytes[16] = "x";
	int file = (int)sys_openat(CURRENT, "/dev/zero", READ, 0);
	int null = (int)sys_openat(CURRENT, "/dev/null", BOTH, 0);

	CHECK(sys_read(file, bytes, 16) == 16 && bytes[0] == 0 && sys_write(null, bytes, 16) == 16);
	CHECK(sys_close(file) == 0 && sys_close(null) == 0);
	file = (int)sys_openat(CURRENT, "/dev/console", BOTH, 0);
	CHECK(sys_write(file, "to the console\n", 15) == 15 && sys_close(file) == 0);
}

static void try_pipe(void)
{
	int ends[2];
	char bytes[16];

	CHECK(sys_pipe2(ends, 0) == 0 && sys_write(ends[1], "through", 7) == 7);
	CHECK(sys_read(ends[0], bytes, sizeof(bytes)) == 7 && memcmp(bytes, "through", 7) == 0);
	CHECK(sys_close(ends[1]) == 0 && sys_read(ends[0], bytes, 1) == 0 && sys_close(ends[0]) == 0);
}

int main(void)
{
	_Alignas(8) char entries[512];
	int root = (int)sys_openat(CURRENT, "/", READ, 0);

	try_paths();
	try_large_file();
	try_devices();
	try_pipe();
	printf("%ld bytes of entries\n", sys_getdents64(root, entries, sizeof(entries)));
	return 0;
}
