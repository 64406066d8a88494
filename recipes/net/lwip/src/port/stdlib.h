#ifndef STDLIB_H
#define STDLIB_H

/* What lwIP calls of <stdlib.h>, in functions that no image has. */
int atoi(const char *text);

#endif
