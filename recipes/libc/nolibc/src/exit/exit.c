/* The ordinary end of the program: ISO C11, section 7.22.4.4. */

#include <stdint.h>
#include <stdlib.h>

#include "exit_handlers.h"
#include "machine.h"

void exit(int status)
{
	nolibc_run_handlers();
	machine_end(ENDING_EXIT, (uint8_t)status);
}
