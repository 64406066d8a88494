/* Arithmetic that processors have no instructions for: compiled code calls functions of the compiler for it. */

#include <stdio.h>

typedef unsigned __int128 wide;

static unsigned long digits(wide number, char *text)
{
	unsigned long count = 0;

	do {
		text[count++] = (char)('0' + (int)(number % 10));
		number /= 10;
	} while (number);
	return count;
}

static void print(wide number)
{
	char text[40];

	for (unsigned long count = digits(number, text); count > 0; count--)
		putchar(text[count - 1]);
	putchar('\n');
}

static int bits(unsigned long number)
{
	return __builtin_popcountl(number);
}

int main(int argc, char **argv)
{
	volatile wide factorial = 1;
	volatile long double third = argc, wide_third;

	(void)argv;
	for (int factor = 2; factor <= 33; factor++)
		factorial *= (unsigned)factor;
	print(factorial);
	print(factorial / ((wide)1 << 70));
	third /= 3;
	wide_third = third * 3000000000000000000.0L;
	print((wide)(third * 3000000000L));
	print((wide)wide_third / 1000);
	printf("%d %d\n", wide_third > third, bits((unsigned long)factorial));
	return 0;
}
