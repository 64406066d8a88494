/* There may be a device. Part of entropy.c. */

#include "entropy_device.h"

static bool read_more(void *bytes, size_t size)
{
	return entropy_device_read(bytes, size);
}
