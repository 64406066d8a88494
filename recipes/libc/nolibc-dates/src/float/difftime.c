/* Time as a float: ISO C11, section 7.27.2.2. */

#include <time.h>

double difftime(time_t later, time_t earlier)
{
	return (double)(later - earlier);
}
