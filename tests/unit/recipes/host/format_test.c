/* Formats against the host's: random conversions, widths, precisions, flags, lengths and sizes of the buffer. */

#include "host.h"

#include "machine.h"

#include <limits.h>
#include <stdarg.h>

int tested_snprintf(char *buffer, size_t size, const char *format, ...);
int tested_sprintf(char *buffer, const char *format, ...);
int tested_printf(const char *format, ...);
int tested_fprintf(void *stream, const char *format, ...);

enum { ROUNDS = 100000, ARGUMENTS = 9, BUFFER_SIZE = 1024, FORMAT_SIZE = 256 };

void machine_end(enum ending how, uint8_t status)
{
	CHECK(0, "ended with %c %d", how, status);
	exit(1);
}

static const char *const texts[] = {"", "a", "text", "a longer text with spaces", "\xff\x01%d"};

struct random_format {
	char format[FORMAT_SIZE];
	uint64_t arguments[ARGUMENTS];
	size_t length;
	unsigned used; /* arguments */
};

static void add(struct random_format *made, const char *text)
{
	CHECK(made->length + strlen(text) < FORMAT_SIZE, "the format is too long");
	strcpy(made->format + made->length, text);
	made->length += strlen(text);
}

static void add_byte(struct random_format *made, char byte)
{
	add(made, (char[]){byte, '\0'});
}

/* Numbers at the edges of types more often than chance gives them. */
static uint64_t random_number(void)
{
	static const uint64_t edges[] = {0, 1, 7, 8, 9, 10, 127, 128, 255, 256, 32767, 32768, 65535, 65536,
		INT_MAX, (uint64_t)INT_MAX + 1, UINT_MAX, LLONG_MAX, (uint64_t)LLONG_MAX + 1, UINT64_MAX};
	uint64_t edge = edges[random_below(sizeof(edges) / sizeof(edges[0]))];

	switch (random_below(3)) {
	case 0:
		return edge;
	case 1:
		return -edge;
	default:
		return random_word() >> random_below(64);
	}
}

/* A width or a precision, as digits or as an argument, which may be negative. */
static void add_number(struct random_format *made)
{
	char digits[8];

	if (random_below(3) == 0) {
		add_byte(made, '*');
		made->arguments[made->used++] = (uint64_t)(int64_t)((int)random_below(60) - 20);
	} else {
		snprintf(digits, sizeof(digits), "%u", (unsigned)random_below(random_below(8) ? 30 : 200) + 1);
		add(made, digits);
	}
}

/* Flags that ISO C defines for `letter`. */
static void add_flags(struct random_format *made, char letter)
{
	const char *flags = strchr("di", letter) ? "-+ 0" : strchr("oxX", letter) ? "-#0" : letter == 'u' ? "-0" : "-";

	while (random_below(2))
		add_byte(made, flags[random_below(strlen(flags))]);
}

static void add_conversion(struct random_format *made)
{
	static const char *const lengths[] = {"", "hh", "h", "l", "ll", "z", "j", "t"};
	char letter = "diouxXdiouxXcsp%"[random_below(16)];

	add_byte(made, '%');
	if (letter == '%') {
		add_byte(made, '%');
		return;
	}
	add_flags(made, letter);
	if (random_below(2))
		add_number(made);
	if (!strchr("cp", letter) && random_below(2)) {
		add_byte(made, '.');
		if (random_below(8))
			add_number(made);
	}
	if (!strchr("csp", letter))
		add(made, lengths[random_below(8)]);
	add_byte(made, letter);
	made->arguments[made->used++] = letter == 's' ? (uintptr_t)texts[random_below(5)]
		: letter == 'p' ? random_word() | 1 /* of null each libc has its own idea */
		: random_number();
}

static struct random_format random_format(void)
{
	struct random_format made = {0};

