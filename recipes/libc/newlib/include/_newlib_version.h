#ifndef _NEWLIB_VERSION_H__
#define _NEWLIB_VERSION_H__ 1

/* Which newlib this is: what its own build would write here. */

#define _NEWLIB_VERSION "3.3.0"
#define __NEWLIB__ 3
#define __NEWLIB_MINOR__ 3
#define __NEWLIB_PATCHLEVEL__ 0

#endif
