/* What went wrong with a name, in words. */

#include <netdb.h>
#include <stddef.h>

const char *gai_strerror(int error)
{
	switch (error) {
	case 0:
		return "Success";
	case EAI_BADFLAGS:
		return "Flags that do not go together";
	case EAI_NONAME:
		return "No such name";
	case EAI_AGAIN:
		return "No answer for now; try again later";
	case EAI_FAIL:
		return "Names cannot be looked up";
	case EAI_NODATA:
		return "The name has no address";
	case EAI_FAMILY:
		return "Family of addresses not supported";
	case EAI_SOCKTYPE:
		return "Type of socket not supported";
	case EAI_SERVICE:
		return "No such service for this type of socket";
	case EAI_MEMORY:
		return "Out of memory";
	case EAI_SYSTEM:
		return "System error";
	case EAI_OVERFLOW:
		return "The name does not fit";
	default:
		return "Unknown error";
	}
}
