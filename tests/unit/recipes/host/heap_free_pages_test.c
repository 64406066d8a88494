/* The heap that takes blocks back, beside another who takes and gives pages. */

#include "heap_test.h"

#include "pages.h"

void pages_start(void);
void tested_free(void *block);

enum { CALLS = 200000, BLOCKS = 100, RUNS = 8 };

static struct owned blocks[BLOCKS], runs[RUNS];

static void change_run(struct owned *run)
{
	if (run->bytes) {
		check_owned(run, run->size);
		pages_give(run->bytes, run->size / PAGE_BYTES);
		run->bytes = NULL;
		return;
	}
	run->size = (1 + random_below(4)) * PAGE_BYTES;
	run->bytes = pages_take(run->size / PAGE_BYTES);
	if (run->bytes)
		fill_owned(run);
}

static void change_block(struct owned *owned)
{
	size_t size = random_below(random_below(6) ? 900 : 20000), alignment = 16;

	if (owned->bytes && random_below(2)) {
		unsigned char *bytes = tested_realloc(owned->bytes, size);

		if (!bytes)
			return check_owned(owned, owned->size);
		owned->bytes = bytes;
		check_owned(owned, size < owned->size ? size : owned->size);
	} else if (owned->bytes) {
		check_owned(owned, owned->size);
		tested_free(owned->bytes);
		owned->bytes = NULL;
		return;
	} else {
		alignment = random_below(4) ? 16 : (size_t)1 << random_below(13);
		owned->bytes = tested_aligned_alloc(alignment, size);
		if (!owned->bytes)
			return;
	}
	check_place(owned->bytes, size, alignment);
	owned->size = size;
	fill_owned(owned);
}

/* Without anybody else the heap's pages follow each other, and one block can have nearly all of them. */
static void check_growth_in_place(void)
{
	/* Its header, the end mark, and one block that an earlier check has left. */
	const size_t most = HEAP_SIZE - 16 - 16 - 32;
	void *small = tested_malloc(100), *large;

	tested_free(small);
	CHECK(!tested_malloc(most + 1), "more than all of memory");
	large = tested_malloc(most);
	CHECK(large, "all of memory");
	CHECK(pages_free_count() == 0, "all pages are the heap's");
	tested_free(large);
	large = tested_malloc(most);
	CHECK(large, "and again");
	tested_free(large);
}

int main(int argc, char **argv)
{
	(void)argv;
	fill_memory();
	pages_start();
	check_refusals();
	if (argc > 1) {
		check_growth_in_place();
	} else {
		for (unsigned i = 0; i < CALLS; i++)
			if (random_below(4) == 0)
				change_run(&runs[random_below(RUNS)]);
			else
				change_block(&blocks[random_below(BLOCKS)]);
	}
	check_guards();
	puts("intact");
	return 0;
}
