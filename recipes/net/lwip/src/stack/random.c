/* Numbers that nobody can foresee, for sequence numbers, ports and names of questions. */

#include "lwip/arch.h"
#include "sys_calls.h"

uint32_t lwip_random(void)
{
	uint32_t number;

	/* network_start has seen that there is a source, and one that has worked once goes on. */
	if (sys_getrandom(&number, sizeof(number), 0) != sizeof(number))
		__builtin_trap();
	return number;
}
