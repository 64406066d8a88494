/* Numbers of the largest type: ISO C11, section 7.8.2. */

#include <inttypes.h>
#include <stdlib.h>

_Static_assert(sizeof(intmax_t) == sizeof(long long), "the functions for intmax_t share those for long long");

intmax_t imaxabs(intmax_t number)
{
	return number < 0 ? -number : number;
}

imaxdiv_t imaxdiv(intmax_t number, intmax_t divisor)
{
	return (imaxdiv_t){number / divisor, number % divisor};
}

intmax_t strtoimax(const char *restrict text, char **restrict end, int base)
{
	return strtoll(text, end, base);
}

uintmax_t strtoumax(const char *restrict text, char **restrict end, int base)
{
	return strtoull(text, end, base);
}
