/* sscanf and its kin: with floats if that reader is in the image. */

#include "formats.h"

#pragma weak newlib_svfscanf

newlib_format __ssvfscanf_r;

int __ssvfscanf_r(struct _reent *data, FILE *stream, const char *format, va_list list)
{
	return (newlib_svfscanf ? newlib_svfscanf : __ssvfiscanf_r)(data, stream, format, list);
}
