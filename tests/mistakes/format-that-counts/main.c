#include <stdio.h>

int main(int argc, char **argv)
{
	int count;

	(void)argv;
	puts("%n is only printed");
	printf("%d arguments%n\n", argc - 1, &count);
	return count;
}
