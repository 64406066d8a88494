#ifndef VECTORS_H
#define VECTORS_H

/*
 * The first vectors that are no exceptions'. Lines that are held have one of their own: the local APIC remembers for each vector, and not for each
 * interrupt, whether its end must be told to the I/O APIC (Intel SDM 3A, "Trigger Mode Register"), so an edge that comes on the same vector in between would make
 * it forget, and the line would never interrupt again.
 */
enum { VECTOR_WAKE = 32, VECTOR_LINE, VECTOR_SPURIOUS, VECTORS };

#endif
