#ifndef STATE_H
#define STATE_H

/* Bring the heap to life, in the image that has one. */
void prepare(void);

#endif
