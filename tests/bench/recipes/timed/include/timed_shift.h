/*
 * The first source of an app has nothing but this: then all other code has addresses that depend on the bytes that the
 * macro SHIFT says.
 */
#include "timed.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

void timed_shift(void)
{
	__asm__ volatile("jmp 1f\n\t.skip " TEXT(SHIFT) "\n1:");
}
