#ifndef VIRTIO_BED_H
#define VIRTIO_BED_H

/*
 * What a test of a driver stands on, beside the model of its device: pages, and the end of a guest that is lied to; lies and storms; rounds. The test
 * has `device_memory_run` and `clock_monotonic`, and says what is in the buffers.
 */

#include "host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine.h"
#include "pages.h"
#include "virtio_model.h"
#include "wait.h"

enum { MARK_HELD = 3 }; /* exit status of a round that ended with a line */

static bool is_lie_told;
static const char *lie = "none";
static struct wait_source *source;

/* Random bytes. */
static void fill(void *bytes, size_t size)
{
	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		uint64_t word = random_word();
		memcpy((char *)bytes + at, &word, size - at < sizeof(word) ? size - at : sizeof(word));
	}
}

/* ---- What drivers stand on. */

static char *pool; /* the last pages that were taken */
static size_t pool_size;

void *pages_take(size_t count)
{
	pool_size = count * PAGE_BYTES;
	pool = aligned_alloc(PAGE_BYTES, pool_size);
	memset(pool, 0xa5, pool_size);
	return pool;
}

void pages_give(void *start, size_t count)
{
	(void)count;
	free(start);
}

void wait_source_add(struct wait_source *added)
{
	source = added;
}

static void (*before_end)(void); /* what else is to be looked at when a lie ends the guest */

_Noreturn void machine_end(enum ending how, uint8_t number)
{
	static const char line[] = "virtio: the device cannot be trusted: ";
	CHECK(how == ENDING_ABORT && number == 0, "ended otherwise");
	CHECK(is_lie_told, "a right device was not believed: %s", written);
	CHECK(!strncmp(written, line, strlen(line)) && written[written_length - 1] == '\n', "told as: %s", written);
	if (strstr(lie, "-jump") || strstr(lie, "-back"))
		CHECK(strstr(written, "jumps"), "%s told as: %s", lie, written);
	if (before_end)
		before_end();
	_exit(MARK_HELD);
}

/* The model looks at the queue, and sleeps or stays awake afterwards. */
static void look(struct model_queue *queue, bool is_for_device)
{
	fetch(queue, is_for_device);
	set_awake(queue, random_below(2));
	queue->kicks = 0;
}

/* ---- Lies and storms. */

/* A number that no buffer has. */
static uint32_t out_of_range(uint32_t size)
{
	switch (random_below(4)) {
	case 0:
		return size;
	case 1:
		return UINT32_MAX;
	case 2:
		return 65536 + (uint32_t)random_below(size); /* in range, if cut to 16 bits */
	default:
		return size + (uint32_t)random_below(1 << 30);
	}
}

/* All that is shared is written over, now and while the driver looks. */

static volatile bool is_storm_over;

static void spoil(struct model_queue *queue, bool is_gentle)
{
	size_t size = 16u * queue->size + 2 * (queue->size + 3u);
	if (!is_gentle && random_below(2))
		fill(queue->descriptors, size);
	for (size_t i = 0; i < 4u * queue->size; i++)
		queue->used[2 + i] = (uint16_t)(is_gentle || random_below(8) ? random_below(i % 2 ? 1 : i % 4 == 0 ? queue->size : 3000) : random_word());
	queue->used[1] = (uint16_t)(is_gentle ? queue->used[1] + random_below(3) : random_word());
}

static void *scribble(void *unused)
{
	uint64_t word = random_state | 1;
	while (!is_storm_over)
		for (unsigned i = 0; i < 2; i++) {
			struct model_queue *queue = &queues[i];
			word = word * 6364136223846793005u + 1442695040888963407u;
			uint32_t *entry = (uint32_t *)(queue->used + 2) + (word >> 40) % (2u * queue->size);
			__atomic_store_n(entry, (uint32_t)(word >> 32) % (word >> 20 & 1 ? queue->size : UINT32_MAX), __ATOMIC_RELAXED);
			if ((word >> 24 & 0xff) == 0)
				__atomic_fetch_add(&queue->used[1], 1, __ATOMIC_RELAXED);
		}
	return unused;
}

/* ---- Rounds. */

/* Run rounds, each in a process of its own that is begun by a seed, and tell how many a lie has ended. */
static int run_rounds(int argc, char **argv, void (*run_round)(unsigned number))
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 39;
	unsigned ended = 0;
	for (unsigned i = 0; i < rounds; i++) {
		pid_t child = fork();
		if (child == 0) {
			random_state = (seed + 1) * 0x9e3779b97f4a7c15 + i * 0xbf58476d1ce4e5b9;
			run_round(i);
			_exit(0);
		}
		int end;
		CHECK(waitpid(child, &end, 0) == child, "no child");
		CHECK(WIFEXITED(end) && (WEXITSTATUS(end) == 0 || WEXITSTATUS(end) == MARK_HELD), "seed %llu, round %u", (unsigned long long)seed, i);
		ended += WEXITSTATUS(end) == MARK_HELD;
	}
	printf("intact, %u rounds of seed %llu, %u ended by a lie\n", rounds, (unsigned long long)seed, ended);
	return 0;
}

#endif
