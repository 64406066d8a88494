#ifndef ENTROPY_WORDS_H
#define ENTROPY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For drivers of generators: `size` bytes of words that `read` gives, which is false where it has none. A generator that has
 * broken down gives one word again and again, all ones for example, and calls it random: that is false too. (Of sound ones two
 * equal words in a row come once in 2^64.)
 */
static inline bool entropy_words(bool (*read)(uint64_t *word), void *bytes, size_t size)
{
	uint64_t before, word;
	if (!read(&before))
		return false;
	for (size_t done = 0; done < size; done += sizeof(word)) {
		if (!read(&word) || word == before)
			return false;
		__builtin_memcpy((char *)bytes + done, &word, sizeof(word));
		before = word;
	}
	return true;
}

#endif
