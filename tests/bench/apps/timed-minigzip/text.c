#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { BYTES = 4 << 20, WORDS = 64 };

static const char WORD[WORDS][8] = {
	"a ",     "the ",   "and ",   "of ",    "to ",    "in ",    "is ",    "was ",
	"he ",    "for ",   "it ",    "with ",  "as ",    "his ",   "on ",    "be ",
	"at ",    "by ",    "had ",   "not ",   "but ",   "from ",  "have ",  "were ",
	"that ",  "this ",  "which ", "one ",   "you ",   "all ",   "her ",   "she ",
	"there ", "would ", "their ", "we ",    "him ",   "been ",  "has ",   "when ",
	"who ",   "will ",  "more ",  "no ",    "if ",    "out ",   "so ",    "said ",
	"what ",  "up ",    "its ",   "about ", "into ",  "than ",  "them ",  "can ",
	"only ",  "other ", "new ",   "some ",  "could ", "time ",  "these ", "two\n",
};

void write_text(const char *path)
{
	uint64_t state = 1;
	FILE *file = fopen(path, "w");
	long written = 0;

	for (int length = 0; file != NULL && written < BYTES && length >= 0; written += length) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		/* A word, and now and then a number. */
		length = state >> 61 == 0 ? fprintf(file, "%u", (unsigned)(state >> 32)) : fprintf(file, "%s", WORD[state >> 58]);
	}
	if (file == NULL || fclose(file) != 0 || written < BYTES) {
		puts("no file");
		exit(1);
	}
}
