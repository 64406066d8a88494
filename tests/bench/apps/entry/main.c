/* Print how long the guest took from its entry to here; the boot code that is measured has noted the entry's time. */

#include <stdint.h>
#include <stdio.h>

int main(void)
{
	uint64_t now, entry, frequency;
	__asm__ volatile("mrs %0, cntvct_el0; mrs %1, tpidr_el1; mrs %2, cntfrq_el0"
			 : "=r"(now), "=r"(entry), "=r"(frequency));
	printf("%lu us\n", (unsigned long)((now - entry) * 1000000 / frequency));
	return 0;
}
