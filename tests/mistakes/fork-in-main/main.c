#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();
	int why = errno;

	printf("fork gives %d, errno %s\n", child, why == ENOSYS ? "ENOSYS" : "another");
	return child == -1 && why == ENOSYS ? 3 : 0;
}
