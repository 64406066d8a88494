/* Sixteen random bytes, or why there are none; asked twice. */

#include <stdio.h>

long sys_getrandom(void *bytes, size_t size, unsigned flags);

int main(void)
{
	unsigned char bytes[2][16];
	long first = sys_getrandom(bytes[0], 16, 0), second = sys_getrandom(bytes[1], 16, 4);

	if (first != 16 || second != 16) {
		printf("refused: %ld, %ld\n", first, second);
		return 1;
	}
	for (int i = 0; i < 32; i++)
		printf("%02x%s", bytes[i / 16][i % 16], i % 16 == 15 ? "\n" : "");
	return 0;
}
