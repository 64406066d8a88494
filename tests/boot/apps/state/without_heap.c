#include "state.h"

void prepare(void)
{
}
