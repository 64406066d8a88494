/* Uses a recipe that has an init call, writes to both of its outputs, and with an argument stays. */

#include <stdio.h>

extern volatile int slow_value;

int main(int argc, char **argv)
{
	(void)argv;
	printf("main %s\n", slow_value < 0 ? "early" : "at last");
	fprintf(stderr, "and an error\n");
	while (argc > 1)
		;
	return 0;
}
