/* What nolibc has besides the core of ISO C: strings, sorting, dates, options, scanning of integers; against the host's. */

#define _GNU_SOURCE

#include "host.h"

#include "machine.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <strings.h>
#include <time.h>

void machine_end(enum ending how, uint8_t status)
{
	CHECK(0, "ended with %c %d", how, status);
	exit(1);
}

void *tested_memrchr(const void *, int, size_t);
void *tested_memmem(const void *, size_t, const void *, size_t);
void *tested_memccpy(void *, const void *, int, size_t);
void *tested_mempcpy(void *, const void *, size_t);
size_t tested_strnlen(const char *, size_t);
char *tested_stpcpy(char *, const char *);
char *tested_stpncpy(char *, const char *, size_t);
size_t tested_strlcpy(char *, const char *, size_t);
size_t tested_strlcat(char *, const char *, size_t);
char *tested_strchrnul(const char *, int);
int tested_strcasecmp(const char *, const char *);
int tested_strncasecmp(const char *, const char *, size_t);
char *tested_strcasestr(const char *, const char *);
char *tested_strtok_r(char *, const char *, char **);
char *tested_strsep(char **, const char *);
int tested_ffsll(long long);
char *tested_strerror(int);
char *tested_strsignal(int);
void tested_qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void *tested_bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
struct tm *tested_gmtime_r(const time_t *, struct tm *);
struct tm *tested_localtime_r(const time_t *, struct tm *);
time_t tested_timegm(struct tm *);
time_t tested_mktime(struct tm *);
size_t tested_strftime(char *, size_t, const char *, const struct tm *);
char *tested_asctime_r(const struct tm *, char *);
int tested_sscanf(const char *, const char *, ...);
int tested_getopt_long(int, char *const *, const char *, const struct option *, int *);
extern char *tested_optarg;
extern int tested_optind, tested_opterr, tested_optopt;
extern char **tested_environ;

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

/* Short texts of few letters, so that searches find something. */
static void random_text(char *text, size_t size)
{
	size_t length = random_below(size);

	for (size_t i = 0; i < length; i++)
		text[i] = "abAB, "[random_below(6)];
	text[length] = '\0';
}

static void compare_searches(void)
{
	char a[40], b[6];
	size_t bound = random_below(45);
	int byte = "abAB,\0"[random_below(6)];

	random_text(a, sizeof(a));
	random_text(b, sizeof(b));
	CHECK(tested_memrchr(a, byte, strlen(a)) == memrchr(a, byte, strlen(a)), "memrchr of %d in [%s]", byte, a);
	CHECK(tested_memmem(a, strlen(a), b, strlen(b)) == memmem(a, strlen(a), b, strlen(b)), "memmem of [%s] in [%s]", b, a);
	CHECK(tested_strnlen(a, bound) == strnlen(a, bound), "strnlen of [%s], %zu", a, bound);
	CHECK(tested_strchrnul(a, byte) == strchrnul(a, byte), "strchrnul of %d in [%s]", byte, a);
	CHECK(sign(tested_strcasecmp(a, b)) == sign(strcasecmp(a, b)), "strcasecmp of [%s], [%s]", a, b);
	CHECK(sign(tested_strncasecmp(a, b, bound % 5)) == sign(strncasecmp(a, b, bound % 5)), "strncasecmp of [%s], [%s]", a, b);
	CHECK(tested_strcasestr(a, b) == strcasestr(a, b), "strcasestr of [%s] in [%s]", b, a);
	CHECK(tested_ffsll(1LL << bound) == ffsll(1LL << bound) && tested_ffsll(0) == 0, "ffsll");
}

static void compare_copies(void)
{
	char a[20], ours[50], theirs[50];
	size_t bound = random_below(25);

	random_text(a, sizeof(a));
	memset(ours, '~', sizeof(ours));
	memset(theirs, '~', sizeof(theirs));
	CHECK(tested_stpcpy(ours, a) - ours == stpcpy(theirs, a) - theirs && !memcmp(ours, theirs, 50), "stpcpy [%s]", a);
	CHECK(tested_stpncpy(ours, a, bound) - ours == stpncpy(theirs, a, bound) - theirs && !memcmp(ours, theirs, 50), "stpncpy [%s]", a);
	CHECK((char *)tested_mempcpy(ours, a, 5) - ours == 5 && !memcmp(ours, a, 5), "mempcpy");
	mempcpy(theirs, a, 5);
	{
		char *our_end = tested_memccpy(ours, a, 'B', strlen(a)), *their_end = memccpy(theirs, a, 'B', strlen(a));

		CHECK((our_end ? our_end - ours : -1) == (their_end ? their_end - theirs : -1) && !memcmp(ours, theirs, 50), "memccpy");
	}
	CHECK(tested_strlcpy(ours, a, bound) == strlen(a), "strlcpy [%s]", a);
	CHECK(!bound || (strlen(ours) == (strlen(a) < bound ? strlen(a) : bound - 1) && !strncmp(ours, a, bound - 1)), "strlcpy [%s]", a);
	strcpy(ours, "abc");
	CHECK(tested_strlcat(ours, a, 10) == 3 + strlen(a) && strlen(ours) == (strlen(a) < 6 ? 3 + strlen(a) : 9), "strlcat [%s]", a);
}

