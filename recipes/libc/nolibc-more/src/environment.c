/* What takes a setting out of the environment. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int unsetenv(const char *name)
{
	size_t length = strlen(name);
	char **kept = environ;

	if (!length || strchr(name, '=')) {
		errno = EINVAL;
		return -1;
	}
	for (char **variable = environ; *variable; variable++)
		if (strncmp(*variable, name, length) || (*variable)[length] != '=')
			*kept++ = *variable;
	*kept = NULL;
	return 0;
}

int clearenv(void)
{
	*environ = NULL;
	return 0;
}
