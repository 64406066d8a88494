/* The heap that takes blocks back: random calls, every content checked, all of it whole again at the end; and misuse. */

#include "heap_test.h"

#include <sys/wait.h>

void heap_free_start(void);
void tested_free(void *block);

enum { ROUNDS = 20, CALLS = 20000, BLOCKS = 400 };

static struct owned blocks[BLOCKS];

/* The largest block that the heap can give now, by halving. */
static size_t largest(void)
{
	size_t low = 0, high = HEAP_SIZE;

	while (low < high) {
		size_t middle = (low + high + 1) / 2;
		void *block = tested_malloc(middle);

		if (block)
			low = middle;
		else
			high = middle - 1;
		tested_free(block);
	}
	return low;
}

/* Mostly small sizes, sometimes far larger ones, so that memory runs out now and then. */
static size_t random_size(void)
{
	return random_below(random_below(10) ? 300 : random_below(10) ? 5000 : HEAP_SIZE / 2);
}

static void change_block(struct owned *owned)
{
	size_t size = random_size(), alignment = 16;
	unsigned char *bytes;

	if (owned->bytes && random_below(2)) {
		check_owned(owned, owned->size);
		bytes = tested_realloc(owned->bytes, size);
		if (!bytes)
			return check_owned(owned, owned->size);
		owned->bytes = bytes;
		check_owned(owned, size < owned->size ? size : owned->size);
	} else if (owned->bytes) {
		check_owned(owned, owned->size);
		tested_free(owned->bytes);
		owned->bytes = NULL;
		return;
	} else if (random_below(4) == 0) {
		alignment = (size_t)1 << random_below(13);
		owned->bytes = tested_aligned_alloc(alignment, size);
	} else if (random_below(2)) {
		owned->bytes = tested_calloc(1, size);
		for (size_t i = 0; owned->bytes && i < size; i++)
			CHECK(owned->bytes[i] == 0, "calloc leaves byte %zu", i);
	} else {
		owned->bytes = tested_malloc(size);
	}
	if (!owned->bytes)
		return;
	check_place(owned->bytes, size, alignment);
	owned->size = size;
	fill_owned(owned);
}

static void run_model(void)
{
	size_t whole = largest();

	for (unsigned i = 0; i < CALLS; i++)
		change_block(&blocks[random_below(BLOCKS)]);
	for (unsigned i = 0; i < BLOCKS; i++) {
		if (blocks[i].bytes)
			check_owned(&blocks[i], blocks[i].size);
		tested_free(blocks[i].bytes);
		blocks[i].bytes = NULL;
	}
	CHECK(largest() == whole, "the heap is in pieces: %zu of %zu", largest(), whole);
	check_guards();
}

static const char double_free[] = "heap: double free";
static const char overwritten[] = "heap: block overwritten or never allocated";

static void free_twice(void)
{
	char *a = tested_malloc(100);

	tested_free(a);
	tested_free(a);
}

static void resize_after_free(void)
{
	char *a = tested_malloc(100);

	tested_free(a);
	tested_realloc(a, 10);
}

static void free_again_inside_a_larger_free_block(void)
{
	char *a = tested_malloc(100), *b = tested_malloc(100);

	tested_malloc(100);
	tested_free(a);
	tested_free(b);
	tested_free(b);
}

static void free_again_inside_what_others_have(void)
{
	char *a = tested_malloc(100), *b = tested_malloc(100);

	tested_malloc(100);
	tested_free(b);
	tested_free(a);
	CHECK(tested_malloc(250) != a, "the first block that fits is another one");
	CHECK(tested_malloc(200) == a, "the merged block");
	tested_free(b);
}

static void write_one_bit_past_the_end(void)
{
	char *a = tested_malloc(32);

	tested_malloc(32);
	a[32] ^= 1;
	tested_free(a);
}

static void write_over_the_next_header(void)
{
	char *a = tested_malloc(32), *b = tested_malloc(32);

	memset(a, 'x', 32 + 16);
	tested_free(b);
}

static void write_over_a_free_neighbour(void)
{
	char *a = tested_malloc(32), *b = tested_malloc(32);

	tested_malloc(32);
	tested_free(b);
	memset(a, 'x', 32 + 8);
	tested_free(a);
}

static void write_after_free(void)
{
	void **a = tested_malloc(32);

	tested_malloc(32);
	tested_free(a);
	a[1] = a;
	tested_malloc(32);
}

static void free_unaligned(void)
{
	size_t *a = tested_calloc(1, 400);

	a[2] = 32 | 5;
	a[1 + 32 / sizeof(size_t)] = 32;
	tested_free(a + 3);
}

static void free_what_is_elsewhere(void)
{
	static _Alignas(16) size_t elsewhere[8] = {0, 32 | 5, 0, 0, 32};

	tested_free(elsewhere + 2);
}

static void free_the_inside_of_a_block(void)
{
	size_t *a = tested_calloc(1, 400);

	a[1] = 5;
	tested_free(a + 2);
}

static void free_what_claims_to_be_huge(void)
{
	size_t *a = tested_calloc(1, 400);

	a[1] = (size_t)1 << 63 | 5;
	tested_free(a + 2);
}

static const struct {
	void (*commit)(void);
	const char *stop;
} misuses[] = {
	{free_twice, double_free},
	{resize_after_free, double_free},
	{free_again_inside_a_larger_free_block, double_free},
	{free_again_inside_what_others_have, double_free},
	{write_one_bit_past_the_end, overwritten},
	{write_over_the_next_header, overwritten},
	{write_over_a_free_neighbour, overwritten},
	{write_after_free, overwritten},
	{free_unaligned, overwritten},
	{free_what_is_elsewhere, overwritten},
	{free_the_inside_of_a_block, overwritten},
	{free_what_claims_to_be_huge, overwritten},
};

/* Each in a process of its own, which the heap must stop. */
static void check_misuse(void)
{
	for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		int status;
		pid_t child = fork();

		CHECK(child >= 0, "fork");
		if (child == 0) {
			expected_stop = misuses[i].stop;
			misuses[i].commit();
			_exit(0);
		}
		CHECK(waitpid(child, &status, 0) == child, "waitpid");
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == STOPPED_RIGHTLY, "misuse %zu: status %#x", i, status);
	}
}

/* A heap with one free block gives all of it, though other blocks of its list may be smaller. */
static void check_nearly_full(void)
{
	void *block = tested_malloc(largest());

	CHECK(block, "all of it");
	CHECK(!tested_malloc(1), "nothing is left");
	tested_free(block);
	/* Its header, the end mark, and one block that an earlier check has left. */
	CHECK(largest() == HEAP_SIZE - 16 - 16 - 32, "the heap's own use: %zu", HEAP_SIZE - largest());
}

static void check_growth_into_a_free_neighbour(void)
{
	char *a = tested_malloc(32), *b = tested_malloc(1000), *c = tested_malloc(32);

	tested_free(b);
	CHECK(tested_realloc(a, 900) == a, "it grows in place");
	CHECK(tested_realloc(a, 2000) != a, "there it has no room");
	tested_free(c);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		heap_size = 0;
	fill_memory();
	heap_free_start();
	if (heap_size) {
		check_refusals();
		for (unsigned i = 0; i < ROUNDS; i++)
			run_model();
		tested_free(NULL);
		check_nearly_full();
		check_growth_into_a_free_neighbour();
		check_misuse();
	}
	CHECK(!tested_malloc(HEAP_SIZE) && tested_errno == ENOMEM, "more than there is");
	check_guards();
	puts("intact");
	return 0;
}
