/* Folders. A folder is read in pieces; what the system tells of an entry lies as struct dirent has it. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"

_Static_assert(offsetof(struct dirent, d_off) == offsetof(struct sys_dirent, offset) &&
		       offsetof(struct dirent, d_reclen) == offsetof(struct sys_dirent, size) &&
		       offsetof(struct dirent, d_type) == offsetof(struct sys_dirent, type) &&
		       offsetof(struct dirent, d_name) == offsetof(struct sys_dirent, name),
	       "an entry is handed on as it is");

enum { PIECE = 2048 }; /* bytes; the longest entry has 280 */

struct newlib_folder {
	int descriptor;
	size_t at, filled;
	long next; /* of the entry that is read next, for seekdir */
	_Alignas(8) char bytes[PIECE];
};

int dirfd(DIR *folder)
{
	return folder->descriptor;
}

DIR *fdopendir(int descriptor)
{
	struct stat status;
	DIR *folder;

	if (fstat(descriptor, &status) < 0)
		return NULL;
	if (!S_ISDIR(status.st_mode)) {
		calls_fail(ENOTDIR);
		return NULL;
	}
	folder = calloc(1, sizeof(*folder));
	if (folder)
		folder->descriptor = descriptor;
	return folder;
}

DIR *opendir(const char *path)
{
	int descriptor = open(path, O_RDONLY);
	DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);

	if (descriptor >= 0 && !folder)
		close(descriptor);
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
	lseek(folder->descriptor, place, SEEK_SET);
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
	return close(descriptor);
}
