/* The shared printer of traps and of a smashed stack. It keeps no arrays, so it needs no stack protector. */

#include "report.h"

#include <stddef.h>

#include "console.h"

void report_text(const char *text)
{
	const char *end = text;
	while (*end != '\0')
		end++;
	console_write(text, (size_t)(end - text));
}

void report_number(const char *label, uint64_t value, unsigned base)
{
	report_text(label);
	if (value >= base) /* the digits before the last one; at most 64 calls deep */
		report_number("", value / base, base);
	console_write("0123456789abcdef" + value % base, 1);
}
