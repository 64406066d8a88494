/* Who waits for a word stands in a list of those whose words have the same hash, in the order in which they came. */

#include "queue.h"

#include <stddef.h>

#include "futex.h"

enum { LISTS = 16 };

static struct futex_waiter *lists[LISTS];

/* Of the recipe threads; by name, for the capability `wait` would bring a clock into images without threads. */
extern __typeof__(wait_on) wait_on __attribute__((weak));
extern __typeof__(wait_wake) wait_wake __attribute__((weak));

static struct futex_waiter **list_of(const uint32_t *word)
{
	return &lists[(uintptr_t)word / sizeof(*word) % LISTS];
}

void futex_append(struct futex_waiter *waiter)
{
	struct futex_waiter **link = list_of(waiter->word);
	while (*link)
		link = &(*link)->next;
	waiter->next = NULL;
	*link = waiter;
}

void futex_remove(struct futex_waiter *waiter)
{
	struct futex_waiter **link = list_of(waiter->word);
	while (*link != waiter)
		link = &(*link)->next;
	*link = waiter->next;
}

bool futex_wait(const uint32_t *word, uint32_t bits)
{
	struct futex_waiter waiter = {.word = word, .bits = bits};
	futex_append(&waiter);
	while (!waiter.is_woken)
		if (wait_on(&waiter.queue, WAIT_FOREVER) == WAIT_DEADLOCK)
			return false;
	return true;
}

long futex_wake(const uint32_t *word, uint32_t most, uint32_t bits, uint32_t more, const uint32_t *other)
{
	long woken = 0, moved = 0;
	for (struct futex_waiter **link = list_of(word), *waiter; (waiter = *link) != NULL;) {
		bool concerned = waiter->word == word && waiter->bits & bits;
		if (concerned && (uint32_t)woken < most) {
			*link = waiter->next;
			waiter->is_woken = true;
			wait_wake(&waiter->queue, 1);
			woken++;
		} else if (concerned && (uint32_t)moved < more && other != word) {
			*link = waiter->next;
			waiter->word = other;
			futex_append(waiter);
			moved++;
		} else {
			link = &waiter->next;
		}
	}
	return woken + moved;
}
