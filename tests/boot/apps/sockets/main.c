/* The same program here and on Linux: what sockets over 127.0.0.1 say, line by line. */

#include "compare.h"

#include <stdio.h>

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	streams();
	datagrams();
	waiting();
	puts("end");
	return 0;
}
