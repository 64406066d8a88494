#include "console.h"

volatile int slow_value;

void slow_start(void);

void slow_start(void)
{
	for (int turn = 0; turn < OPTION_TURNS; turn++)
		slow_value = turn;
	if (OPTION_SPEAKS)
		console_write("slowly\n", 7);
	if (OPTION_DIES)
		__builtin_trap();
}
