/* Uses a recipe that has an init call, and with an argument stays. */

#include <stdio.h>

extern volatile int slow_value;

int main(int argc, char **argv)
{
	(void)argv;
	printf("main %s\n", slow_value < 0 ? "early" : "at last");
	while (argc > 1)
		;
	return 0;
}
