/* The same with a float, which the compiler cannot make a string of. */

#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	printf("%g\n", (double)argc);
	return 0;
}
