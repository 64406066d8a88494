/* What the compiler's stack protector needs: a canary for all functions, and what happens when one is gone. */

#include <stdint.h>

#include "machine.h"
#include "report.h"
#include "stack_protector.h"

uintptr_t __stack_chk_guard;

_Noreturn void __stack_chk_fail(void)
{
	const uint64_t caller = (uintptr_t)__builtin_return_address(0);
	report("abort: stack-smashed pc=" REPORT_HEX "\n", &caller);
	machine_end(ENDING_ABORT, 0);
}
