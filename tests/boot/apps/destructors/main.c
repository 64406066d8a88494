/* Functions before and after main, in the order of their numbers; atexit is the app's own, for what it knows of it. */

#include <stdio.h>

static void (*handler)(void);

int atexit(void (*function)(void));

int atexit(void (*function)(void))
{
	handler = function;
	return 0;
}

__attribute__((destructor)) static void plain(void)
{
	puts("destructor without a number");
}

__attribute__((destructor(200))) static void early(void)
{
	puts("destructor 200");
}

__attribute__((destructor(300))) static void late(void)
{
	puts("destructor 300");
}

__attribute__((constructor)) static void before(void)
{
	puts("constructor");
}

int main(void)
{
	puts("main");
	if (handler)
		handler();
	return 0;
}
