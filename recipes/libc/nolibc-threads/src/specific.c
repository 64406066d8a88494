/*
 * Values of each thread: ISO C11, section 7.26.6. A key's number says how often its place was used before, so that values of
 * a key that is gone are nobody's.
 */

#include "waiting.h"

static struct key {
	tss_t number; /* while it is in use, else the next one */
	bool is_used;
	tss_dtor_t destructor;
} keys[OPTION_KEYS];

static _Thread_local struct {
	tss_t number;
	void *value;
} values[OPTION_KEYS];

static struct key *key_of(tss_t number)
{
	struct key *key = &keys[number % OPTION_KEYS];

	return key->is_used && key->number == number ? key : NULL;
}

/* Give the values to their destructors, who may set others. */
static void end(void)
{
	bool is_done = false;

	for (unsigned round = 0; round < TSS_DTOR_ITERATIONS && !is_done; round++) {
		is_done = true;
		for (unsigned place = 0; place < OPTION_KEYS; place++) {
			const struct key *key = key_of(values[place].number);
			void *value = values[place].value;

			if (!key || !key->destructor || !value)
				continue;
			values[place].value = NULL;
			is_done = false;
			key->destructor(value);
		}
	}
}

int tss_create(tss_t *number, tss_dtor_t destructor)
{
	for (unsigned place = 0; place < OPTION_KEYS; place++) {
		struct key *key = &keys[place];

		if (key->is_used)
			continue;
		if (key->number == 0)
			key->number = place + OPTION_KEYS; /* 0 would be the number of a value that nobody has set */
		key->is_used = true;
		key->destructor = destructor;
		*number = key->number;
		nolibc_thread_end = end;
		return thrd_success;
	}
	return thrd_error;
}

void *tss_get(tss_t number)
{
	return values[number % OPTION_KEYS].number == number ? values[number % OPTION_KEYS].value : NULL;
}

int tss_set(tss_t number, void *value)
{
	if (!key_of(number))
		return thrd_error;
	values[number % OPTION_KEYS].number = number;
	values[number % OPTION_KEYS].value = value;
	return thrd_success;
}

void tss_delete(tss_t number)
{
	struct key *key = key_of(number);

	if (key) {
		key->is_used = false;
		key->number += OPTION_KEYS;
	}
}
