/*
 * What ISO C11 promises of threads, checked in an image; prints "all is well" at the end. With an argument: `deadlock` (everybody
 * waits), `overflow` (a thread's stack is too small), `exit` (main ends before the others), `sleep` and milliseconds.
 */

#include <errno.h>
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

enum { THREADS = 20, ROUNDS = 200, MILLISECOND = 1000000 };

static unsigned failures;

#define CHECK(condition)                                                         \
	do {                                                                     \
		if (!(condition)) {                                              \
			printf("line %d: %s\n", __LINE__, #condition);           \
			failures++;                                              \
		}                                                                \
	} while (0)

static struct timespec in(long milliseconds)
{
	struct timespec now;

	timespec_get(&now, TIME_UTC);
	now.tv_nsec += milliseconds % 1000 * MILLISECOND;
	now.tv_sec += milliseconds / 1000 + now.tv_nsec / 1000000000;
	now.tv_nsec %= 1000000000;
	return now;
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / MILLISECOND;
}

/* Creating, joining, and turns. */

static int place_of(void *place)
{
	for (int i = 0; i < *(int *)place; i++)
		thrd_yield();
	return *(int *)place * 3 - 7;
}

static void try_joining(void)
{
	thrd_t threads[THREADS];
	int places[THREADS], value;

	for (int i = 0; i < THREADS; i++) {
		places[i] = i;
		CHECK(thrd_create(&threads[i], place_of, &places[i]) == thrd_success);
	}
	for (int i = THREADS - 1; i >= 0; i--)
		CHECK(thrd_join(threads[i], &value) == thrd_success && value == i * 3 - 7);
	CHECK(thrd_equal(thrd_current(), thrd_current()) && !thrd_equal(thrd_current(), NULL));
}

/* Memory comes back: more threads one after the other than there is memory for at once. */
static int nothing(void *unused)
{
	(void)unused;
	return 0;
}

static void try_many(void)
{
	for (int i = 0; i < 1000; i++) {
		thrd_t thread;

		CHECK(thrd_create(&thread, nothing, NULL) == thrd_success);
		if (i % 2) {
			CHECK(thrd_join(thread, NULL) == thrd_success);
		} else {
			CHECK(thrd_detach(thread) == thrd_success);
			thrd_yield();
		}
	}
}

static int wait_for_ever(void *lock)
{
	mtx_lock(lock);
	mtx_unlock(lock);
	return 0;
}

static void try_running_out(void)
{
	static thrd_t threads[1000];
	static mtx_t lock;
	int count = 0, result;

	mtx_init(&lock, mtx_plain);
	mtx_lock(&lock);
	while (count < 1000 && (result = thrd_create(&threads[count], wait_for_ever, &lock)) == thrd_success)
		count++;
	CHECK(count > 50 && count < 1000 && result == thrd_nomem);
	mtx_unlock(&lock);
	while (count > 0)
		CHECK(thrd_join(threads[--count], NULL) == thrd_success);
}

/* Locks. */

static mtx_t lock;
static unsigned inside, entries[2];

static int enter(void *which)
{
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(mtx_lock(&lock) == thrd_success);
		CHECK(inside++ == 0);
		entries[*(int *)which]++;
		thrd_yield();
		CHECK(--inside == 0);
		CHECK(mtx_unlock(&lock) == thrd_success);
		/* Both have had as many turns, for a lock goes to who waits. */
		CHECK(abs((int)entries[0] - (int)entries[1]) <= 1);
	}
	return 0;
}

static int hold(void *unused)
{
	struct timespec length = {0, 100 * MILLISECOND};

	(void)unused;
	mtx_lock(&lock);
	thrd_sleep(&length, NULL);
	mtx_unlock(&lock);
	return 0;
}

