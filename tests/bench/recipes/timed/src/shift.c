#include "timed.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

void timed_shift(void)
{
	__asm__ volatile("jmp 1f\n\t.skip " TEXT(OPTION_SHIFT) "\n1:");
}
