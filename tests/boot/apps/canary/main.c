/* Print the word that the stack protector puts before each return address. */

#include <stdint.h>
#include <stdio.h>

extern uintptr_t __stack_chk_guard;

int main(void)
{
	printf("%016lx\n", (unsigned long)__stack_chk_guard);
	return 0;
}