static void try_locks(void)
{
	static int zero = 0, one = 1;
	struct timespec moment;
	thrd_t a, b;
	mtx_t other;
	long start;

	mtx_init(&lock, mtx_timed);
	thrd_create(&a, enter, &zero);
	thrd_create(&b, enter, &one);
	thrd_join(a, NULL);
	thrd_join(b, NULL);
	CHECK(entries[0] == ROUNDS && entries[1] == ROUNDS);

	CHECK(mtx_init(&other, mtx_plain | mtx_recursive) == thrd_success && mtx_init(&other, 77) == thrd_error);
	CHECK(mtx_lock(&other) == thrd_success && mtx_trylock(&other) == thrd_success);
	CHECK(mtx_unlock(&other) == thrd_success && mtx_unlock(&other) == thrd_success && mtx_unlock(&other) == thrd_error);
	mtx_destroy(&other);

	thrd_create(&a, hold, NULL);
	thrd_yield();
	CHECK(mtx_trylock(&lock) == thrd_busy && mtx_unlock(&lock) == thrd_error);
	start = milliseconds();
	moment = in(30);
	CHECK(mtx_timedlock(&lock, &moment) == thrd_timedout);
	CHECK(milliseconds() - start >= 29);
	moment = in(10000);
	CHECK(mtx_timedlock(&lock, &moment) == thrd_success);
	CHECK(milliseconds() - start >= 95 && milliseconds() - start < 9000);
	mtx_unlock(&lock);
	thrd_join(a, NULL);
}

/* Conditions. */

static cnd_t condition;
static int arrived, opened;

static int arrive(void *unused)
{
	(void)unused;
	mtx_lock(&lock);
	arrived++;
	while (!opened)
		CHECK(cnd_wait(&condition, &lock) == thrd_success);
	mtx_unlock(&lock);
	return 0;
}

static void try_conditions(void)
{
	thrd_t threads[THREADS];
	struct timespec moment = in(20), past = {0, 0};
	long start = milliseconds();

	cnd_init(&condition);
	mtx_lock(&lock);
	CHECK(cnd_timedwait(&condition, &lock, &moment) == thrd_timedout && milliseconds() - start >= 19);
	CHECK(cnd_timedwait(&condition, &lock, &past) == thrd_timedout);
	CHECK(mtx_unlock(&lock) == thrd_success);
	for (int i = 0; i < THREADS; i++)
		thrd_create(&threads[i], arrive, NULL);
	while (arrived < THREADS)
		thrd_yield();
	cnd_signal(&condition); /* one looks, and waits again */
	thrd_yield();
	opened = 1;
	cnd_broadcast(&condition);
	for (int i = 0; i < THREADS; i++)
		CHECK(thrd_join(threads[i], NULL) == thrd_success);
	cnd_destroy(&condition);
}

/* What each thread has for itself. */

static thread_local int own = 5;
static tss_t key, second_key;
static int destroyed, rounds_left = 2;

static void destroy(void *value)
{
	destroyed += *(int *)value;
	if (rounds_left-- > 0)
		tss_set(key, value); /* once more */
}

static long double third_above, third_below;

static int differ(void *number)
{
	static int value = 100;
	volatile double sum = *(int *)number, three = 3.0;
	volatile long double long_one = 1, long_three = 3;
	double here = *(int *)number;

	CHECK(own == 5 && errno == 0 && fegetround() == FE_TONEAREST);
	own = errno = *(int *)number;
	CHECK(fesetround(*(int *)number % 2 ? FE_UPWARD : FE_DOWNWARD) == 0);
	for (int i = 0; i < ROUNDS; i++) {
		thrd_yield();
		here = here * 1.0 + 1.0;
		sum = sum + 1.0;
		CHECK(own == *(int *)number && errno == *(int *)number && here == sum);
		CHECK(fegetround() == (*(int *)number % 2 ? FE_UPWARD : FE_DOWNWARD));
		CHECK(1.0 / three == (*(int *)number % 2 ? 0x1.5555555555556p-2 : 0x1.5555555555555p-2));
		CHECK(long_one / long_three == (*(int *)number % 2 ? third_above : third_below));
	}
	CHECK(tss_get(key) == NULL);
	if (*(int *)number == 3)
		CHECK(tss_set(key, &value) == thrd_success && tss_get(key) == &value);
	return 0;
}

static int others(void *unused)
{
	(void)unused;
	CHECK(tss_get(second_key) == NULL);
	return 0;
}

/* Of a third, in the widest type there is, which has a unit of its own on x86_64. */
static long double third(int direction)
{
	volatile long double one = 1, three = 3;
	long double result;

	fesetround(direction);
	result = one / three;
	fesetround(FE_TONEAREST);
	return result;
}