	while (made.used + 3 <= ARGUMENTS && random_below(6)) {
		if (random_below(2))
			add(&made, texts[random_below(4)]);
		add_conversion(&made);
	}
	add(&made, texts[random_below(4)]);
	return made;
}

/* Every argument takes one slot of 64 bits, whichever type the format then gives it. */
#define ALL(a) a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]

static void compare_with_host(void)
{
	static char ours[BUFFER_SIZE], theirs[BUFFER_SIZE];
	struct random_format made = random_format();
	size_t size = random_below(4) ? BUFFER_SIZE : random_below(40);
	int our_length, their_length;

	memset(ours, '~', sizeof(ours));
	memset(theirs, '~', sizeof(theirs));
	our_length = tested_snprintf(ours, size, made.format, ALL(made.arguments));
	their_length = snprintf(theirs, size, made.format, ALL(made.arguments));
	CHECK(our_length == their_length, "[%s] gives %d, not %d", made.format, our_length, their_length);
	/* All of it: what comes after the terminator must not be touched. (A host may touch it; this one does not.) */
	CHECK(!memcmp(ours, theirs, sizeof(ours)), "[%s] gives [%s], not [%s]", made.format, ours, theirs);

	forget_written();
	our_length = tested_printf(made.format, ALL(made.arguments));
	their_length = snprintf(theirs, sizeof(theirs), made.format, ALL(made.arguments));
	CHECK(our_length == their_length && written_length == (size_t)their_length, "[%s] prints %zu bytes",
		made.format, written_length);
	CHECK(!memcmp(written, theirs, written_length), "[%s] prints [%.*s]", made.format, (int)written_length, written);
	CHECK(write_calls <= written_length / 80 + 1, "%zu calls for %zu bytes", write_calls, written_length);
}

static void expect(const char *wanted, int result, const char *got)
{
	CHECK(!strcmp(wanted, got), "[%s], not [%s]", got, wanted);
	CHECK(result == (int)strlen(wanted), "%d for [%s]", result, wanted);
}

/* What ISO C leaves open and stdio.h of nolibc promises. */
static void check_promises(void)
{
	char buffer[64];

	expect("(null)", tested_sprintf(buffer, "%s", (char *)NULL), buffer);
	expect("   7%", tested_sprintf(buffer, "%4d%%", 7), buffer);
	expect("1 x=%f y=%d", tested_sprintf(buffer, "%d x=%f y=%d", 1, 2.0, 3), buffer);
	expect("%n", tested_sprintf(buffer, "%n", (int *)NULL), buffer);
	expect("%ls", tested_sprintf(buffer, "%ls", L"wide"), buffer);
	expect("%lc", tested_sprintf(buffer, "%lc", L'w'), buffer);
	expect("50%", tested_sprintf(buffer, "50%"), buffer);
	expect("50%-", tested_sprintf(buffer, "50%-"), buffer);
	expect("1.2.3.4.5.6.7", tested_sprintf(buffer, "%d.%ld.%d.%d.%d.%d.%d", 1, 2L, 3, 4, 5, 6, 7), buffer);
	CHECK(tested_snprintf(NULL, 0, "%d", 12345) == 5, "no buffer");
	forget_written();
	expect("to stderr", tested_fprintf(NULL, "to %s", "stderr"), memcpy(buffer, "to stderr", 10));
	CHECK(written_length == 9 && !memcmp(written, "to stderr", 9), "fprintf wrote [%s]", written);
}

/* Slow: each byte is counted by itself. */
static void check_too_long(void)
{
	CHECK(tested_snprintf(NULL, 0, "%*d", INT_MAX, 1) == INT_MAX, "INT_MAX bytes");
	CHECK(tested_snprintf(NULL, 0, "%*d%d", INT_MAX, 1, 1) == -1, "INT_MAX + 1 bytes");
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		check_too_long();
		puts("too long");
		return 0;
	}
	check_promises();
	for (unsigned i = 0; i < ROUNDS; i++)
		compare_with_host();
	puts("same");
	return 0;
}
