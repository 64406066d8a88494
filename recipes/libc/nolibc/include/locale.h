#ifndef LOCALE_H
#define LOCALE_H

/* ISO C11, section 7.11, with the locale "C" alone. Context: any. */

#define __need_NULL
#include <stddef.h>

enum { LC_CTYPE, LC_NUMERIC, LC_TIME, LC_COLLATE, LC_MONETARY, LC_MESSAGES, LC_ALL };

struct lconv {
	char *decimal_point, *thousands_sep, *grouping;
	char *int_curr_symbol, *currency_symbol, *mon_decimal_point, *mon_thousands_sep, *mon_grouping;
	char *positive_sign, *negative_sign;
	char int_frac_digits, frac_digits, p_cs_precedes, p_sep_by_space, n_cs_precedes, n_sep_by_space;
	char p_sign_posn, n_sign_posn;
	char int_p_cs_precedes, int_p_sep_by_space, int_n_cs_precedes, int_n_sep_by_space;
	char int_p_sign_posn, int_n_sign_posn;
};

/* "C" for that name, "POSIX", "" and null; for others a null pointer. */
char *setlocale(int category, const char *name);
struct lconv *localeconv(void);

#define LC_CTYPE LC_CTYPE
#define LC_NUMERIC LC_NUMERIC
#define LC_TIME LC_TIME
#define LC_COLLATE LC_COLLATE
#define LC_MONETARY LC_MONETARY
#define LC_MESSAGES LC_MESSAGES
#define LC_ALL LC_ALL

#endif
