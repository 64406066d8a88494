/*
 * ioctl. The console is a terminal of 24 lines and 80 columns. Its settings are kept for who asks, and change nothing: the
 * bytes of a line of keys are edited and shown by whoever types them, or not at all.
 */

#include "descriptor.h"
#include "sys_calls.h"

enum { LINES = 24, COLUMNS = 80 };

struct terminal {
	uint32_t input, output, control, local;
	uint8_t discipline, keys[19];
};

struct window {
	uint16_t lines, columns, width, height;
};

/* Linux's own at the start: ICRNL IXON; OPOST ONLCR; B38400 CS8 CREAD; ISIG ICANON ECHO ECHOE ECHOK ECHOCTL ECHOKE IEXTEN. */
static struct terminal terminal = {
	0x500, 0x5, 0xbf, 0x8a3b, 0, "\3\34\177\25\4\0\1\0\21\23\32\0\22\17\27\26",
};

static long control_console(unsigned long request, uintptr_t argument)
{
	switch (request) {
	case SYS_TIOCGWINSZ:
		*(struct window *)argument = (struct window){LINES, COLUMNS, 0, 0};
		return 0;
	case SYS_TCGETS:
		*(struct terminal *)argument = terminal;
		return 0;
	case SYS_TCSETS:
	case SYS_TCSETSW:
	case SYS_TCSETSF:
		terminal = *(const struct terminal *)argument;
		return 0;
	default:
		return -SYS_ENOTTY;
	}
}

long sys_ioctl(int descriptor, unsigned long request, uintptr_t argument)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	if (!object->operations)
		return control_console(request, argument);
	return object->operations->control ? object->operations->control(object, request, argument) : -SYS_ENOTTY;
}
