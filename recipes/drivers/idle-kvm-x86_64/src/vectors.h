#ifndef VECTORS_H
#define VECTORS_H

/* Every interrupt has the first vector that is not an exception's; one that vanished before it was taken has the next. */
enum { VECTOR_WAKE = 32, VECTOR_SPURIOUS, VECTORS };

#endif
