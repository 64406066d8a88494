/*
 * picolibc's own, which takes a double from the arguments where a long double lies there (%Lf). At that place the flags
 * of L, which are those of ll too, tell which of the two it is; what is printed is the double that is nearest.
 */

#include <stdarg.h>

#undef va_arg
#define va_arg(list, type)                                                                                          \
	__builtin_choose_expr(__builtin_types_compatible_p(type, double),                                           \
			      (flags & FL_LONG) && (flags & FL_REPD_TYPE) ?                                         \
				      (double)__builtin_va_arg(list, long double) :                                 \
				      __builtin_va_arg(list, double),                                               \
			      __builtin_va_arg(list, type))

#include "tinystdio/vfprintf.c"
