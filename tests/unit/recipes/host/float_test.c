/*
 * Floats against the host's libc: printed by random formats, read from what was printed and from random digits. The first
 * argument is the number of rounds.
 */

#include "host.h"

#include "machine.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>

int tested_snprintf(char *buffer, size_t size, const char *format, ...);
int tested_sscanf(const char *text, const char *format, ...);
double tested_strtod(const char *text, char **end);
float tested_strtof(const char *text, char **end);
long double tested_strtold(const char *text, char **end);
extern int tested_errno;

void machine_end(enum ending how, uint8_t status)
{
	CHECK(0, "ended with %c %d", how, status);
	exit(1);
}

enum { BUFFER_SIZE = 12000, HIGHEST_PRECISION = 1200 };

static char ours[BUFFER_SIZE], theirs[BUFFER_SIZE];

/* Any bits, numbers as people write them, and neighbours of powers of 2 and of 10. */
static double random_double(void)
{
	uint64_t bits = random_word();
	double number;

	switch (random_below(6)) {
	case 0:
		return (double)(int64_t)random_word() / (double)(1 + random_below(1000000));
	case 1:
		return (double)random_below(100000) / 1000;
	case 2:
		return ldexp(1 + (double)random_below(4) * DBL_EPSILON, (int)random_below(2100) - 1050);
	case 3:
		return pow(10, (double)random_below(40) - 20) * (1 + (double)random_below(3) * DBL_EPSILON);
	case 4:
		return (double)random_below(2000) / 8 - 100; /* ties */
	default:
		memcpy(&number, &bits, sizeof(number));
		return number;
	}
}

static long double random_long_double(void)
{
	long double number = (long double)random_double() * (1 + (long double)random_below(1000) * LDBL_EPSILON);

	return random_below(4) ? number : ldexpl(number, (int)random_below(34000) - 17000);
}

static void random_format(char *format, bool is_long)
{
	static const char letters[] = "eEfFgGaA";
	char letter = letters[random_below(8)];

	*format++ = '%';
	while (random_below(3) == 0)
		*format++ = "-+ #0"[random_below(5)];
	if (random_below(3) == 0)
		format += sprintf(format, "%zu", random_below(60));
	if (random_below(2))
		format += sprintf(format, ".%zu", random_below(random_below(20) ? 25 : HIGHEST_PRECISION));
	if (is_long)
		*format++ = 'L';
	*format++ = letter;
	*format = '\0';
}

/* In hexadecimal the first digit is the library's choice: of a subnormal number and of a long double they differ. */
static bool is_own_choice(const char *format, long double number, bool is_long)
{
	bool hexadecimal = strchr(format, 'a') || strchr(format, 'A');

	return hexadecimal && (is_long || (number != 0 && fabsl(number) < (long double)DBL_MIN));
}

static void compare_text(const char *format, int our_length, int their_length)
{
	CHECK(our_length == their_length && !strcmp(ours, theirs), "[%s] gives [%s] (%d), not [%s] (%d)", format, ours,
		our_length, theirs, their_length);
}

static void compare_printing(void)
{
	char format[64];
	bool is_long = random_below(3) == 0;
	double number = random_double();
	long double long_number = random_long_double();

	random_format(format, is_long);
	if (is_own_choice(format, is_long ? long_number : number, is_long))
		return;
	if (is_long)
		compare_text(format, tested_snprintf(ours, BUFFER_SIZE, format, long_number),
			snprintf(theirs, BUFFER_SIZE, format, long_number));
	else
		compare_text(format, tested_snprintf(ours, BUFFER_SIZE, format, number),
			snprintf(theirs, BUFFER_SIZE, format, number));
}

static bool same_double(double a, double b)
{
	return !memcmp(&a, &b, sizeof(a)) || (isnan(a) && isnan(b));
}

static bool same_long_double(long double a, long double b)
{
	return (a == b && signbit(a) == signbit(b)) || (isnan(a) && isnan(b));
}

static void compare_reading(const char *text)
{
	char *our_end, *their_end;
	double our_number, their_number;
	long double our_long, their_long;
	float our_float, their_float;

	errno = tested_errno = 0;
	our_number = tested_strtod(text, &our_end);
	their_number = strtod(text, &their_end);
	CHECK(same_double(our_number, their_number), "strtod of [%s] gives %a, not %a", text, our_number, their_number);
	CHECK(our_end == their_end, "strtod of [%s] stops %td bytes away", text, our_end - their_end);
	/*
	 * Whether a number that rounds to the smallest normal one is too small, is the library's choice; and the host forgets
	 * to say so of some small hexadecimal ones of which bits are lost.
	 */
	if (fabs(their_number) != DBL_MIN && !(fabs(their_number) < DBL_MIN && strpbrk(text, "xX")))
		CHECK(tested_errno == errno, "strtod of [%s] (%a): errno is %d, not %d", text, their_number, tested_errno, errno);
	our_float = tested_strtof(text, &our_end);
	their_float = strtof(text, &their_end);
	CHECK(same_double(our_float, their_float), "strtof of [%s] gives %a, not %a", text, our_float, their_float);
	our_long = tested_strtold(text, &our_end);
	their_long = strtold(text, &their_end);
	CHECK(same_long_double(our_long, their_long), "strtold of [%s] gives %La, not %La", text, our_long, their_long);
	CHECK(our_end == their_end, "strtold of [%s] stops %td bytes away", text, our_end - their_end);
}

