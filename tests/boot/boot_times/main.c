/* Uses a recipe that has an init call; with an argument it stays, with two it never says anything. */

#include <stdio.h>

extern volatile int slow_value;

int main(int argc, char **argv)
{
	(void)argv;
	while (argc > 2)
		;
	printf("main %s\n", slow_value < 0 ? "early" : "at last");
	while (argc > 1)
		;
	return 0;
}
