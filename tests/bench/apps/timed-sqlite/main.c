#include <stddef.h>

#include "timed.h"

int speedtest_main(int count, char **words);

int main(void)
{
	static const struct timed_program speedtest = {
		"sqlite", speedtest_main, NULL, 5, {"speedtest1", "--memdb", "--size", "1"}};
	timed_shift();
	return timed_run(&speedtest, 1);
}