static void compare_reading_back(void)
{
	char text[BUFFER_SIZE];

	switch (random_below(3)) {
	case 0:
		snprintf(text, sizeof(text), "%.*e", (int)random_below(30), random_double());
		break;
	case 1:
		snprintf(text, sizeof(text), "%.*Lg", (int)random_below(50), random_long_double());
		break;
	default:
		snprintf(text, sizeof(text), "%.*La", (int)random_below(20), random_long_double());
	}
	compare_reading(text);
}

/* A number halfway between two doubles, exactly, and as little above and below as its last digit is. */
static void compare_halfway(void)
{
	char text[BUFFER_SIZE];
	long double number = (long double)random_double();
	size_t length;

	/* A long double of the host has bits to spare for the half. */
	if (!isfinite(number) || number == 0)
		return;
	number = ((long double)nextafter((double)number, INFINITY) + number) / 2;
	length = (size_t)snprintf(text, sizeof(text), "%.1100Lf", number);
	if (length >= sizeof(text) || !isfinite(number))
		return;
	compare_reading(text);
	text[length - 1] = '1';
	compare_reading(text);
	while (length && (text[length - 1] == '0' || text[length - 1] == '1'))
		length--;
	if (length && text[length - 1] >= '2' && text[length - 1] <= '9') {
		text[length - 1]--;
		strcpy(text + length, "99999999999999999999999999");
		compare_reading(text);
	}
}

static void compare_random_text(void)
{
	static const char bytes[] = "00112233445566778899..eE+-xXpPaAfFnNiItTyY( )_";
	char text[64];
	size_t length = random_below(sizeof(text) - 1);

	for (size_t i = 0; i < length; i++)
		text[i] = bytes[random_below(sizeof(bytes) - 1)];
	text[length] = '\0';
	compare_reading(text);
}

static void compare_scanning(void)
{
	char text[128], our_rest[128] = "", their_rest[128] = "";
	double our_number = 1, their_number = 1;
	int our_count, their_count;

	snprintf(text, sizeof(text), "%.*g%s", (int)random_below(20), random_double(), random_below(2) ? " x" : "x");
	our_count = tested_sscanf(text, "%lf%100s", &our_number, our_rest);
	their_count = sscanf(text, "%lf%100s", &their_number, their_rest);
	CHECK(our_count == their_count && same_double(our_number, their_number) && !strcmp(our_rest, their_rest),
		"scanning [%s] gives %d, %a, [%s], not %d, %a, [%s]", text, our_count, our_number, our_rest, their_count,
		their_number, their_rest);
}

/* Numbers that have been wrong somewhere. */
static void compare_hard_cases(void)
{
	static const char *const texts[] = {"0", "-0", "0.0e5", "1e23", "8.5e22", "9007199254740993", "9007199254740992.5",
		"2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "4.9e-324", "2.4703282292062327e-324",
		"2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e400",
		"1e-400", "-1e-400", "6.631236871469758276785396630275967e-4", "3.518437208883201171875e13", "62.5364939768271845828",
		"1.00000005960464477550", "1.1754943508222875e-38", "3.4028235677973366e38", "0x1p-1074", "0x1p-1075", "0x1.8p-1075",
		"0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "0x", "0xp1", "0x.p1", "0x.8", "1e", "1e+", "1.e1", ".", ".e1", "+.5",
		"inf", "-INFINITY", "infinit", "nan", "nan(1a_)", "nan(", "1e99999999999", "0e99999999999", "1e-99999999999",
		"179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946"
		"555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936"
		"475292719074168444365510704342711559699508093042880",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
		"0x123456789abcdef0123456789abcdef0123456789abcdef", "0x0.00000000000000000000000000000000000000001p100"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		compare_reading(texts[i]);
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 1000;

	if (argc > 2)
		random_state ^= strtoull(argv[2], NULL, 10) * 0x2545f4914f6cdd1d;
	compare_hard_cases();
	for (long i = 0; i < rounds; i++) {
		compare_printing();
		compare_reading_back();
		compare_random_text();
		compare_scanning();
		if (i % 16 == 0)
			compare_halfway();
	}
	puts("same");
	return 0;
}
