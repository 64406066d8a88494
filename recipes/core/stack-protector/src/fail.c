/* What the compiler's stack protector needs: a canary for all functions, and what happens when one is gone. */

#include <stdint.h>

#include "machine.h"
#include "report.h"
#include "stack_protector.h"

uintptr_t __stack_chk_guard;

_Noreturn void __stack_chk_fail(void)
{
	report_number("abort: stack-smashed pc=", (uintptr_t)__builtin_return_address(0), 16);
	report_text("\n");
	machine_end(ENDING_ABORT, 0);
}
