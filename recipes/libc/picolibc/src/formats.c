/*
 * printf and its kin, all of which are made of vfprintf: with floats if that formatter is in the image, where it is if a
 * format of the app asks for it (the key `formats` of the recipe).
 */

#include <stdio.h>

int __d_vfprintf(FILE *stream, const char *format, va_list list) __attribute__((weak));
int __i_vfprintf(FILE *stream, const char *format, va_list list);

int vfprintf(FILE *stream, const char *format, va_list list)
{
	return (__d_vfprintf ? __d_vfprintf : __i_vfprintf)(stream, format, list);
}
