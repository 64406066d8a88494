/* The functions of stdlib.h that read floats. */

#include <errno.h>
#include <stdlib.h>

#include "nolibc_decimal.h"

/* errno says ERANGE for a number that is too large, and for one that is so small that bits of it are lost. */
static struct nolibc_binary nolibc_read(const struct nolibc_precision *precision, const char *text, char **end)
{
	const char *at = text, *stop;
	struct nolibc_binary result;

	while (*at == ' ' || (unsigned)(*at - '\t') < 5)
		at++;
	result = nolibc_read_float(precision, at, &stop);
	if (end)
		*end = (char *)(stop == at ? text : stop);
	if (result.out_of_range)
		errno = ERANGE;
	return result;
}

float strtof(const char *restrict text, char **restrict end)
{
	struct nolibc_binary result = nolibc_read(&nolibc_single, text, end);

	return nolibc_make_single(&result);
}

double strtod(const char *restrict text, char **restrict end)
{
	struct nolibc_binary result = nolibc_read(&nolibc_double, text, end);

	return nolibc_make_double(&result);
}

long double strtold(const char *restrict text, char **restrict end)
{
	struct nolibc_binary result = nolibc_read(&nolibc_extended, text, end);

	return nolibc_make_extended(&result);
}

double atof(const char *text)
{
	return strtod(text, NULL);
}
