#ifndef LAYOUT_H
#define LAYOUT_H

/* Does nothing, in as many bytes as the option `shift` says; call it once, so that it is in the image. */
void layout_shift(void);

#endif
