/* The smallest program with a formatted number, which keeps the compiler from making it a puts. */

#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	printf("Hello, world, with %d argument(s)\n", argc - 1);
	return 0;
}
