/* sysinfo, of a machine with one process and no swap. */

#include "clock.h"
#include "image.h"
#include "pages.h"
#include "sys_calls.h"

long sys_sysinfo(struct sys_sysinfo *info)
{
	*info = (struct sys_sysinfo){
		.uptime_seconds = (int64_t)(clock_monotonic() / UINT64_C(1000000000)),
		.ram_bytes = (uintptr_t)image_memory,
		.ram_free = pages_free_count() * PAGE_BYTES,
		.processes = 1,
		.unit = 1,
	};
	return 0;
}
