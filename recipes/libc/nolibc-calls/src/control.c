/* fcntl, whose last argument some commands do not have. */

#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>

#include "calls.h"

_Static_assert(O_CREAT == SYS_O_CREAT && O_EXCL == SYS_O_EXCL && O_TRUNC == SYS_O_TRUNC, "one set of numbers");
_Static_assert(O_APPEND == SYS_O_APPEND && O_CLOEXEC == SYS_O_CLOEXEC && O_SYNC == SYS_O_SYNC, "one set of numbers");
_Static_assert(O_DIRECTORY == SYS_O_DIRECTORY && O_NOFOLLOW == SYS_O_NOFOLLOW, "one set of numbers");
_Static_assert(O_NONBLOCK == SYS_O_NONBLOCK && O_NOCTTY == SYS_O_NOCTTY && O_DSYNC == SYS_O_DSYNC, "one set of numbers");

int fcntl(int descriptor, int command, ...)
{
	va_list arguments;
	uintptr_t argument;

	va_start(arguments, command);
	argument = va_arg(arguments, uintptr_t);
	va_end(arguments);
	return (int)calls_result(sys_fcntl(descriptor, command, argument));
}
