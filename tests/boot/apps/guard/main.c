/* Write to the last word below the stack of main. */

#include <stdint.h>

enum { SURVIVED = 99 };

extern char boot_stack[];

int main(void)
{
	((volatile uint64_t *)boot_stack)[-1] = 1;
	return SURVIVED;
}
