#ifndef FORMATS_H
#define FORMATS_H

/*
 * newlib's formatters and readers with floats, under names of their own. An image has each of them where a format of the
 * app asks for it (the key `formats` of the recipe); what has no such format does with those of whole numbers.
 */

#include <reent.h>
#include <stdarg.h>
#include <stdio.h>

typedef int newlib_format(struct _reent *data, FILE *stream, const char *format, va_list list);

newlib_format newlib_vfprintf, newlib_svfprintf;
newlib_format newlib_vfscanf, newlib_svfscanf;

/* Of whole numbers alone. */
newlib_format __svfiscanf_r, __ssvfiscanf_r;

#endif
