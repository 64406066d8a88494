/*
 * What every C library but the smallest has, tried by one program. The first argument picks how it ends: "abort",
 * "assert", "kill", or the status of exit.
 */

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>

static int failures;

static void check(int holds, const char *what, int line)
{
	if (holds)
		return;
	printf("line %d: not so: %s\n", line, what);
	failures++;
}
#define CHECK(condition) check(condition, #condition, __LINE__)

static void try_formats(void)
{
	char text[80];

	CHECK(snprintf(text, sizeof(text), "%5d|%-5d|%05d|%x|%o|%c|%s|%%", 42, 42, 42, 255, 8, 'c', "text") == 32);
	CHECK(strcmp(text, "   42|42   |00042|ff|10|c|text|%") == 0);
	snprintf(text, sizeof(text), "%lld %zu %hhd %jd", (long long)INT64_MIN, sizeof(int), (char)1, (intmax_t)-1);
	CHECK(strcmp(text, "-9223372036854775808 4 1 -1") == 0);
	snprintf(text, sizeof(text), "%.3f %e %g %g", 3.14159, 12345.678, 0.0001, 1e300);
	CHECK(strcmp(text, "3.142 1.234568e+04 0.0001 1e+300") == 0);
	snprintf(text, sizeof(text), "%.15g %g %g %5.1f %Lg", 0.1, (double)INFINITY, (double)NAN, -2.26, 2.5L);
	CHECK(strcmp(text, "0.1 inf nan  -2.3 2.5") == 0);
	CHECK(snprintf(NULL, 0, "%d", 12345) == 5 && snprintf(text, 4, "%s", "abcdef") == 6 && strcmp(text, "abc") == 0);
}

static void try_numbers(void)
{
	int one = 0;
	char word[8] = "";
	double real = 0;
	char *end;

	CHECK(strtol("-0x7fz", &end, 0) == -127 && *end == 'z');
	CHECK(strtod("2.5e3!", &end) == 2500 && *end == '!' && strtod("0.1", NULL) == 0.1);
	CHECK(strtoul("99999999999999999999", NULL, 10) == ~0UL && errno == ERANGE);
	CHECK(sscanf("7 seven 0.5", "%d %7s %lf", &one, word, &real) == 3);
	CHECK(one == 7 && strcmp(word, "seven") == 0 && real == 0.5);
	CHECK(sqrt(2) == 1.4142135623730951 && floor(-0.5) == -1 && fma(2, 3, 4) == 10 && fmod(7, 4) == 3);
	CHECK(fabs(sin(1) - 0.8414709848078965) < 1e-15 && fabs(pow(2, 0.5) - sqrt(2)) < 1e-15 && exp(0) == 1);
	CHECK(isnan(sqrt(-1)) && lround(2.5) == 3 && ldexp(1, 10) == 1024);
}

