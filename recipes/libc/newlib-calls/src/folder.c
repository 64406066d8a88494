/* The current folder's path; apart, for it may take memory from the heap. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"

enum { LONGEST_PATH = 4096 }; /* bytes, as fs/paths has it */

char *getcwd(char *path, size_t size)
{
	char *room = path;

	if (!path)
		room = malloc(size ? size : (size = LONGEST_PATH));
	if (!room)
		return NULL;
	if (calls_result(sys_getcwd(room, size)) >= 0)
		return room;
	if (!path)
		free(room);
	return NULL;
}
