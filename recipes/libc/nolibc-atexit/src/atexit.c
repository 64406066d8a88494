/* Functions for the end of the program: ISO C11, sections 7.22.4.2 and 7.22.4.3. */

#include <stddef.h>
#include <stdint.h>

#include "machine.h"

/* ISO C's least, and one for the streams. */
enum { HANDLERS = 33 };

struct handlers {
	void (*functions[HANDLERS])(void);
	size_t count;
};

static struct handlers at_exit, at_quick_end;

/* The declarations of stdlib.h, which belongs to a recipe that needs this one. */
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));
_Noreturn void quick_exit(int status);
void nolibc_run_handlers(void);

static int add(struct handlers *handlers, void (*function)(void))
{
	if (handlers->count == HANDLERS)
		return -1;
	handlers->functions[handlers->count++] = function;
	return 0;
}

/* The last that was added comes first; one that adds another, or calls exit, finds itself gone. */
static void run(struct handlers *handlers)
{
	while (handlers->count)
		handlers->functions[--handlers->count]();
}

int atexit(void (*function)(void))
{
	return add(&at_exit, function);
}

void nolibc_run_handlers(void)
{
	run(&at_exit);
}

int at_quick_exit(void (*function)(void))
{
	return add(&at_quick_end, function);
}

void quick_exit(int status)
{
	run(&at_quick_end);
	machine_end(ENDING_EXIT, (uint8_t)status);
}
