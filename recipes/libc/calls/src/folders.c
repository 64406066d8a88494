/* Folders. A folder is read in pieces; what the system tells of an entry lies as struct dirent has it. */

#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>

#include "calls.h"

_Static_assert(offsetof(struct dirent, d_off) == offsetof(struct sys_dirent, offset) &&
		       offsetof(struct dirent, d_reclen) == offsetof(struct sys_dirent, size) &&
		       offsetof(struct dirent, d_type) == offsetof(struct sys_dirent, type) &&
		       offsetof(struct dirent, d_name) == offsetof(struct sys_dirent, name),
	       "an entry is handed on as it is");

enum { PIECE = 2048 }; /* bytes; the longest entry has 280 */

struct calls_folder {
	int descriptor;
	size_t at, filled;
	long next; /* of the entry that is read next, for seekdir */
	_Alignas(8) char bytes[PIECE];
};

int dirfd(DIR *folder)
{
	return folder->descriptor;
}

static DIR *folder_of(int descriptor)
{
	DIR *folder = calloc(1, sizeof(*folder));

	if (folder)
		folder->descriptor = descriptor;
	return folder;
}

DIR *fdopendir(int descriptor)
{
	struct sys_stat status;
	long result = sys_fstat(descriptor, &status);

	if (result == 0 && (status.mode & SYS_S_IFMT) != SYS_S_IFDIR)
		result = -SYS_ENOTDIR;
	return calls_result(result) < 0 ? NULL : folder_of(descriptor);
}

DIR *opendir(const char *path)
{
	long result = sys_openat(SYS_AT_FDCWD, path, SYS_O_RDONLY | SYS_O_DIRECTORY | SYS_O_CLOEXEC, 0);
	int descriptor = (int)calls_result(result);
	DIR *folder = descriptor < 0 ? NULL : folder_of(descriptor);

	if (descriptor >= 0 && !folder)
		sys_close(descriptor);
	return folder;
}

/* At the end NULL with errno as it was. */
struct dirent *readdir(DIR *folder)
{
	struct dirent *entry;

	if (folder->at == folder->filled) {
		long got = calls_result(sys_getdents64(folder->descriptor, folder->bytes, sizeof(folder->bytes)));

		folder->at = folder->filled = 0;
		if (got <= 0)
			return NULL;
		folder->filled = (size_t)got;
	}
	entry = (struct dirent *)(folder->bytes + folder->at);
	folder->at += entry->d_reclen;
	folder->next = entry->d_off;
	return entry;
}

long telldir(DIR *folder)
{
	return folder->next;
}

void seekdir(DIR *folder, long place)
{
	sys_lseek(folder->descriptor, place, SYS_SEEK_SET);
	folder->at = folder->filled = 0;
	folder->next = place;
}

void rewinddir(DIR *folder)
{
	seekdir(folder, 0);
}

int closedir(DIR *folder)
{
	int descriptor = folder->descriptor;

	free(folder);
	return (int)calls_result(sys_close(descriptor));
}
