/*
 * Numbers that nobody can foresee, for sequence numbers, ports and names of questions. What the generator makes at once is taken as several
 * of them: a connection would spend a sixth of its instructions there.
 */

#include "lwip/arch.h"
#include "sys_calls.h"

uint32_t lwip_random(void)
{
	enum { TOGETHER = 16 };
	static uint32_t numbers[TOGETHER];
	static unsigned left;
	uint32_t number;

	/* network_start has seen that there is a source, and one that has worked once goes on. */
	if (!left && sys_getrandom(numbers, sizeof(numbers), 0) != sizeof(numbers))
		__builtin_trap();
	left = (left ? left : TOGETHER) - 1;
	number = numbers[left];
	numbers[left] = 0; /* it is nowhere else */
	return number;
}
