/* Prints how many descriptors can be open at a time. */

#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int last = 0;

	for (int next = 0; next >= 0; next = dup(0))
		last = next;
	printf("%d\n", last + 1);
	return 0;
}
