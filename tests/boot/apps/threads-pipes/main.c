/* Threads that wait for each other by pipes, poll, select and futexes: the system calls as plain functions. */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

struct polled {
	int descriptor;
	short events, returned;
};

long sys_ppoll(struct polled *set, size_t count, const struct timespec *limit, const void *mask, size_t size);
long sys_pselect6(int count, void *read, void *write, void *except, const struct timespec *limit, const void *mask);
long sys_futex(uint32_t *word, int operation, uint32_t value, const struct timespec *limit, uint32_t *other, uint32_t bits);

enum { READABLE = 1, WRITABLE = 4, ENDED = 0x10, FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, MANY = 300000, LINES = 5000 };

static unsigned failures;

#define CHECK(condition)                                                         \
	do {                                                                     \
		if (!(condition)) {                                              \
			printf("line %d: %s\n", __LINE__, #condition);           \
			failures++;                                              \
		}                                                                \
	} while (0)

static const struct timespec moment = {0, 30000000}, none = {0, 0};

/* Whoever reads or writes too much waits for the other. */

static int ends[2];
static char written[MANY];

static int write_many(void *unused)
{
	(void)unused;
	for (int i = 0; i < MANY; i++)
		written[i] = (char)(i * 7 + i / 251);
	CHECK(write(ends[1], written, MANY) == MANY);
	CHECK(close(ends[1]) == 0);
	return 0;
}

static void try_much(void)
{
	static char read_back[MANY];
	thrd_t thread;
	size_t done = 0;
	long part;

	CHECK(pipe(ends) == 0);
	thrd_create(&thread, write_many, NULL);
	while ((part = read(ends[0], read_back + done, 5000)) > 0)
		done += (size_t)part;
	CHECK(part == 0 && done == MANY);
	for (int i = 0; i < MANY; i++)
		if (read_back[i] != written[i]) {
			CHECK(!"bytes come in order");
			break;
		}
	thrd_join(thread, NULL);
	CHECK(close(ends[0]) == 0);
}

/* Two threads that write to one stream, whose pipe is mostly full, lose nothing and write nothing twice. */

static int write_lines(void *stream)
{
	for (int i = 0; i < LINES; i++)
		CHECK(fprintf(stream, "line %d of a text that is as long as this\n", i) > 0);
	return 0;
}

static void try_streams(void)
{
	int counts[LINES] = {0}, number;
	char line[100];
	thrd_t threads[2];
	FILE *in, *out;

	CHECK(pipe(ends) == 0);
	in = fdopen(ends[0], "r");
	out = fdopen(ends[1], "w");
	thrd_create(&threads[0], write_lines, out);
	thrd_create(&threads[1], write_lines, out);
	for (int i = 0; i < 2 * LINES; i++) {
		if (i == 2 * LINES - 200) { /* what is left fits into the pipe */
			thrd_join(threads[0], NULL);
			thrd_join(threads[1], NULL);
			CHECK(fclose(out) == 0);
		}
		CHECK(fgets(line, sizeof(line), in) && sscanf(line, "line %d of a text that is as long as this", &number) == 1);
		if (number >= 0 && number < LINES)
			counts[number]++;
	}
	CHECK(!fgets(line, sizeof(line), in) && fclose(in) == 0);
	for (int i = 0; i < LINES; i++)
		CHECK(counts[i] == 2);
}

/* poll and select end as soon as something happens. */

static int write_later(void *unused)
{
	(void)unused;
	thrd_sleep(&moment, NULL);
	CHECK(write(ends[1], "x", 1) == 1);
	return 0;
}

static int close_later(void *unused)
{
	(void)unused;
	thrd_sleep(&moment, NULL);
	CHECK(close(ends[1]) == 0);
	return 0;
}

static void try_polling(void)
{
	struct polled set[2];
	uint64_t sets[4] = {0};
	thrd_t thread;
	char byte;

	CHECK(pipe(ends) == 0);
	set[0] = (struct polled){ends[0], READABLE, 0};
	set[1] = (struct polled){-1, READABLE, 0};
	CHECK(sys_ppoll(set, 2, &none, NULL, 0) == 0);
	CHECK(sys_ppoll(set, 2, &moment, NULL, 0) == 0);
	thrd_create(&thread, write_later, NULL);
	CHECK(sys_ppoll(set, 2, NULL, NULL, 0) == 1 && set[0].returned == READABLE && set[1].returned == 0);
	CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x');
	thrd_join(thread, NULL);
	thrd_create(&thread, write_later, NULL);
	sets[0] = UINT64_C(1) << ends[0];
	CHECK(sys_pselect6(ends[0] + 1, sets, NULL, NULL, NULL, NULL) == 1 && sets[0] == UINT64_C(1) << ends[0]);
	CHECK(read(ends[0], &byte, 1) == 1);
	thrd_join(thread, NULL);
	thrd_create(&thread, close_later, NULL);
	CHECK(sys_ppoll(set, 1, NULL, NULL, 0) == 1 && set[0].returned == ENDED);
	thrd_join(thread, NULL);
	CHECK(close(ends[0]) == 0);
}

/* A descriptor may be closed while somebody waits behind it; a reader whose writers are gone sees the end. */

static int read_one(void *result)
{
	char byte;

	*(long *)result = read(ends[0], &byte, 1);
	*(long *)result -= *(long *)result < 0 ? errno : 0;
	return 0;
}

static void try_closing(void)
{
	long result = 77;
	thrd_t thread;

	CHECK(pipe(ends) == 0);
	thrd_create(&thread, read_one, &result);
	thrd_yield();
	CHECK(close(ends[0]) == 0);
	CHECK(write(ends[1], "x", 1) == 1); /* the reader still has it */
	thrd_join(thread, NULL);
	CHECK(result == -1 - EBADF);
	CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE && close(ends[1]) == 0);
	CHECK(pipe(ends) == 0);
	thrd_create(&thread, read_one, &result);
	thrd_yield();
	CHECK(close(ends[1]) == 0);
	thrd_join(thread, NULL);
	CHECK(result == 0 && close(ends[0]) == 0);
}

