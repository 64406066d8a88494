/* What the only thread waits for: with a limit it takes that time, and without one nobody can end it. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                              \
	do {                                                          \
		if (!(condition)) {                                   \
			printf("line %d: %s\n", __LINE__, #condition); \
			exit(1);                                      \
		}                                                     \
	} while (0)

enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_CMP_REQUEUE = 4, FUTEX_LOCK_PI = 6, FUTEX_WAIT_BITSET = 9, FUTEX_CLOCK_REALTIME = 256 };
enum { MILLISECOND = 1000000, SECOND = 1000 * MILLISECOND, LIMIT = 60 * MILLISECOND };

static const struct timespec limit = {0, LIMIT};
static int64_t start;

static struct timespec now(clockid_t clock)
{
	struct timespec time;

	CHECK(clock_gettime(clock, &time) == 0);
	return time;
}

static int64_t nanoseconds(void)
{
	struct timespec time = now(CLOCK_MONOTONIC);

	return time.tv_sec * (int64_t)SECOND + time.tv_nsec;
}

static void begin(void)
{
	start = nanoseconds();
}

/* A millisecond less, for the time of day may be one of microseconds. */
static int has_taken_its_time(void)
{
	return nanoseconds() - start >= LIMIT - MILLISECOND;
}

static struct timespec in_a_while(clockid_t clock)
{
	struct timespec time = now(clock);

	time.tv_nsec += LIMIT;
	time.tv_sec += time.tv_nsec / SECOND;
	time.tv_nsec %= SECOND;
	return time;
}

static void with_a_limit(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	static sem_t semaphore;
	struct timespec moment;
	sigset_t signals;
	uint32_t word = 7;

	begin();
	moment = in_a_while(CLOCK_REALTIME);
	CHECK(sem_timedwait(&semaphore, &moment) == -1 && errno == ETIMEDOUT && has_taken_its_time());
	begin();
	moment = in_a_while(CLOCK_REALTIME);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(pthread_cond_timedwait(&condition, &mutex, &moment) == ETIMEDOUT && has_taken_its_time());
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	begin();
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT, 7, &limit) == -1 && errno == ETIMEDOUT && has_taken_its_time());
	begin();
	moment = in_a_while(CLOCK_MONOTONIC);
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 7, &moment, NULL, 1) == -1 && errno == ETIMEDOUT && has_taken_its_time());
	begin();
	moment = in_a_while(CLOCK_REALTIME);
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 7, &moment, NULL, 1) == -1 && errno == ETIMEDOUT);
	CHECK(has_taken_its_time());
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT, 8, &limit) == -1 && errno == EAGAIN);
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 7, &limit, NULL, 0) == -1 && errno == EINVAL);
	CHECK(syscall(SYS_futex, &word, FUTEX_WAIT, 8, &(struct timespec){0, -1}) == -1 && errno == EINVAL);
	CHECK(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &word, 8) == -1 && errno == EAGAIN);
	CHECK(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &word, 7) == 0);
	CHECK(syscall(SYS_futex, &word, FUTEX_WAKE, 1) == 0 && syscall(SYS_futex, &word, FUTEX_LOCK_PI) == -1 && errno == ENOSYS);
	CHECK(sigemptyset(&signals) == 0 && sigaddset(&signals, SIGUSR1) == 0 && sigprocmask(SIG_BLOCK, &signals, NULL) == 0);
	begin();
	CHECK(sigtimedwait(&signals, NULL, &limit) == -1 && errno == EAGAIN && has_taken_its_time());
	CHECK(raise(SIGUSR1) == 0 && sigtimedwait(&signals, NULL, &limit) == SIGUSR1);
}

static void pipes(void)
{
	static char bytes[70000];
	int ends[2];

	CHECK(pipe(ends) == 0 && read(ends[0], bytes, 1) == -1 && errno == EDEADLK);
	CHECK(write(ends[1], "word", 4) == 4 && read(ends[0], bytes, 9) == 4 && memcmp(bytes, "word", 4) == 0);
	CHECK(write(ends[1], bytes, sizeof(bytes)) == 65536 && write(ends[1], bytes, 1) == -1 && errno == EDEADLK);
	CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 && write(ends[1], bytes, 1) == -1 && errno == EAGAIN);
	CHECK(read(ends[0], bytes, sizeof(bytes)) == 65536);
	CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && read(ends[0], bytes, 1) == -1 && errno == EAGAIN);
	CHECK(close(ends[1]) == 0 && read(ends[0], bytes, 1) == 0);
}

int main(int argc, char **argv)
{
	static sem_t semaphore;
	sigset_t none;

	sigemptyset(&none);
	if (argc > 1)
		return strcmp(argv[1], "semaphore") == 0 ? sem_wait(&semaphore) : sigsuspend(&none);
	with_a_limit();
	pipes();
	puts("all is well");
	return 0;
}
