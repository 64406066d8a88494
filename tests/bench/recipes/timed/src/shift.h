#ifndef SHIFT_H
#define SHIFT_H

/* Does nothing, in as many bytes as the option `shift` says; call it once, so that it is in the image. */
void timed_shift(void);

#endif
