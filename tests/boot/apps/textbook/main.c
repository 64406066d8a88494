/* A program as a textbook has it: nobody here wrote it for one C library. */

#include <regex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <getopt.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int n = 5, c;
	while ((c = getopt(argc, argv, "n:")) != -1)
		if (c == 'n') n = atoi(optarg);
	double *v = malloc(n * sizeof *v);
	for (int i = 0; i < n; i++) v[i] = sin(i) * sqrt(i + 1);
	qsort(v, n, sizeof *v, compare);
	FILE *f = fopen("/tmp.txt", "w+");
	if (!f) { perror("fopen"); return 1; }
	for (int i = 0; i < n; i++) fprintf(f, "%.6f\n", v[i]);
	rewind(f);
	char line[80];
	regex_t re;
	if (regcomp(&re, "^-?[0-9]+\\.[0-9]*$", REG_EXTENDED | REG_NOSUB)) return 2;
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = 0;
		printf("%s %s\n", line, regexec(&re, line, 0, 0, 0) ? "no" : "yes");
	}
	regfree(&re);
	fclose(f);
	time_t t = 86400 * 365;
	strftime(line, sizeof line, "%Y-%m-%d %H:%M:%S", gmtime(&t));
	puts(line);
	free(v);
	return 0;
}
