/* Sleep as many milliseconds as the argument says. */

#include <stdlib.h>

long sys_nanosleep(const long time[2], long rest[2]);

int main(int argc, char **argv)
{
	long milliseconds = argc > 1 ? strtol(argv[1], 0, 10) : 0;
	long time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};

	return (int)sys_nanosleep(time, 0);
}
