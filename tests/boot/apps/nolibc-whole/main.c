/* Uses a part of each header of nolibc, and says what it found. */

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void show_floats(void)
{
	volatile double third = 1.0 / 3, large = DBL_MAX, small = 4.9406564584124654e-324;
	volatile long double half = 0.5L;
	float single;
	double number;
	int end = 0;

	printf("%f %.17g %e %a %.3Lf\n", third, third, large, small, half);
	sscanf("1.5e3 0x1.8p1 rest", "%f %lf%n", &single, &number, &end);
	printf("%g %g %d\n", (double)single, number, end);
	printf("%.17g %.17g\n", strtod("8.5e22", NULL), atof("-1e-400"));
	printf("%.6f %.6f %.6f %ld\n", sin(third), pow(2, third), sqrt(2 + third), lround(2.5 + third));
	feclearexcept(FE_ALL_EXCEPT);
	number = 1 / (third - third);
	printf("%g %d %d\n", number, isinf(number) != 0, fetestexcept(FE_DIVBYZERO) != 0);
}

static void show_files(void)
{
	char word[20], *line = NULL;
	size_t size = 0;
	struct stat status;
	struct dirent *entry;
	DIR *folder;
	FILE *file = fopen("/notes", "w+");
	int descriptor, number = 0, count;
	long place;
	ssize_t length;

	for (int i = 0; i < 1000; i++)
		fprintf(file, "line %d\n", i);
	fseek(file, -9, SEEK_END);
	printf("%ld ", ftell(file));
	length = getline(&line, &size, file);
	printf("%zd %s", length, line);
	rewind(file);
	count = fscanf(file, "%19s %d", word, &number);
	printf("%d %s %d\n", count, word, number);
	fclose(file);
	descriptor = open("/notes", O_WRONLY | O_APPEND);
	dprintf(descriptor, "%s\n", "the end");
	close(descriptor);
	stat("/notes", &status);
	printf("%ld %d\n", (long)status.st_size, S_ISREG(status.st_mode));
	mkdir("/folder", 0755);
	rename("/notes", "/folder/moved");
	folder = opendir("/folder");
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			printf("%s\n", entry->d_name);
	rewinddir(folder);
	readdir(folder);
	place = telldir(folder);
	entry = readdir(folder);
	printf("%s ", entry->d_name);
	seekdir(folder, place);
	entry = readdir(folder);
	printf("%s again\n", entry->d_name);
	closedir(folder);
	if (!fdopendir(open("/folder/moved", O_RDONLY)))
		perror("/folder/moved");
	if (!fopen("/notes", "r"))
		perror("/notes");
	free(line);
}

/* Files and names for a while, and the command processor that is not there. */
static void show_temporary(void)
{
	char pattern[] = "/tmp/mine-XXXXXX", first[L_tmpnam], second[L_tmpnam], word[8] = "";
	FILE *scratch = tmpfile();
	int descriptor = mkstemp(pattern), has_processor = system(NULL), status = system("ls"), why = errno;

	fputs("scratch", scratch);
	rewind(scratch);
	printf("%s", fgets(word, sizeof(word), scratch));
	fclose(scratch);
	printf(" %d %d", descriptor > 2, access(pattern, F_OK));
	printf(" %d %d", strcmp(tmpnam(first), tmpnam(second)) != 0, access(first, F_OK));
	descriptor = mkstemp(strcpy(word, "bad"));
	printf(" %d %d", descriptor, errno == EINVAL);
	printf(" %d %d %d\n", has_processor, status, why == ENOSYS);
}

static void show_time(void)
{
	char text[60];
	time_t then = 1000000000, now = time(NULL);
	struct tm *parts = gmtime(&then);
	struct timespec before, after;

	strftime(text, sizeof(text), "%A, %d %B %Y, week %V", parts);
	printf("%s\n", text);
	clock_gettime(CLOCK_MONOTONIC, &before);
	usleep(1000);
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("slept %d, clock %d, now %d\n",
		(after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 1000000, clock() >= 0, now >= 0);
}

static int descending(const void *left, const void *right)
{
	return *(const int *)right - *(const int *)left;
}

static jmp_buf back;

static void show_rest(int argc, char **argv)
{
	static const struct option options[] = {{"size", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
	int numbers[] = {3, 1, 4, 1, 5, 9, 2, 6}, option, found;
	struct utsname name;
	char *text = NULL;

	while ((option = getopt_long(argc, argv, "v", options, NULL)) != -1)
		printf("option %c %s\n", option, optarg ? optarg : "-");
	printf("then %s\n", argv[optind]);
	qsort(numbers, 8, sizeof(int), descending);
	printf("%d %d %d\n", numbers[0], numbers[3], numbers[7]);
	found = setjmp(back);
	if (!found)
		longjmp(back, 5);
	printf("back with %d\n", found);
	setenv("COLOUR", "blue", 1);
	asprintf(&text, "%s %" PRIu64, getenv("COLOUR"), UINT64_MAX);
	printf("%s %s %d\n", text, strdup("copy"), strcasecmp("ABC", "abc"));
	printf("%s %s %d %d\n", setlocale(LC_ALL, NULL), strerror(ENOENT), isatty(1), uname(&name));
	assert(isalpha('a') && INT_MAX > 0);
}

static void last(void)
{
	printf("last words\n");
}

int main(int argc, char **argv)
{
	atexit(last);
	show_floats();
	show_files();
	show_temporary();
	show_time();
	show_rest(argc, argv);
	return 0;
}
