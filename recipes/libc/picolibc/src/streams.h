#ifndef STREAMS_H
#define STREAMS_H

/* Write out what standard output still holds. Nothing where nobody uses it. Context: thread. */
void picolibc_flush(void);

#endif
