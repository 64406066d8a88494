#ifndef TIMED_H
#define TIMED_H

enum { TIMED_WORDS = 6 };

struct timed_program {
	const char *name;
	int (*run)(int count, char **words); /* its main; 0 is success */
	void (*prepare)(void);               /* what is done before each run; NULL: nothing */
	int runs;
	char *words[TIMED_WORDS]; /* its command line, ended by NULL unless it has so many */
};

/*
 * Run each of `count` programs, and print the picoseconds of its quickest run, which alone was not interrupted, between
 * the lines `begin` and `end NANOSECONDS`. What they say themselves is dropped. The status of main.
 */
int timed_run(const struct timed_program *programs, int count);

/* Does nothing, in as many bytes as the macro SHIFT says; of the app's first source, timed_shift.h. Call it once, so that it is in the image. */
void timed_shift(void);

#endif
