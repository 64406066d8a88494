/* Destructors run after everything that the program itself gives to atexit, for that is given later. */

#include "image.h"

/* Of stdlib.h: runs `function` when the program ends; 0 if it will. */
int atexit(void (*function)(void));

void destructors_start(void);

static void run(void)
{
	for (void (*const *last)(void) = image_destructors_end; last != image_destructors_start; last--)
		last[-1]();
}

void destructors_start(void)
{
	atexit(run); /* the first of all, so there is room for it */
}
