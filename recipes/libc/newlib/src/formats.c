/* printf and its kin to streams: with floats if that formatter is in the image. */

#include "formats.h"

#pragma weak newlib_vfprintf

int _vfprintf_r(struct _reent *data, FILE *stream, const char *format, va_list list)
{
	return (newlib_vfprintf ? newlib_vfprintf : _vfiprintf_r)(data, stream, format, list);
}

int vfprintf(FILE *stream, const char *format, va_list list)
{
	return _vfprintf_r(_REENT, stream, format, list);
}
