/* The number of the last error, and its message. */

#include <errno.h>
#include <string.h>

int errno;

/* Each ends with a 0; numbers from 0 to 40 without a gap, then those of `nolibc_higher_errors`. */
static const char nolibc_error_messages[] =
	"no error\0"
	"operation not permitted\0"
	"no such file or directory\0"
	"no such process\0"
	"interrupted by a signal\0"
	"input or output failed\0"
	"no such device or address\0"
	"too many arguments\0"
	"not a program\0"
	"bad file descriptor\0"
	"no child process\0"
	"try again later\0"
	"out of memory\0"
	"permission denied\0"
	"bad address\0"
	"not a block device\0"
	"resource busy\0"
	"file exists\0"
	"not on one file system\0"
	"no such device\0"
	"not a directory\0"
	"is a directory\0"
	"invalid argument\0"
	"too many files open in the system\0"
	"too many files open\0"
	"not a terminal\0"
	"program in use\0"
	"file too large\0"
	"no space left\0"
	"not seekable\0"
	"read-only file system\0"
	"too many links\0"
	"broken pipe\0"
	"argument out of range\0"
	"result out of range\0"
	"would wait for ever\0"
	"name too long\0"
	"no locks left\0"
	"function not implemented\0"
	"directory not empty\0"
	"too many symbolic links\0"
	"no data\0"
	"value too large for its type\0"
	"invalid character\0"
	"not a socket\0"
	"not supported\0"
	"timed out\0"
	"canceled\0"
	"unknown error";

enum { CONSECUTIVE = ELOOP + 1 };

static const char nolibc_higher_errors[] = {ENODATA, EOVERFLOW, EILSEQ, ENOTSOCK, EOPNOTSUPP, ETIMEDOUT, ECANCELED};

char *strerror(int number)
{
	const char *message = nolibc_error_messages;
	unsigned place = (unsigned)number;

	if (place >= CONSECUTIVE) {
		for (place = 0; place < sizeof(nolibc_higher_errors); place++)
			if (nolibc_higher_errors[place] == number)
				break;
		place += CONSECUTIVE;
	}
	while (place--)
		message += strlen(message) + 1;
	return (char *)message;
}
