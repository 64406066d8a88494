/* Each thread has its own errno. */

#include <errno.h>

#include "thread.h"

int *const thread_own_word = &errno;
