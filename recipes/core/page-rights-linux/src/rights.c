/* Rights by mprotect; a kernel whose own pages are larger than ours refuses what does not begin and end with one. */

#include "page_rights.h"

#include "linux_call.h"
#include "pages.h"

bool page_rights_set(void *start, size_t count, enum page_rights rights)
{
	static const char protections[] = "\3\1\0"; /* PROT_READ and PROT_WRITE; PROT_READ; PROT_NONE */
	return linux_call(LINUX_MPROTECT, (long)start, (long)(count * PAGE_BYTES), protections[rights], 0) == 0;
}
