/* The canary from the 16 random bytes that the kernel gives each process. */

#include <stdint.h>

#include "boot_linux.h"
#include "stack_protector.h"

enum { AUXILIARY_RANDOM = 25 };

void stack_protector_start(void)
{
	const uintptr_t *word = boot_words + 1 + boot_words[0] + 1; /* behind argv */
	while (*word++ != 0) /* the environment */
		;
	while (*word != AUXILIARY_RANDOM) /* always there since Linux 2.6.29 */
		word += 2;
	__stack_chk_guard = *(const uintptr_t *)word[1] & ~(uintptr_t)0xff;
}