static void try_own(void)
{
	static int numbers[] = {1, 2, 3, 4};
	thrd_t threads[4];

	CHECK(tss_create(&key, destroy) == thrd_success);
	third_above = third(FE_UPWARD);
	third_below = third(FE_DOWNWARD);
	CHECK(third_above > third_below);
	errno = 99;
	own = 77;
	for (int i = 0; i < 4; i++)
		thrd_create(&threads[i], differ, &numbers[i]);
	for (int i = 0; i < 4; i++) {
		thrd_join(threads[i], NULL);
		CHECK(errno == 99 && own == 77 && fegetround() == FE_TONEAREST);
	}
	CHECK(destroyed == 300);
	CHECK(tss_set(key, &failures) == thrd_success);
	tss_delete(key);
	CHECK(tss_set(key, &failures) == thrd_error);
	CHECK(tss_create(&second_key, NULL) == thrd_success && tss_get(second_key) == NULL);
	CHECK(tss_set(second_key, &failures) == thrd_success);
	thrd_create(&threads[0], others, NULL);
	thrd_join(threads[0], NULL);
}

/* What happens once. */

static once_flag once = ONCE_FLAG_INIT;
static int times;

static void slowly(void)
{
	struct timespec length = {0, 20 * MILLISECOND};

	thrd_sleep(&length, NULL);
	times++;
}

static int call(void *unused)
{
	(void)unused;
	call_once(&once, slowly);
	CHECK(times == 1);
	return 0;
}

static void try_once(void)
{
	thrd_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		thrd_create(&threads[i], call, NULL);
	for (int i = 0; i < THREADS; i++)
		thrd_join(threads[i], NULL);
}

/* The endings. */

static int wait_too(void *unused)
{
	(void)unused;
	mtx_lock(&lock);
	cnd_wait(&condition, &lock);
	puts("nobody has woken this thread");
	return 0;
}

static int deadlock(void)
{
	thrd_t threads[3];
	int result;

	mtx_init(&lock, mtx_plain);
	cnd_init(&condition);
	for (int i = 0; i < 3; i++)
		thrd_create(&threads[i], wait_too, NULL);
	result = thrd_join(threads[2], NULL);
	printf("the join gave %d\n", result == thrd_error);
	return 0;
}

static int descend(void *steps)
{
	volatile char room[1024];
	int left = *(int *)steps - 1;

	room[0] = (char)left;
	return left > 0 ? descend(&left) + room[0] : room[0];
}

/* What is below the stack that overflows belongs to a thread that does nothing any more. */
static int overflow(void)
{
	static int steps = 100;
	thrd_t idle, thread;

	mtx_init(&lock, mtx_plain);
	mtx_lock(&lock);
	thrd_create(&idle, wait_for_ever, &lock);
	thrd_yield();
	thrd_create(&thread, descend, &steps);
	thrd_join(thread, NULL);
	puts("the stack was large enough");
	return 0;
}

static int sleep_too(void *length)
{
	return thrd_sleep(length, NULL);
}

static int sleep_all(long length)
{
	struct timespec whole = {length / 1000, length % 1000 * MILLISECOND}, half = {length / 2000, length / 2 % 1000 * MILLISECOND};
	thrd_t threads[2];

	thrd_create(&threads[0], sleep_too, &whole);
	thrd_create(&threads[1], sleep_too, &half);
	thrd_join(threads[1], NULL);
	thrd_join(threads[0], NULL);
	return 0;
}

static int last_word(void *unused)
{
	(void)unused;
	thrd_yield();
	puts("the last one");
	return 17;
}

int main(int argc, char **argv)
{
	thrd_t thread;

	if (argc > 1 && strcmp(argv[1], "deadlock") == 0)
		return deadlock();
	if (argc > 1 && strcmp(argv[1], "overflow") == 0)
		return overflow();
	if (argc > 1 && strcmp(argv[1], "exit") == 0) {
		thrd_create(&thread, last_word, NULL);
		thrd_exit(3);
	}
	if (argc > 2 && strcmp(argv[1], "sleep") == 0)
		return sleep_all(atol(argv[2]));
	try_joining();
	try_many();
	try_running_out();
	try_locks();
	try_conditions();
	try_own();
	try_once();
	puts(failures ? "something is wrong" : "all is well");
	return failures != 0;
}
