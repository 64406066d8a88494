/* The daemon that knows users and groups, of which there is none: as upstream answers where sockets are unknown, nobody is found. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

FILE *__nscd_query(int32_t request, const char *key, int32_t *answer, size_t size, int *is_swapped);

FILE *__nscd_query(int32_t request, const char *key, int32_t *answer, size_t size, int *is_swapped)
{
	(void)request;
	(void)key;
	*is_swapped = 0;
	memset(answer, 0, size);
	return fopen("/dev/null", "re");
}
