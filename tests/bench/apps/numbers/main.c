/* A formatted number without floats: what `floats` beside it is measured against. */

#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	printf("%d\n", argc);
	return 0;
}
