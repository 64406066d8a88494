/* Numbers from text, classes of characters, the environment, the console's streams and the ends of the program. */

#include "host.h"

#include "machine.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>

long tested_strtol(const char *text, char **end, int base);
unsigned long tested_strtoul(const char *text, char **end, int base);
long long tested_strtoll(const char *text, char **end, int base);
unsigned long long tested_strtoull(const char *text, char **end, int base);
int tested_atoi(const char *text);
long tested_atol(const char *text);
long long tested_atoll(const char *text);
int tested_abs(int number);
long tested_labs(long number);
long long tested_llabs(long long number);
char *tested_getenv(const char *name);
int tested_puts(const char *text);
int tested_putchar(int byte);
int tested_fputc(int byte, void *stream);
int tested_putc(int byte, void *stream);
int tested_fputs(const char *text, void *stream);
size_t tested_fwrite(const void *bytes, size_t size, size_t count, void *stream);
int tested_fflush(void *stream);
int tested_getchar(void);
int tested_fgetc(void *stream);
int tested_getc(void *stream);
char *tested_fgets(char *buffer, int size, void *stream);
int tested_feof(void *stream);
int tested_ferror(void *stream);
void tested_exit(int status);
void tested__Exit(int status);
void tested_abort(void);
void nolibc_assert_failed(const char *place, const char *function, const char *expression);
void tested_nolibc_assert_failed(const char *place, const char *function, const char *expression);

extern char tested_nolibc_stdin[], tested_nolibc_stdout[];
extern char **tested_environ;
extern int tested_errno;

enum { ROUNDS = 100000 };

static jmp_buf ended;
static enum ending how_ended;
static uint8_t end_status;

void machine_end(enum ending how, uint8_t status)
{
	how_ended = how;
	end_status = status;
	longjmp(ended, 1);
}

