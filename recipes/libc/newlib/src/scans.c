/* scanf and its kin of streams: with floats if that reader is in the image. */

#include "formats.h"

#pragma weak newlib_vfscanf

newlib_format __svfscanf_r;

int __svfscanf_r(struct _reent *data, FILE *stream, const char *format, va_list list)
{
	return (newlib_vfscanf ? newlib_vfscanf : __svfiscanf_r)(data, stream, format, list);
}

int _vfscanf_r(struct _reent *data, FILE *stream, const char *format, va_list list)
{
	return __svfscanf_r(data, stream, format, list);
}

int vfscanf(FILE *stream, const char *format, va_list list)
{
	return __svfscanf_r(_REENT, stream, format, list);
}