/* Futexes. */

static uint32_t words[2];
static int woken;

static int wait_at_word(void *unused)
{
	(void)unused;
	CHECK(sys_futex(&words[0], FUTEX_WAIT, 0, NULL, NULL, 0) == 0);
	woken++;
	return 0;
}

static void try_futexes(void)
{
	thrd_t threads[5];

	CHECK(sys_futex(&words[0], FUTEX_WAIT, 1, NULL, NULL, 0) == -EAGAIN);
	CHECK(sys_futex(&words[0], FUTEX_WAIT, 0, &moment, NULL, 0) == -ETIMEDOUT);
	for (int i = 0; i < 5; i++)
		thrd_create(&threads[i], wait_at_word, NULL);
	thrd_yield();
	CHECK(sys_futex(&words[1], FUTEX_WAKE, 9, NULL, NULL, 0) == 0);
	CHECK(sys_futex(&words[0], FUTEX_WAKE, 1, NULL, NULL, 0) == 1);
	thrd_yield();
	CHECK(woken == 1);
	CHECK(sys_futex(&words[0], FUTEX_REQUEUE, 1, (const struct timespec *)2, &words[1], 0) == 3);
	thrd_yield();
	CHECK(woken == 2);
	CHECK(sys_futex(&words[1], FUTEX_WAKE, 9, NULL, NULL, 0) == 2);
	CHECK(sys_futex(&words[0], FUTEX_WAKE, 9, NULL, NULL, 0) == 1);
	for (int i = 0; i < 5; i++)
		thrd_join(threads[i], NULL);
	CHECK(woken == 5);
}

int main(void)
{
	try_much();
	try_streams();
	try_polling();
	try_closing();
	try_futexes();
	puts(failures ? "something is wrong" : "all is well");
	return failures != 0;
}
