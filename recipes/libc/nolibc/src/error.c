/* The number of the last error, and its message. */

#include <errno.h>
#include <string.h>

int errno;

char *strerror(int number)
{
	switch (number) {
	case 0:
		return "no error";
	case ENOMEM:
		return "out of memory";
	case EDOM:
		return "argument out of range";
	case ERANGE:
		return "result out of range";
	case EILSEQ:
		return "invalid character";
	default:
		return "unknown error";
	}
}
