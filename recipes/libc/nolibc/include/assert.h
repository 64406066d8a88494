/* ISO C11, section 7.2. No guard: each inclusion obeys NDEBUG as it is then. */

#undef assert
#undef nolibc_text_of
#undef nolibc_text

#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
/* The line becomes text here, so that a failed assert needs no formats. */
#define nolibc_text_of(tokens) #tokens
#define nolibc_text(tokens) nolibc_text_of(tokens)
#define assert(expression) \
	((expression) ? (void)0 : nolibc_assert_failed(__FILE__ ":" nolibc_text(__LINE__) ": ", __func__, #expression))
#endif

#ifndef static_assert
#define static_assert _Static_assert
#endif

/* Print `place`, which ends in ": ", then the function and the expression, and abort. Context: any. */
_Noreturn void nolibc_assert_failed(const char *place, const char *function, const char *expression);