static void compare_tokens(void)
{
	char ours[40], theirs[40], *our_rest, *their_rest;
	char *our_token, *their_token;

	random_text(ours, sizeof(ours));
	strcpy(theirs, ours);
	our_token = tested_strtok_r(ours, ", ", &our_rest);
	their_token = strtok_r(theirs, ", ", &their_rest);
	for (;;) {
		CHECK((our_token == NULL) == (their_token == NULL), "strtok_r ends at another token");
		if (!our_token)
			break;
		CHECK(!strcmp(our_token, their_token), "strtok_r: [%s], not [%s]", our_token, their_token);
		our_token = tested_strtok_r(NULL, ", ", &our_rest);
		their_token = strtok_r(NULL, ", ", &their_rest);
	}
	random_text(ours, sizeof(ours));
	strcpy(theirs, ours);
	our_rest = ours;
	their_rest = theirs;
	while ((our_token = tested_strsep(&our_rest, ", "))) {
		their_token = strsep(&their_rest, ", ");
		CHECK(!strcmp(our_token, their_token), "strsep: [%s], not [%s]", our_token, their_token);
	}
	CHECK(!strsep(&their_rest, ", "), "strsep ends too early");
}

static size_t comparisons;

static int compare_numbers(const void *left, const void *right)
{
	uint32_t a, b;

	comparisons++;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static void check_sorting(void)
{
	enum { MOST = 1000, LARGEST = 20 };
	static unsigned char ours[MOST * LARGEST], theirs[MOST * LARGEST];
	size_t count = random_below(random_below(2) ? 20 : MOST), size = sizeof(uint32_t) + random_below(LARGEST - sizeof(uint32_t));
	uint32_t kinds = 1 + (uint32_t)random_below(random_below(2) ? 3 : 100000), key;
	unsigned char *found;

	/* What follows the key is made of it, so that equal elements are alike. */
	for (size_t i = 0; i < count; i++) {
		key = (uint32_t)random_below(kinds);
		memset(ours + i * size, (int)key, size);
		memcpy(ours + i * size, &key, sizeof(key));
	}
	memcpy(theirs, ours, count * size);
	comparisons = 0;
	tested_qsort(ours, count, size, compare_numbers);
	CHECK(comparisons <= 2 * count * 11, "%zu comparisons for %zu elements", comparisons, count);
	qsort(theirs, count, size, compare_numbers);
	CHECK(!memcmp(ours, theirs, count * size), "%zu elements of %zu bytes are not sorted", count, size);
	key = (uint32_t)random_below(kinds);
	found = tested_bsearch(&key, ours, count, size, compare_numbers);
	CHECK((found != NULL) == (bsearch(&key, theirs, count, size, compare_numbers) != NULL), "bsearch of %u", key);
	CHECK(!found || !memcmp(found, &key, sizeof(key)), "bsearch found another element");
}

static void compare_dates(void)
{
	static const char *const formats[] = {"%a %A %b %B %h", "%c|%C|%d|%D|%e|%F|%g|%G", "%H %I %j %m %M %n %p %r %R %S %t %T",
		"%u %U %V %w %W %x %X %y %Y %%", "%z %Z %s %k %l", "%Ey %Od %Ec"};
	struct tm ours, theirs, wild;
	time_t time = (time_t)(random_word() >> (random_below(2) ? 29 : 20)) - (random_below(2) ? (time_t)1 << 34 : 0);
	char our_text[200], their_text[200], our_line[26], their_line[26];
	const char *format = formats[random_below(6)];

	memset(&ours, 0, sizeof(ours));
	CHECK(tested_gmtime_r(&time, &ours) && gmtime_r(&time, &theirs), "gmtime of %ld", (long)time);
	theirs.tm_zone = ours.tm_zone;
	CHECK(!memcmp(&ours, &theirs, offsetof(struct tm, tm_isdst) + sizeof(int)), "gmtime of %ld", (long)time);
	CHECK(tested_timegm(&ours) == time, "timegm of %ld", (long)time);
	tested_localtime_r(&time, &ours);
	localtime_r(&time, &theirs);
	CHECK(!memcmp(&ours, &theirs, offsetof(struct tm, tm_isdst) + sizeof(int)), "localtime of %ld", (long)time);
	CHECK(tested_strftime(our_text, sizeof(our_text), format, &ours) == strftime(their_text, sizeof(their_text), format, &theirs) &&
			!strcmp(our_text, their_text),
		"strftime [%s] of %ld: [%s], not [%s]", format, (long)time, our_text, their_text);
	if (theirs.tm_year > -900 && theirs.tm_year < 8000)
		CHECK(!strcmp(tested_asctime_r(&ours, our_line), asctime_r(&theirs, their_line)), "asctime: [%s], not [%s]", our_line, their_line);
	memset(&wild, 0, sizeof(wild));
	wild.tm_year = (int)random_below(400) - 100;
	wild.tm_mon = (int)random_below(100) - 50;
	wild.tm_mday = (int)random_below(1000) - 500;
	wild.tm_hour = (int)random_below(1000) - 500;
	wild.tm_sec = (int)random_below(100000) - 50000;
	ours = theirs = wild;
	CHECK(tested_mktime(&ours) == mktime(&theirs), "mktime");
	CHECK(ours.tm_mday == theirs.tm_mday && ours.tm_yday == theirs.tm_yday && ours.tm_sec == theirs.tm_sec, "mktime's parts");
}

/* Conversions and texts that mostly fit. */
static void compare_scans(void)
{
	static const char *const formats[] = {"%d %d", "%3d%n%i", "%x,%o", "%5s|%n", "%[a-f]%[^x]%c", " %c%c", "%*d%ld", "%u %%%hhd",
		"a%d b", "%1c%n", "%hd%n", "%lli"};
	static const char *const texts[] = {"12 -7", "  0x1f 077", "123456", "0", "-", "ff,17", "abcdefg xyz", "", "   ", "99%5",
		"a5 b", "+3 x", "word|", "0y", "-0x10 1", "300000000000", "5"};
	const char *format = formats[random_below(12)], *text = texts[random_below(17)];
	union {
		long long number;
		char text[80];
	} ours[3], theirs[3];
	int our_count, their_count;

	memset(ours, 0, sizeof(ours));
	memset(theirs, 0, sizeof(theirs));
	our_count = tested_sscanf(text, format, &ours[0], &ours[1], &ours[2]);
	their_count = sscanf(text, format, &theirs[0], &theirs[1], &theirs[2]);
	/* What a number out of range becomes, ISO C leaves open. */
	if (strlen(text) > 9 && strchr("0123456789", text[0]))
		return;
	CHECK(our_count == their_count, "[%s] by [%s]: %d, not %d", text, format, our_count, their_count);
	CHECK(!memcmp(ours, theirs, sizeof(ours)), "[%s] by [%s]: other values", text, format);
}

static void compare_options(void)
{
	static const char *const words[] = {"-a", "-b", "-bvalue", "-ab", "-abx", "-c", "-cx", "--long", "--long=5", "--lon", "--need", "--need=7",
		"--maybe", "--maybe=1", "--none", "-z", "--", "-", "word", "other"};
	static const char *const letters[] = {"ab:c::", "+ab:c::", ":ab:c::"};
	static const struct option options[] = {{"long", no_argument, NULL, 'l'}, {"need", required_argument, NULL, 'n'},
		{"maybe", optional_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
	char *ours[10] = {"program"}, *theirs[10] = {"program"};
	const char *accepted = letters[random_below(3)];
	int count = 1 + (int)random_below(8), our_place = -1, their_place = -1, option;

	for (int i = 1; i < count; i++)
		ours[i] = theirs[i] = (char *)words[random_below(20)];
	tested_optind = optind = 0;
	tested_opterr = opterr = 0;
	do {
		tested_optarg = optarg = NULL;
		option = getopt_long(count, theirs, accepted, options, &their_place);
		CHECK(tested_getopt_long(count, ours, accepted, options, &our_place) == option, "another option than %d", option);
		CHECK(tested_optarg == optarg, "another argument of %d: [%s], not [%s]", option, tested_optarg, optarg);
		CHECK(option == '?' || option == ':' || our_place == their_place, "another place of %d", option);
	} while (option != -1);
	CHECK(tested_optind == optind, "optind is %d, not %d", tested_optind, optind);
	CHECK(!memcmp(ours, theirs, sizeof(ours)), "the words are in another order");
}

/* What is none of a number's beginnings as a whole; the host takes the 0 for one. */
static void check_cut_prefix(void)
{
	int number = 7;

	CHECK(tested_sscanf("0xg", "%x", &number) == 0 && number == 7, "0x is no number");
	CHECK(tested_sscanf("0x", "%i", &number) == 0 && number == 7, "0x is no number");
}

static void check_messages(void)
{
	int known = 0;

	for (int i = 0; i < 200; i++) {
		const char *message = tested_strerror(i);
		bool is_known = strcmp(message, "Unknown error");

		known += is_known;
		CHECK(!is_known || !strcmp(message, strerror(i)), "error %d: %s", i, message);
	}
	CHECK(known == 41 + 27, "%d messages", known);
	CHECK(!strcmp(tested_strerror(-1), "Unknown error") && !strcmp(tested_strerror(41), "Unknown error"), "none");
	CHECK(!strcmp(tested_strsignal(6), "aborted") && !strcmp(tested_strsignal(99), "unknown signal"), "signals");
}

int main(int argc, char **argv)
{
	static char *environment[] = {NULL, NULL};

	/* Without a name of a zone that glibc knows by heart. */
	environment[0] = argc > 1 ? argv[1] : "TZ=UTC0";
	tested_environ = environment;
	putenv(environment[0]);
	tzset();
	check_messages();
	check_cut_prefix();
	for (unsigned i = 0; i < 20000; i++) {
		compare_searches();
		compare_copies();
		compare_tokens();
		compare_dates();
		compare_scans();
		compare_options();
		if (i % 20 == 0)
			check_sorting();
	}
	puts("same");
	return 0;
}
