#include "console_passed_on.h"
