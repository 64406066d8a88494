/* sprintf and its kin: with floats if that formatter is in the image. */

#include "formats.h"

#pragma weak newlib_svfprintf

newlib_format _svfprintf_r, _svfiprintf_r;

int _svfprintf_r(struct _reent *data, FILE *stream, const char *format, va_list list)
{
	return (newlib_svfprintf ? newlib_svfprintf : _svfiprintf_r)(data, stream, format, list);
}
