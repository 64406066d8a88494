/* The pages that all share: random runs taken and given back in parts, against a map of who has which page. */

#include "heap_test.h"

#include "pages.h"

#include <signal.h>
#include <sys/wait.h>

void pages_start(void);

enum { CALLS = 100000, PAGES = HEAP_SIZE / PAGE_BYTES };

static bool is_taken[PAGES];

static unsigned char *page_at(size_t place)
{
	return memory + PAGE_SIZE + place * PAGE_BYTES;
}

/* The first place with `count` free pages side by side; PAGES if there is none. */
static size_t first_room(size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < PAGES; i++) {
		length = is_taken[i] ? 0 : length + 1;
		if (length == count)
			return i + 1 - count;
	}
	return PAGES;
}

static size_t free_pages(void)
{
	size_t count = 0;

	for (size_t i = 0; i < PAGES; i++)
		count += !is_taken[i];
	return count;
}

static void own(size_t place, size_t count)
{
	for (size_t i = place; i < place + count; i++) {
		CHECK(!is_taken[i], "page %zu is given to two", i);
		is_taken[i] = true;
		memset(page_at(i), (int)i, PAGE_BYTES);
	}
}

static void take(void)
{
	size_t count = 1 + random_below(12), room = first_room(count);
	void *start = pages_take(count);

	CHECK(start == (room == PAGES ? NULL : page_at(room)), "%zu pages at %p, not at place %zu", count, start, room);
	if (start)
		own(room, count);
}

static void take_at(void)
{
	size_t place = random_below(PAGES), count = 1 + random_below(6), end = place;

	while (end < PAGES && end < place + count && !is_taken[end])
		end++;
	bool is_free = end == place + count;
	CHECK(pages_take_at(page_at(place), count) == is_free, "%zu pages at place %zu", count, place);
	if (is_free)
		own(place, count);
}

static void give(void)
{
	size_t place = random_below(PAGES), count = 0;

	for (; place + count < PAGES && is_taken[place + count] && count < 1 + random_below(12); count++) {
		for (size_t i = 0; i < PAGE_BYTES; i++)
			CHECK(page_at(place + count)[i] == place + count, "page %zu has changed", place + count);
		is_taken[place + count] = false;
	}
	pages_give(page_at(place), count);
}

/* In a process of its own, which must be stopped. */
static void check_giving_twice(size_t place, size_t count)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGILL, SIG_DFL);
		signal(SIGTRAP, SIG_DFL);
		pages_give(page_at(place), count);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child, "waitpid");
	CHECK(WIFSIGNALED(status), "%zu pages at %zu are given twice: %#x", count, place, status);
}

int main(int argc, char **argv)
{
	(void)argv;
	heap_size = argc > 1 ? 0 : HEAP_SIZE;
	fill_memory();
	pages_start();
	CHECK(pages_range.end - pages_range.start == heap_size, "all pages");
	if (heap_size) {
		CHECK(!pages_take(0) && pages_take_at(page_at(0), 0), "no pages");
		for (unsigned i = 0; i < CALLS; i++) {
			(random_below(2) ? give : random_below(3) ? take : take_at)();
			CHECK(pages_free_count() == free_pages(), "free pages");
		}
		for (size_t i = 0; i < PAGES; i++)
			if (is_taken[i])
				pages_give(page_at(i), 1);
		CHECK(pages_take(PAGES) == page_at(0), "all is one run again");
		CHECK(!pages_take(1) && pages_free_count() == 0, "nothing is left");
		pages_give(page_at(0), 2);
		pages_give(page_at(5), 2);
		check_giving_twice(0, 1);
		check_giving_twice(1, 3);
		check_giving_twice(4, 2);
		check_giving_twice(4, 4);
		check_giving_twice(6, 1);
	}
	CHECK(!pages_take(PAGES + 1) && !pages_take(SIZE_MAX) && !pages_take_at(page_at(0), SIZE_MAX), "too many");
	check_guards();
	puts("intact");
	return 0;
}
