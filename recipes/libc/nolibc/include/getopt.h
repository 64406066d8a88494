#ifndef GETOPT_H
#define GETOPT_H

/*
 * POSIX's getopt and GNU's getopt_long. Words that are no options end them, where `letters` begins with + or POSIXLY_CORRECT
 * is set; otherwise they are moved behind them. Set optind to 1, or 0, to begin again. Context: thread.
 */

struct option {
	const char *name;
	int has_arg; /* no_argument, required_argument or optional_argument */
	int *flag;
	int val;
};

#define no_argument 0
#define required_argument 1
#define optional_argument 2

extern char *optarg;
extern int optind, opterr, optopt;

int getopt(int count, char *const words[], const char *letters);
int getopt_long(int count, char *const words[], const char *letters, const struct option *options, int *place);
int getopt_long_only(int count, char *const words[], const char *letters, const struct option *options, int *place);

#endif
