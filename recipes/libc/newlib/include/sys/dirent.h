#ifndef SYS_DIRENT_H
#define SYS_DIRENT_H

/* In the place where upstream says that there are no folders. */
#include <newlib_folder.h>

#endif