#define CHECK_ENDS(call, how, status)                                                            \
	do {                                                                                     \
		if (!setjmp(ended)) {                                                            \
			call;                                                                    \
			CHECK(0, #call " returned");                                             \
		}                                                                                \
		CHECK(how_ended == (how) && end_status == (status), #call ": %c %d", how_ended, end_status); \
	} while (0)

#define COMPARE_NUMBER(function)                                                                             \
	do {                                                                                                 \
		char *our_end, *their_end;                                                                   \
		tested_errno = errno = 0;                                                                    \
		CHECK(tested_##function(text, &our_end, base) == function(text, &their_end, base),           \
			#function " of [%s] in base %d", text, base);                                        \
		CHECK(our_end == their_end, #function " of [%s] in base %d ends elsewhere", text, base);     \
		CHECK(tested_errno == (errno == ERANGE ? ERANGE : 0), #function " of [%s]: errno", text);    \
	} while (0)

static void compare_numbers(void)
{
	static const char *const starts[] = {"", " ", "\t\n\v\f\r ", "-", "+", " -", "--", "0", "0x", "0X", "-0x", "00"};
	int base = random_below(3) ? (int)random_below(35) + 2 : random_below(2) ? 0 : 10;
	char text[64];

	strcpy(text, starts[random_below(sizeof(starts) / sizeof(starts[0]))]);
	if (random_below(4)) {
		static const char *const formats[] = {"%lld", "%llx", "%llX", "%llo", "%llu", "%llu0"};
		uint64_t number = random_below(4) ? random_word() >> random_below(64) : (uint64_t)LLONG_MAX - 2 + random_below(5);

		sprintf(text + strlen(text), formats[random_below(6)], random_below(8) ? number : UINT64_MAX - random_below(2));
	}
	strcat(text, random_below(2) ? "" : random_below(2) ? "z!" : "9 g");
	COMPARE_NUMBER(strtol);
	COMPARE_NUMBER(strtoul);
	COMPARE_NUMBER(strtoll);
	COMPARE_NUMBER(strtoull);
	CHECK(tested_strtol(text, NULL, base) == strtol(text, NULL, base), "strtol without an end");
	CHECK(tested_atol(text) == strtol(text, NULL, 10), "atol");
	CHECK(tested_atoll(text) == strtoll(text, NULL, 10), "atoll");
	CHECK(tested_atoi(text) == (int)strtol(text, NULL, 10), "atoi");
}

#define COMPARE_CLASS(function)                                                                   \
	do {                                                                                      \
		int tested_##function(int byte);                                                  \
		for (int byte = EOF; byte <= UCHAR_MAX; byte++)                                   \
			CHECK(!tested_##function(byte) == !function(byte), #function " of %d", byte); \
	} while (0)
#define COMPARE_CASE(function)                                                                    \
	do {                                                                                      \
		int tested_##function(int byte);                                                  \
		for (int byte = EOF; byte <= UCHAR_MAX; byte++)                                   \
			CHECK(tested_##function(byte) == function(byte), #function " of %d", byte); \
	} while (0)

static void compare_characters(void)
{
	COMPARE_CLASS(isalnum);
	COMPARE_CLASS(isalpha);
	COMPARE_CLASS(isblank);
	COMPARE_CLASS(iscntrl);
	COMPARE_CLASS(isdigit);
	COMPARE_CLASS(isgraph);
	COMPARE_CLASS(islower);
	COMPARE_CLASS(isprint);
	COMPARE_CLASS(ispunct);
	COMPARE_CLASS(isspace);
	COMPARE_CLASS(isupper);
	COMPARE_CLASS(isxdigit);
	COMPARE_CASE(tolower);
	COMPARE_CASE(toupper);
}

static void check_invalid_base(void)
{
	static const int bases[] = {1, 37, -1, INT_MIN, INT_MAX};
	char *end;

	for (unsigned i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		static const char text[] = " 0x1";

		CHECK(tested_strtol(text, &end, bases[i]) == 0 && end == text, "base %d", bases[i]);
	}
}

static void check_environment(void)
{
	char *variables[] = {"PATH=/bin", "EMPTY=", "PA=x=y", NULL};

	tested_environ = variables;
	CHECK(!strcmp(tested_getenv("PATH"), "/bin"), "PATH");
	CHECK(!strcmp(tested_getenv("PA"), "x=y"), "PA");
	CHECK(!strcmp(tested_getenv("EMPTY"), ""), "EMPTY");
	CHECK(!tested_getenv("P"), "the start of a name");
	CHECK(!tested_getenv("HOME"), "HOME");
}

static void expect_written(const char *text)
{
	CHECK(written_length == strlen(text) && !memcmp(written, text, written_length), "wrote [%.*s], not [%s]",
		(int)written_length, written, text);
	forget_written();
}

static void check_output(void)
{
	forget_written();
	CHECK(tested_puts("line") >= 0, "puts");
	CHECK(tested_putchar('c') == 'c' && tested_fputc(0x1c3, NULL) == 0xc3 && tested_putc('\n', NULL) == '\n', "putchar");
	CHECK(tested_fputs("text", NULL) >= 0, "fputs");
	CHECK(tested_fwrite("abcdef", 2, 3, NULL) == 3 && tested_fwrite("", 0, 5, NULL) == 0, "fwrite");
	CHECK(tested_fflush(NULL) == 0, "fflush");
	expect_written("line\nc\xc3\ntextabcdef");
}

static void check_input(void)
{
	char line[6];

	input = "ab\n\nlonger line\nlast";
	CHECK(tested_fgets(line, sizeof(line), tested_nolibc_stdin) == line && !strcmp(line, "ab\n"), "a line: [%s]", line);
	CHECK(tested_fgets(line, sizeof(line), tested_nolibc_stdin) && !strcmp(line, "\n"), "an empty line: [%s]", line);
	CHECK(tested_fgets(line, sizeof(line), tested_nolibc_stdin) && !strcmp(line, "longe"), "a part: [%s]", line);
	CHECK(tested_fgets(line, 1, tested_nolibc_stdin) && !strcmp(line, ""), "room for no byte: [%s]", line);
	CHECK(tested_getchar() == 'r' && tested_getc(tested_nolibc_stdin) == ' ', "bytes");
	CHECK(tested_fgets(line, sizeof(line), tested_nolibc_stdin) && !strcmp(line, "line\n"), "the rest: [%s]", line);
	CHECK(!tested_feof(tested_nolibc_stdin), "not the end yet");
	CHECK(tested_fgets(line, sizeof(line), tested_nolibc_stdin) && !strcmp(line, "last"), "no line end: [%s]", line);
	CHECK(tested_feof(tested_nolibc_stdin) && !tested_ferror(tested_nolibc_stdin), "the end");
	CHECK(!tested_fgets(line, sizeof(line), tested_nolibc_stdin), "nothing after the end");
	CHECK(tested_getchar() == EOF && tested_fgetc(tested_nolibc_stdin) == EOF, "no byte after the end");
	input = "\xff";
	CHECK(tested_getchar() == 0xff, "a byte that is not EOF");
}

static void check_ends(void)
{
	CHECK_ENDS(tested_exit(200), ENDING_EXIT, 200);
	CHECK_ENDS(tested_exit(-1), ENDING_EXIT, 255);
	CHECK_ENDS(tested__Exit(7), ENDING_EXIT, 7);
	forget_written();
	CHECK_ENDS(tested_abort(), ENDING_ABORT, 0);
	expect_written("abort\n");
	CHECK_ENDS(tested_nolibc_assert_failed("a.c:3: ", "main", "x == 1"), ENDING_ABORT, 0);
	expect_written("a.c:3: main: assertion failed: x == 1\nabort\n");
}

int main(void)
{
	for (unsigned i = 0; i < ROUNDS; i++)
		compare_numbers();
	compare_characters();
	check_invalid_base();
	CHECK(tested_abs(-3) == 3 && tested_labs(LONG_MIN + 1) == LONG_MAX && tested_llabs(-5) == 5, "abs");
	check_environment();
	check_output();
	check_input();
	check_ends();
	puts("same");
	return 0;
}
