/* The number of the last error, and its message. */

#include <errno.h>
#include <string.h>

int errno;

/* Each ends with a 0; numbers from 0 to 40 without a gap, then those of `nolibc_higher_errors`. */
static const char nolibc_error_messages[] =
	"Success\0"
	"Operation not permitted\0"
	"No such file or directory\0"
	"No such process\0"
	"Interrupted system call\0"
	"Input/output error\0"
	"No such device or address\0"
	"Argument list too long\0"
	"Exec format error\0"
	"Bad file descriptor\0"
	"No child processes\0"
	"Resource temporarily unavailable\0"
	"Cannot allocate memory\0"
	"Permission denied\0"
	"Bad address\0"
	"Block device required\0"
	"Device or resource busy\0"
	"File exists\0"
	"Invalid cross-device link\0"
	"No such device\0"
	"Not a directory\0"
	"Is a directory\0"
	"Invalid argument\0"
	"Too many open files in system\0"
	"Too many open files\0"
	"Inappropriate ioctl for device\0"
	"Text file busy\0"
	"File too large\0"
	"No space left on device\0"
	"Illegal seek\0"
	"Read-only file system\0"
	"Too many links\0"
	"Broken pipe\0"
	"Numerical argument out of domain\0"
	"Numerical result out of range\0"
	"Resource deadlock avoided\0"
	"File name too long\0"
	"No locks available\0"
	"Function not implemented\0"
	"Directory not empty\0"
	"Too many levels of symbolic links\0"
	"No data available\0"
	"Value too large for defined data type\0"
	"Invalid or incomplete multibyte or wide character\0"
	"Socket operation on non-socket\0"
	"Destination address required\0"
	"Message too long\0"
	"Protocol wrong type for socket\0"
	"Protocol not available\0"
	"Protocol not supported\0"
	"Socket type not supported\0"
	"Operation not supported\0"
	"Address family not supported by protocol\0"
	"Address already in use\0"
	"Cannot assign requested address\0"
	"Network is down\0"
	"Network is unreachable\0"
	"Software caused connection abort\0"
	"Connection reset by peer\0"
	"No buffer space available\0"
	"Transport endpoint is already connected\0"
	"Transport endpoint is not connected\0"
	"Connection timed out\0"
	"Connection refused\0"
	"No route to host\0"
	"Operation already in progress\0"
	"Operation now in progress\0"
	"Operation canceled\0"
	"Unknown error";

enum { CONSECUTIVE = ELOOP + 1 };

static const char nolibc_higher_errors[] = {
	ENODATA, EOVERFLOW, EILSEQ, ENOTSOCK, EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT, EPROTONOSUPPORT,
	ESOCKTNOSUPPORT, EOPNOTSUPP, EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ECONNABORTED,
	ECONNRESET, ENOBUFS, EISCONN, ENOTCONN, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH, EALREADY, EINPROGRESS,
	ECANCELED,
};

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
