/* An object's change reaches who watches it, and all who poll. */

#include "descriptor.h"
#include "pollers.h"

struct wait_queue polling_waiters;

void descriptor_tell(struct descriptor_object *object)
{
	struct descriptor_watch *watch = object->watches, *next;

	for (; watch; watch = next) {
		next = watch->next; /* it may take itself away */
		watch->changed(watch);
	}
	if (polling_waiters.first)
		wait_wake(&polling_waiters, UINT32_MAX);
}
