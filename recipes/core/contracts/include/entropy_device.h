#ifndef ENTROPY_DEVICE_H
#define ENTROPY_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The capability `entropy.device`: a source that a provider of `entropy` asks where the processor has none. `size` random bytes, a multiple
 * of 8; false: there is no such device, or it gives what cannot be random. It may take a while. Context: thread.
 */
bool entropy_device_read(void *bytes, size_t size);

#endif
