/* The last error's message. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

void perror(const char *text)
{
	const char *message = strerror(errno);

	if (text && *text) {
		fputs(text, stderr);
		fputs(": ", stderr);
	}
	fputs(message, stderr);
	fputs("\n", stderr);
}
