/*
 * Print the arguments and the environment, then every line of the console backwards with its number,
 * until the input ends. Lines may have any length: they live on the heap.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* The next line without its end, which the caller frees; a null pointer when the input has ended. */
static char *read_line(void)
{
	size_t length = 0, size = 16;
	char *line = malloc(size);

	while (line && fgets(line + length, (int)(size - length), stdin)) {
		char *grown;

		length += strlen(line + length);
		if (line[length - 1] == '\n') {
			line[length - 1] = '\0';
			return line;
		}
		grown = realloc(line, size *= 2);
		if (!grown)
			break;
		line = grown;
	}
	if (line && length)
		return line; /* the last line may lack its end */
	free(line);
	return NULL;
}

static void reverse(char *line)
{
	char *end = line + strlen(line);

	while (line < end) {
		char byte = *line;

		*line++ = *--end;
		*end = byte;
	}
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	char *line;

	for (int i = 0; i < argc; i++)
		printf("argument %d: %s\n", i, argv[i]);
	for (char **variable = environ; *variable; variable++)
		printf("environment: %s\n", *variable);
	while ((line = read_line())) {
		reverse(line);
		printf("%u: %s\n", ++count, line);
		free(line);
	}
	printf("%u line(s)\n", count);
	return 0;
}
