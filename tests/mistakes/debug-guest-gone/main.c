#include <stdio.h>

int main(void)
{
	puts("ready");
	for (;;) {
	}
}
