/* The heap that only grows, beside another who takes and gives pages: no block is lost, and it goes on elsewhere. */

#include "heap_test.h"

#include "pages.h"

void pages_start(void);

enum { BLOCKS = 120, RUNS = 8 };

static struct owned blocks[BLOCKS];
static size_t count;
static struct owned runs[RUNS];

static void change_run(struct owned *run)
{
	if (run->bytes) {
		check_owned(run, run->size);
		pages_give(run->bytes, run->size / PAGE_BYTES);
		run->bytes = NULL;
		return;
	}
	run->size = (1 + random_below(3)) * PAGE_BYTES;
	run->bytes = pages_take(run->size / PAGE_BYTES);
	if (run->bytes)
		fill_owned(run);
}

static void add_block(void)
{
	size_t size = random_below(random_below(8) ? 500 : 6000), alignment = (size_t)1 << random_below(9);
	bool is_aligned = random_below(2);
	struct owned fresh = {.size = size};

	fresh.bytes = is_aligned ? tested_aligned_alloc(alignment, size) : tested_malloc(size);
	if (!fresh.bytes)
		return;
	check_place(fresh.bytes, size, is_aligned ? alignment : 16);
	fill_owned(&fresh);
	blocks[count++] = fresh;
}

static void resize_block(struct owned *owned)
{
	size_t size = random_below(4000);
	unsigned char *moved = tested_realloc(owned->bytes, size);

	if (!moved)
		return check_owned(owned, owned->size);
	check_place(moved, size, 16);
	owned->bytes = moved;
	check_owned(owned, size < owned->size ? size : owned->size);
	owned->size = size;
	fill_owned(owned);
}

int main(void)
{
	fill_memory();
	pages_start();
	check_refusals();
	for (unsigned i = 0; i < 100000 && count < BLOCKS; i++) {
		if (random_below(3) == 0)
			change_run(&runs[random_below(RUNS)]);
		else if (count && random_below(2))
			resize_block(&blocks[random_below(2) ? count - 1 : random_below(count)]);
		else
			add_block();
	}
	CHECK(count > 60, "only %zu blocks", count);
	for (size_t i = 0; i < count; i++)
		check_owned(&blocks[i], blocks[i].size);
	for (size_t i = 0; i < RUNS; i++)
		if (runs[i].bytes)
			check_owned(&runs[i], runs[i].size);
	check_guards();
	puts("intact");
	return 0;
}
