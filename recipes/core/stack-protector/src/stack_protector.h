#ifndef STACK_PROTECTOR_H
#define STACK_PROTECTOR_H

#include <stdint.h>

/* The names are the compiler's. The lowest byte of the canary is NUL, so that no string can carry it. */
extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

/* Set the canary; an init call, before any protected function runs. */
void stack_protector_start(void);

#endif
