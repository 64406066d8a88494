#include <stdio.h>

static int main(void)
{
	return puts("hello");
}
