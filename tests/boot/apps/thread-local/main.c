/* Thread-local variables with and without a first value, with a strict alignment, of this file and of another. */

#include <stdint.h>
#include <stdio.h>

#include "other.h"

static _Thread_local int number = 42;
static _Thread_local char text[5] = "abcd";
static _Thread_local _Alignas(64) struct {
	long values[3];
} aligned = {{1, 2, 3}};
static _Thread_local _Alignas(64) char zeros[100];
static _Thread_local int *pointer = &(int){5};

static int sum_of_zeros(void)
{
	int sum = 0;

	for (unsigned place = 0; place < sizeof(zeros); place++)
		sum += zeros[place];
	return sum;
}

int main(int argc, char **argv)
{
	(void)argv;
	printf("%d %s %ld %ld %ld %d %d %d\n", number, text, aligned.values[0], aligned.values[1], aligned.values[2],
	       sum_of_zeros(), *pointer, other_number);
	printf("%d %d\n", (int)((uintptr_t)&aligned % 64), (int)((uintptr_t)zeros % 64));
	for (unsigned place = 0; place < sizeof(zeros); place++)
		zeros[place] = (char)argc;
	number += argc;
	other_number += argc;
	text[0] = 'x';
	other_call();
	printf("%d %s %ld %d %ld %d\n", number, text, aligned.values[1], sum_of_zeros(), other_call(), other_number);
	return 0;
}
