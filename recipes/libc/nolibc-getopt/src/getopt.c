/* Options of the command line: POSIX's getopt, and GNU's long ones. */

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static const char *rest; /* of a word with several letters in it */
static int moved;        /* words that are no options, which were passed over and stand from optind on */

/* What a call was given. */
struct call {
	int count;
	char **words;
	const char *letters;
	const struct option *options;
	int *place;
	bool only; /* a long option may begin with one - as well */
};

static bool is_silent(const struct call *call)
{
	return !opterr || *call->letters == ':';
}

static int complain(const struct call *call, const char *text, const char *name, int length, int result)
{
	if (!is_silent(call)) {
		fputs(call->words[0], stderr);
		fputs(text, stderr);
		fwrite(name, 1, (size_t)length, stderr);
		fputs("'\n", stderr);
	}
	return result;
}

/* Put word number `from` before number `to`, which is not behind it. */
static void move_word(char **words, int from, int to)
{
	char *word = words[from];

	memmove(words + to + 1, words + to, (size_t)(from - to) * sizeof(*words));
	words[to] = word;
}

/* Take an argument: the rest of the word, or the word that followed it. */
static bool take_argument(const struct call *call, bool required)
{
	optarg = NULL;
	if (rest && *rest) {
		optarg = (char *)rest;
	} else if (required && optind + moved < call->count) {
		move_word(call->words, optind + moved, optind);
		optarg = call->words[optind++];
	} else if (required) {
		return false;
	}
	rest = NULL;
	return true;
}

static int short_option(const struct call *call)
{
	char letter = *rest++;
	const char *known = letter == ':' ? NULL : strchr(call->letters, letter);

	if (!*rest) {
		rest = NULL;
		optind++;
	}
	optopt = letter;
	if (!known)
		return complain(call, ": unknown option '", &letter, 1, '?');
	if (known[1] != ':')
		return letter;
	if (rest)
		optind++;
	if (!take_argument(call, known[2] != ':'))
		return complain(call, ": an argument is missing after '", &letter, 1, *call->letters == ':' ? ':' : '?');
	return letter;
}

/* The option that `name` begins, unless it is the beginning of several. */
static const struct option *find_long(const struct call *call, const char *name, size_t length)
{
	const struct option *found = NULL;

	for (const struct option *option = call->options; option->name; option++) {
		if (strncmp(option->name, name, length))
			continue;
		if (!option->name[length])
			return option;
		if (found)
			return NULL;
		found = option;
	}
	return found;
}

static int long_option(const struct call *call, const char *name)
{
	size_t length = strcspn(name, "=");
	const struct option *option = find_long(call, name, length);

	optind++;
	rest = NULL;
	optarg = NULL;
	optopt = option ? option->val : 0;
	if (!option)
		return complain(call, ": unknown option '", name, (int)length, '?');
	if (name[length] && option->has_arg == no_argument)
		return complain(call, ": no argument belongs to '", name, (int)length, '?');
	if (name[length])
		optarg = (char *)name + length + 1;
	else if (option->has_arg == required_argument && !take_argument(call, true))
		return complain(call, ": an argument is missing after '", name, (int)length, *call->letters == ':' ? ':' : '?');
	if (call->place)
		*call->place = (int)(option - call->options);
	if (!option->flag)
		return option->val;
	*option->flag = option->val;
	return 0;
}

/* Bring the following option before the words that are none, if it may pass them. */
static bool find_option(const struct call *call, bool in_order)
{
	int at = optind;

	while (at < call->count && (call->words[at][0] != '-' || !call->words[at][1])) {
		if (in_order)
			return false;
		at++;
	}
	if (at == call->count)
		return false;
	moved = at - optind;
	move_word(call->words, at, optind);
	return true;
}

static int next_option(const struct call *call)
{
	const char *word = call->words[optind];

	if (call->options && word[1] == '-')
		return long_option(call, word + 2);
	if (call->options && call->only && (word[2] || !strchr(call->letters, word[1])))
		return long_option(call, word + 1);
	rest = word + 1;
	return short_option(call);
}

static int get_option(struct call call)
{
	bool in_order = *call.letters == '+' || getenv("POSIXLY_CORRECT");

	if (*call.letters == '+')
		call.letters++;
	if (!optind) {
		optind = 1;
		rest = NULL;
	}
	if (rest)
		return short_option(&call);
	optarg = NULL;
	if (!find_option(&call, in_order))
		return -1;
	if (!strcmp(call.words[optind], "--")) {
		optind++;
		return -1;
	}
	return next_option(&call);
}

int getopt(int count, char *const words[], const char *letters)
{
	return get_option((struct call){count, (char **)words, letters, NULL, NULL, false});
}

int getopt_long(int count, char *const words[], const char *letters, const struct option *options, int *place)
{
	return get_option((struct call){count, (char **)words, letters, options, place, false});
}

int getopt_long_only(int count, char *const words[], const char *letters, const struct option *options, int *place)
{
	return get_option((struct call){count, (char **)words, letters, options, place, true});
}
