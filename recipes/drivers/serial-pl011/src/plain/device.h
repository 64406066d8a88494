#include "console_kept.h"
