#include <inttypes.h>
#include <stdio.h>

#include "state.h"

/* A range with equal rights that is still growing; empty if both addresses are equal. */
static struct {
	uint64_t start, end;
	bool is_writable, is_executable;
} range;

void end_range(void)
{
	if (range.start != range.end)
		printf("page %" PRIx64 " %" PRIx64 " r%c%c\n", range.start, range.end, range.is_writable ? 'w' : '-',
		       range.is_executable ? 'x' : '-');
	range.start = range.end;
}

void take_page(uint64_t address, uint64_t size, bool is_writable, bool is_executable)
{
	if (address != range.end || is_writable != range.is_writable || is_executable != range.is_executable) {
		end_range();
		range.start = address;
		range.is_writable = is_writable;
		range.is_executable = is_executable;
	}
	range.end = address + size;
}
