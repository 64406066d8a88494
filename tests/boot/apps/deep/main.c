/* Use so many KiB of main's stack as the argument says. */

#include <stdio.h>
#include <stdlib.h>

enum { step = 1024 };

static int descend(int steps)
{
	volatile char room[step];

	room[0] = (char)steps;
	return steps ? descend(steps - 1) + room[0] : room[0];
}

int main(int argc, char **argv)
{
	int steps = argc > 1 ? atoi(argv[1]) : 0;

	printf("%s\n", descend(steps) >= 0 ? "came back" : "came back too");
	return 0;
}
