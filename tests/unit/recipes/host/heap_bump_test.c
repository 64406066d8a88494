/* The heap that only grows: random calls, with every block's content checked until the end. */

#include "heap_test.h"

void heap_bump_start(void);

enum { ROUNDS = 200, BLOCKS = 300 };

static struct owned blocks[BLOCKS];
static size_t count;

static void add_block(void)
{
	size_t size = random_below(200), alignment = (size_t)1 << random_below(9);
	struct owned fresh = {.size = size};

	switch (random_below(3)) {
	case 0:
		fresh.bytes = tested_malloc(size);
		alignment = 16;
		break;
	case 1:
		fresh.bytes = tested_calloc(size, 1);
		alignment = 16;
		for (size_t i = 0; i < size; i++)
			CHECK(fresh.bytes[i] == 0, "calloc leaves byte %zu", i);
		break;
	default:
		fresh.bytes = tested_aligned_alloc(alignment, size);
	}
	CHECK(fresh.bytes, "there is memory left");
	check_place(fresh.bytes, size, alignment);
	for (size_t i = 0; i < count; i++)
		CHECK(fresh.bytes != blocks[i].bytes, "two blocks at one address");
	fill_owned(&fresh);
	blocks[count++] = fresh;
}

static void resize_block(struct owned *owned)
{
	size_t size = random_below(300);
	unsigned char *moved = tested_realloc(owned->bytes, size);

	CHECK(moved, "there is memory left");
	check_place(moved, size, 16);
	owned->bytes = moved;
	check_owned(owned, size < owned->size ? size : owned->size);
	owned->size = size;
	fill_owned(owned);
}

static void run_model(void)
{
	heap_bump_start();
	count = 0;
	while (count < BLOCKS)
		if (count && random_below(3) == 0)
			resize_block(&blocks[random_below(2) ? count - 1 : random_below(count)]);
		else
			add_block();
	for (size_t i = 0; i < count; i++)
		check_owned(&blocks[i], blocks[i].size);
	check_guards();
}

/* A buffer that grows alone takes its largest size, not the sum of all. */
static void check_growth_in_place(void)
{
	char *buffer;

	heap_bump_start();
	buffer = tested_malloc(0);
	for (size_t size = 16; size <= HEAP_SIZE; size += 16)
		CHECK(tested_realloc(buffer, size) == buffer, "the last block grows in place to %zu", size);
	CHECK(!tested_realloc(buffer, HEAP_SIZE + 1), "no further");
	CHECK(!tested_malloc(1), "the heap is full");
	CHECK(tested_realloc(buffer, 16) == buffer && tested_malloc(HEAP_SIZE - 16 - 32), "and shrinks in place");
	CHECK(!tested_aligned_alloc(PAGE_SIZE, 1), "an aligned block would begin behind the end");
	CHECK(tested_malloc(16) && !tested_aligned_alloc(32, 16), "the gap before it takes the rest");
	CHECK(tested_malloc(16), "which a block that needs no gap has");
}

int main(void)
{
	fill_memory();
	heap_bump_start();
	check_refusals();
	for (unsigned i = 0; i < ROUNDS; i++)
		run_model();
	check_growth_in_place();
	check_guards();
	heap_bump_start();
	CHECK(tested_realloc(NULL, 8), "realloc of nothing is malloc");
	puts("intact");
	return 0;
}
