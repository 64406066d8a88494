#include <stdio.h>

int main(void)
{
	printf("%d\n", wrong);
	return 0;
}
