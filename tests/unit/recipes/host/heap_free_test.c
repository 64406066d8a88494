/* The heap that takes blocks back: random calls, every content checked, all of it whole again at the end; and misuse. */

#include "heap_test.h"

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

/* The heap ends the program in `call` and says why; then it begins anew. */
static void expect_stop(void (*call)(void *), void *block, const char *why)
{
	may_stop = 1;
	if (!setjmp(stopped)) {
		call(block);
		CHECK(0, "it went unnoticed; wanted: %s", why);
	}
	CHECK(!strcmp(stop_message, why), "it says [%s], not [%s]", stop_message, why);
	may_stop = 0;
	heap_free_start();
}

static void resize(void *block)
{
	tested_realloc(block, 10);
}

static void allocate(void *unused)
{
	(void)unused;
	tested_malloc(24);
}

static void check_double_free(void)
{
	static const char why[] = "heap: double free";
	char *a, *b;

	heap_free_start();
	a = tested_malloc(100);
	tested_free(a);
	expect_stop(tested_free, a, why);
	a = tested_malloc(100);
	tested_free(a);
	expect_stop(resize, a, why);
	/* Also when it has become part of a larger free block, or of one that was given away. */
	a = tested_malloc(100), b = tested_malloc(100), tested_malloc(100);
	tested_free(a);
	tested_free(b);
	expect_stop(tested_free, b, why);
	a = tested_malloc(100), b = tested_malloc(100), tested_malloc(100);
	tested_free(b);
	tested_free(a);
	CHECK(tested_malloc(250) == a, "the merged block");
	expect_stop(tested_free, b, why);
}

static const char overwritten[] = "heap: block overwritten or never allocated";

/* Three neighbours of which the first was written past its end. */
static void check_overrun(void)
{
	char *a, *b, *c;

	a = tested_malloc(24), tested_malloc(24), tested_malloc(24);
	a[24] ^= 1;
	expect_stop(tested_free, a, overwritten);
	a = tested_malloc(24), b = tested_malloc(24), tested_malloc(24);
	memset(a, 'x', 24 + 16);
	expect_stop(tested_free, b, overwritten);
	a = tested_malloc(24), b = tested_malloc(24), c = tested_malloc(24);
	tested_free(b);
	memset(a, 'x', 24 + 8);
	expect_stop(tested_free, c, overwritten);
	/* Used after it was freed: its links are wrong when it is next taken. */
	a = tested_malloc(24), tested_malloc(24);
	tested_free(a);
	((void **)a)[1] = a;
	expect_stop(allocate, NULL, "heap: free block overwritten");
}

/* What may look like a header, but lies unaligned, outside the heap or inside a block. */
static void check_stray_pointers(void)
{
	static _Alignas(16) char elsewhere[64];
	size_t *words = (size_t *)elsewhere;
	char *a;

	expect_stop(tested_free, elsewhere + 24, overwritten);
	words[1] = 32 | 5;
	expect_stop(tested_free, elsewhere + 16, overwritten);
	a = tested_malloc(400);
	memset(a, 0, 400);
	((size_t *)a)[1] = 5;
	expect_stop(tested_free, a + 16, overwritten);
	((size_t *)a)[1] = ((size_t)1 << 63) | 5;
	expect_stop(tested_free, a + 16, overwritten);
}

/* One block of about three quarters of the heap, though its list is that of smaller ones too. */
static void check_nearly_full(void)
{
	void *block;

	heap_free_start();
	block = tested_malloc(largest());
	CHECK(block, "all of it");
	CHECK(!tested_malloc(1), "nothing is left");
	tested_free(block);
	CHECK(largest() >= HEAP_SIZE - 32, "the heap's own use: %zu", HEAP_SIZE - largest());
}

static void check_no_memory(void)
{
	heap_size = 0;
	heap_free_start();
	CHECK(!tested_malloc(1), "a heap without memory");
	heap_size = HEAP_SIZE;
}

int main(void)
{
	fill_memory();
	heap_free_start();
	check_refusals();
	heap_free_start();
	for (unsigned i = 0; i < ROUNDS; i++)
		run_model();
	tested_free(NULL);
	check_nearly_full();
	check_double_free();
	check_overrun();
	check_stray_pointers();
	check_no_memory();
	check_guards();
	puts("intact");
	return 0;
}
