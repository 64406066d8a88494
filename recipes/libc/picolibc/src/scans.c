/* scanf and its kin, as formats.c has it for printf. */

#include <stdio.h>

int __d_vfscanf(FILE *stream, const char *format, va_list list) __attribute__((weak));
int __i_vfscanf(FILE *stream, const char *format, va_list list);

int vfscanf(FILE *stream, const char *format, va_list list)
{
	return (__d_vfscanf ? __d_vfscanf : __i_vfscanf)(stream, format, list);
}
