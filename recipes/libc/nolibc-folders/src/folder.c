/* What is in a folder: dirent.h. */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "nolibc_system.h"
#include "sys_calls.h"

struct nolibc_folder {
	int descriptor;
	long start, end; /* of the entries that were read and not given yet */
	_Alignas(struct dirent) char entries[2048];
};

_Static_assert(offsetof(struct dirent, d_name) == offsetof(struct sys_dirent, name), "one layout");

DIR *fdopendir(int descriptor)
{
	DIR *folder = calloc(1, sizeof(*folder));

	if (folder)
		folder->descriptor = descriptor;
	return folder;
}

DIR *opendir(const char *path)
{
	int descriptor = (int)nolibc_result(sys_openat(SYS_AT_FDCWD, path, SYS_O_RDONLY | SYS_O_DIRECTORY | SYS_O_CLOEXEC, 0));
	DIR *folder;

	if (descriptor < 0)
		return NULL;
	folder = fdopendir(descriptor);
	if (!folder)
		sys_close(descriptor);
	return folder;
}

struct dirent *readdir(DIR *folder)
{
	struct dirent *entry;

	if (folder->start >= folder->end) {
		folder->start = 0;
		folder->end = nolibc_result(sys_getdents64(folder->descriptor, folder->entries, sizeof(folder->entries)));
		if (folder->end <= 0)
			return NULL;
	}
	entry = (struct dirent *)(folder->entries + folder->start);
	folder->start += entry->d_reclen;
	return entry;
}

void rewinddir(DIR *folder)
{
	sys_lseek(folder->descriptor, 0, SYS_SEEK_SET);
	folder->start = folder->end = 0;
}

int dirfd(DIR *folder)
{
	return folder->descriptor;
}

int closedir(DIR *folder)
{
	int descriptor = folder->descriptor;

	free(folder);
	return (int)nolibc_result(sys_close(descriptor));
}
