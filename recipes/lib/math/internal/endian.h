#ifndef MATH_ENDIAN_H
#define MATH_ENDIAN_H

/* The byte order, as musl's sources ask for it. */

#define __LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define __BIG_ENDIAN __ORDER_BIG_ENDIAN__
#define __BYTE_ORDER __BYTE_ORDER__

#endif
