/*
 * From characters of Japanese encodings to Unicode and back, for wide characters. newlib has these functions only if it
 * knows such encodings, but calls them always; in the locale "C" there is nothing to do.
 */

#include "ctype/local.h"

wint_t _jp2uc_l(wint_t character, struct __locale_t *locale)
{
	(void)locale;
	return character;
}

wint_t _uc2jp_l(wint_t character, struct __locale_t *locale)
{
	(void)locale;
	return character;
}
