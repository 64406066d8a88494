/* The printer of traps and of a smashed stack. */

#include "report.h"

#include <stddef.h>

#include "console.h"

enum { LAST_STAND_IN = 8 };

static void report_number(uint64_t value, unsigned base)
{
	if (value >= base) /* the digits before the last one; at most 20 calls deep */
		report_number(value / base, base);
	console_write(&"0123456789abcdef"[value % base], 1);
}

void report(const char *text, const uint64_t *values)
{
	for (;;) {
		const char *plain = text;
		while (*text > LAST_STAND_IN)
			text++;
		console_write(plain, (size_t)(text - plain));
		if (*text == '\0')
			return;
		report_number(*values++, 2 * (unsigned)*text++);
	}
}
