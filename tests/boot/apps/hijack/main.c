/* Write over the end of an array on the stack, as an attacker does who wants a return to go elsewhere. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 16, REACH = 6, HIJACKED = 99 };

static void hijacked(void)
{
	puts("hijacked");
	exit(HIJACKED);
}

/* Returns where `array` is, so that the compiler cannot know how far the writes below go. */
static uintptr_t *hidden(void *array)
{
	__asm__("" : "+r"(array));
	return array;
}

static __attribute__((noinline)) void victim(void)
{
	char array[ROOM];
	uintptr_t *word = hidden(array);

	for (unsigned i = 0; i < REACH; i++)
		word[i] = (uintptr_t)hijacked;
}

int main(void)
{
	victim();
	puts("nothing happened");
	return 0;
}