static int by_value(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static void try_memory(void)
{
	int numbers[] = {5, 3, 9, 1, 7}, wanted = 7;
	char *text = strdup("one,two"), *found;

	qsort(numbers, 5, sizeof(int), by_value);
	CHECK(numbers[0] == 1 && numbers[2] == 5 && numbers[4] == 9);
	CHECK(bsearch(&wanted, numbers, 5, sizeof(int), by_value) == &numbers[3]);
	found = strtok(text, ",");
	CHECK(strcmp(found, "one") == 0 && strcmp(strtok(NULL, ","), "two") == 0);
	CHECK((text = realloc(text, 1 << 16)) && strcmp(text, "one") == 0);
	free(text);
	CHECK(memchr("abc", 'c', 3) && strstr("haystack", "st") && strcspn("abc", "c") == 2);
	CHECK(strcmp(strerror(ENOENT), "No such file or directory") == 0);
}

static void try_files(void)
{
	struct stat status;
	char line[32];
	FILE *file = fopen("/data.txt", "w");

	CHECK(file && fprintf(file, "line %d\nmore\n", 1) == 12 && fclose(file) == 0);
	CHECK(stat("/data.txt", &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 12);
	file = fopen("/data.txt", "r");
	CHECK(file && fgets(line, sizeof(line), file) && strcmp(line, "line 1\n") == 0);
	CHECK(ftell(file) == 7 && fseek(file, 2, SEEK_SET) == 0 && getc(file) == 'n' && ungetc('N', file) == 'N');
	CHECK(fread(line, 1, 5, file) == 5 && memcmp(line, "Ne 1\n", 5) == 0 && !feof(file));
	CHECK(fread(line, 1, sizeof(line), file) == 5 && feof(file) && fclose(file) == 0);
	file = fopen("/data.txt", "a");
	CHECK(file && fputs("end", file) >= 0 && fclose(file) == 0);
	CHECK(rename("/data.txt", "/other") == 0 && stat("/other", &status) == 0 && status.st_size == 15);
	CHECK(mkdir("/folder", 0755) == 0 && rmdir("/other") == -1 && errno == ENOTDIR);
	CHECK(remove("/other") == 0 && !fopen("/other", "r") && errno == ENOENT);
	CHECK(open("/folder/new", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0 && rmdir("/folder") == -1 && errno == ENOTEMPTY);
	CHECK(open("/folder/new", O_WRONLY | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
	CHECK(stat("/folder", &status) == 0 && S_ISDIR(status.st_mode));
}

static void try_folders(void)
{
	DIR *folder = opendir("/folder");
	struct dirent *entry;
	int entries = 0, found = 0;
	long place = 0;

	for (int pass = 0; pass < 2; pass++) {
		while ((entry = readdir(folder))) {
			entries++;
			found += strcmp(entry->d_name, "new") == 0 && entry->d_type == DT_REG;
			if (entries == 1)
				place = telldir(folder);
		}
		rewinddir(folder);
	}
	CHECK(entries == 6 && found == 2); /* with . and .. */
	seekdir(folder, place);
	for (entries = 0; readdir(folder); entries++)
		continue;
	CHECK(entries == 2 && closedir(folder) == 0 && !opendir("/folder/new") && errno == ENOTDIR);
	errno = 0;
	CHECK(!fdopendir(open("/folder/new", O_RDONLY)) && errno == ENOTDIR);
	CHECK(fchdir(open("/folder", O_RDONLY)) == 0 && access("new", F_OK) == 0 && chdir("/") == 0);
}

static void try_time(void)
{
	const time_t moment = 1000000000;
	char text[40];
	struct tm *parts = gmtime(&moment);

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %a", parts);
	CHECK(strcmp(text, "2001-09-09 01:46:40 Sun") == 0 && mktime(parts) == moment);
	CHECK(clock() != (clock_t)-1 && time(NULL) != (time_t)-1);
}

static void try_jumps(void)
{
	static jmp_buf place;
	volatile int times = 0;

	if (setjmp(place) < 3)
		longjmp(place, ++times);
	CHECK(times == 3);
}

static volatile sig_atomic_t seen;

static void see(int number)
{
	seen = number;
}

static void try_signals(void)
{
	CHECK(signal(SIGUSR1, see) == SIG_DFL && raise(SIGUSR1) == 0 && seen == SIGUSR1);
	CHECK(signal(SIGTERM, SIG_IGN) != SIG_ERR && raise(SIGTERM) == 0);
}

static void farewell(int number)
{
	(void)number;
	puts("handler of SIGABRT");
}

static void last(void)
{
	puts("handler of exit");
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "0";

	try_formats();
	try_numbers();
	try_memory();
	try_files();
	try_folders();
	try_time();
	try_jumps();
	try_signals();
	printf("%s %s, %.2f\n", failures ? "bad" : "good", getenv("WORD") ? getenv("WORD") : "no word", 1.5);
	if (strcmp(word, "abort") == 0) {
		signal(SIGABRT, farewell);
		abort();
	}
	if (strcmp(word, "kill") == 0)
		raise(SIGKILL);
	assert(strcmp(word, "assert") != 0);
	atexit(last);
	fputs("not a whole line", stdout);
	exit(atoi(word));
}
