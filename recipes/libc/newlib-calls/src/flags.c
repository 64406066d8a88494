/* The flags of open. */

#include <fcntl.h>

#include "newlib_calls.h"

int newlib_open_flags(int flags)
{
	static const struct {
		int ours, theirs;
	} pairs[] = {
		{SYS_O_APPEND, O_APPEND},	{SYS_O_CREAT, O_CREAT},	  {SYS_O_TRUNC, O_TRUNC},
		{SYS_O_EXCL, O_EXCL},		{SYS_O_SYNC, O_SYNC},	  {SYS_O_NONBLOCK, O_NONBLOCK},
		{SYS_O_NOCTTY, O_NOCTTY},	{SYS_O_CLOEXEC, _FNOINHERIT}, {SYS_O_NOFOLLOW, _FNOFOLLOW},
		{SYS_O_DIRECTORY, _FDIRECTORY},
	};
	int result = flags & O_ACCMODE;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (flags & pairs[i].theirs)
			result |= pairs[i].ours;
	return result;
}
