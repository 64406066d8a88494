/*
 * A hunt for wake-ups that get lost. Producers and consumers share a small store, under one lock and two conditions, with waits
 * of random lengths among those without end; a thing that comes twice or never spoils the sum. Beside them a ring of threads hands on
 * one token, each to a condition of the next, so that a wake-up which is lost there stops the ring, and in the end everybody waits for it.
 * Arguments: seconds, and the seed of the random numbers.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

enum { PRODUCERS = 7, CONSUMERS = 5, RING = 6, ALL = PRODUCERS + CONSUMERS + RING, ROOM = 3 };

static uint64_t random_state;

static uint64_t random_below(uint64_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 16) % bound;
}

static mtx_t lock;
static cnd_t not_empty, not_full;
static uint64_t store[ROOM], put_sum, taken_sum, put_count, taken_count, timeouts;
static unsigned count, producers_left = PRODUCERS;
static mtx_t ring_lock;
static cnd_t ring[RING];
static unsigned ring_turn;
static uint64_t ring_rounds;
static int64_t end;

static int64_t now(void)
{
	struct timespec time;

	timespec_get(&time, TIME_UTC);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void wait_for(cnd_t *condition, mtx_t *its_lock)
{
	if (random_below(3)) {
		if (cnd_wait(condition, its_lock) != thrd_success)
			exit(2); /* everybody waits, though nobody should */
		return;
	}
	int64_t moment = now() + (int64_t)random_below(200000); /* up to 0.2 ms */
	struct timespec until = {moment / 1000000000, moment % 1000000000};
	timeouts += cnd_timedwait(condition, its_lock, &until) == thrd_timedout;
}

/* Now and then somebody else comes first, or time passes. */
static void dawdle(void)
{
	struct timespec length = {0, (long)random_below(50000)};

	switch (random_below(8)) {
	case 0:
		thrd_sleep(&length, NULL);
		break;
	case 1:
		thrd_yield();
		break;
	}
}

static int produce(void *unused)
{
	(void)unused;
	while (now() < end) {
		uint64_t thing = random_below(1 << 20);

		dawdle();
		mtx_lock(&lock);
		while (count == ROOM)
			wait_for(&not_full, &lock);
		store[count++] = thing;
		put_sum += thing;
		put_count++;
		cnd_signal(&not_empty);
		mtx_unlock(&lock);
	}
	mtx_lock(&lock);
	if (--producers_left == 0)
		cnd_broadcast(&not_empty);
	mtx_unlock(&lock);
	return 0;
}

static int consume(void *unused)
{
	(void)unused;
	for (;;) {
		dawdle();
		mtx_lock(&lock);
		while (count == 0 && producers_left > 0)
			wait_for(&not_empty, &lock);
		if (count == 0)
			break;
		taken_sum += store[--count];
		taken_count++;
		cnd_signal(&not_full);
		mtx_unlock(&lock);
	}
	mtx_unlock(&lock);
	return 0;
}

static int hand_on(void *place)
{
	unsigned self = (unsigned)((cnd_t *)place - ring), next = (self + 1) % RING;

	for (int64_t time = 0; time < end;) {
		mtx_lock(&ring_lock);
		while (ring_turn != self)
			wait_for(&ring[self], &ring_lock);
		if (random_below(100) == 0)
			dawdle();
		time = now();
		ring_turn = next;
		ring_rounds++;
		cnd_signal(&ring[next]);
		mtx_unlock(&ring_lock);
	}
	return 0;
}

int main(int argc, char **argv)
{
	thrd_t threads[ALL];

	end = now() + (argc > 1 ? atoll(argv[1]) : 2) * INT64_C(1000000000);
	random_state = argc > 2 ? strtoull(argv[2], NULL, 10) : 88172645463325252;
	mtx_init(&lock, mtx_timed);
	cnd_init(&not_empty);
	cnd_init(&not_full);
	mtx_init(&ring_lock, mtx_timed);
	for (int i = 0; i < RING; i++)
		cnd_init(&ring[i]);
	for (int i = 0; i < ALL; i++) {
		thrd_start_t function = i < PRODUCERS ? produce : i < PRODUCERS + CONSUMERS ? consume : hand_on;

		if (thrd_create(&threads[i], function, i < ALL - RING ? NULL : &ring[i - (ALL - RING)]) != thrd_success)
			return 3;
	}
	for (int i = 0; i < ALL; i++)
		if (thrd_join(threads[i], NULL) != thrd_success)
			return 2;
	printf("%llu things, %llu tokens, %llu timeouts\n", (unsigned long long)put_count, (unsigned long long)ring_rounds,
	       (unsigned long long)timeouts);
	if (put_count != taken_count || put_sum != taken_sum || put_count < 1000 || ring_rounds < 1000 || timeouts < 10)
		return 1;
	puts("all is well");
	return 0;
}
