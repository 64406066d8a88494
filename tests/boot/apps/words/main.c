/* Print the arguments, then the environment, each in hexadecimal: no byte can be mistaken for another. */

#include <stdio.h>

extern char **environ;

static void print(char kind, const char *word)
{
	putchar(kind);
	for (; *word; word++)
		printf("%02x", (unsigned char)*word);
	putchar('\n');
}

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		print('a', argv[i]);
	for (char **variable = environ; *variable; variable++)
		print('e', *variable);
	return argv[argc] != NULL;
}
