/* What puts settings into the environment. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* The array that is ours, once there is one; the first is the loader's and has no room. */
static char **nolibc_heap_owned;

int putenv(char *setting)
{
	size_t name = strcspn(setting, "="), count = 0;
	char **array;

	if (!setting[name])
		return unsetenv(setting);
	for (; environ[count]; count++) {
		if (!strncmp(environ[count], setting, name + 1)) {
			environ[count] = setting;
			return 0;
		}
	}
	array = realloc(environ == nolibc_heap_owned ? environ : NULL, (count + 2) * sizeof(*array));
	if (!array)
		return -1;
	if (environ != nolibc_heap_owned)
		memcpy(array, environ, count * sizeof(*array));
	array[count] = setting;
	array[count + 1] = NULL;
	environ = nolibc_heap_owned = array;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t length = strlen(name), size = strlen(value) + 1;
	char *setting;

	if (!length || strchr(name, '=')) {
		errno = EINVAL;
		return -1;
	}
	if (!overwrite && getenv(name))
		return 0;
	setting = malloc(length + 1 + size);
	if (!setting)
		return -1;
	memcpy(setting, name, length);
	setting[length] = '=';
	memcpy(setting + length + 1, value, size);
	return putenv(setting);
}
