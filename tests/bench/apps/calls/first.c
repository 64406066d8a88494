#include "timed_shift.h"
