#include <stdio.h>

int start(void);

int start(void)
{
	return puts("hello");
}
