/* Who the system says to be. A program that asks for Linux will find other differences too. */

#include "processor.h"
#include "sys_calls.h"

long sys_uname(struct sys_utsname *name)
{
	*name = (struct sys_utsname){
		.system = "unikernel-composer",
		.node = "unikernel",
		.release = "1",
		.version = "#1",
		.machine = PROCESSOR,
		.domain = "(none)",
	};
	return 0;
}
