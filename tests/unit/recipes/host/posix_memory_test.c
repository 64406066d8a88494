/* Mappings: random calls against a model of what each page holds and allows; the rights are the host's own. */

#include "heap_test.h"

#include "page_rights.h"
#include "pages.h"
#include "sys_calls.h"

#include <sys/mman.h>

void pages_start(void);

enum { CALLS = 60000, PAGES = HEAP_SIZE / PAGE_BYTES, FREE = -1 };

/* The model: rights of each mapped page, and the byte that fills it. */
static int rights[PAGES];
static unsigned char content[PAGES];
static bool refuses; /* no memory for page tables */

bool page_rights_set(void *start, size_t count, enum page_rights wanted)
{
	static const int protections[] = {PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE};

	if (refuses && wanted != PAGE_READ_WRITE)
		return false;
	CHECK(mprotect(start, count * PAGE_BYTES, protections[wanted]) == 0, "mprotect");
	return true;
}

/* A file of 3 pages and a bit. */
enum { FILE_SIZE = 3 * PAGE_BYTES + 100, THE_FILE = 5, A_PIPE = 6, A_LOG = 7 /* open to be written only */ };

long sys_pread64(int descriptor, void *bytes, size_t size, int64_t offset)
{
	size_t done = 0;

	if (descriptor != THE_FILE)
		return descriptor == A_PIPE ? -SYS_ESPIPE : -SYS_EBADF;
	for (; done < size && done < 1000 && offset + (int64_t)done < FILE_SIZE; done++)
		((unsigned char *)bytes)[done] = (unsigned char)((offset + (int64_t)done) % 251);
	return (long)done;
}

long sys_lseek(int descriptor, int64_t offset, int whence)
{
	CHECK(offset == 0 && whence == 1, "nothing is moved");
	if (descriptor < THE_FILE || descriptor > A_LOG)
		return -SYS_EBADF;
	return descriptor == A_PIPE ? -SYS_ESPIPE : 0;
}

static unsigned char *page_at(size_t place)
{
	return memory + PAGE_SIZE + place * PAGE_BYTES;
}

static size_t place_of(long address)
{
	CHECK(address > 0, "the call failed with %ld", address);
	CHECK((uintptr_t)address % PAGE_BYTES == 0 && (uintptr_t)address >= (uintptr_t)page_at(0), "the place");
	return ((uintptr_t)address - (uintptr_t)page_at(0)) / PAGE_BYTES;
}

static void check_page(size_t place)
{
	for (size_t i = 0; i < PAGE_BYTES && rights[place] != SYS_PROT_NONE; i += 509)
		CHECK(page_at(place)[i] == content[place], "page %zu has changed", place);
}

static void fill_page(size_t place)
{
	if (!(rights[place] & SYS_PROT_WRITE))
		return;
	content[place] = (unsigned char)random_word();
	memset(page_at(place), content[place], PAGE_BYTES);
}

static void begin(size_t place, size_t count, int protection)
{
	for (size_t i = place; i < place + count; i++) {
		rights[i] = protection;
		content[i] = 0;
		check_page(i);
		fill_page(i);
	}
}

static int random_protection(void)
{
	static const int protections[] = {SYS_PROT_NONE, SYS_PROT_READ, SYS_PROT_READ | SYS_PROT_WRITE};

	return protections[random_below(3)];
}

static bool is_all_mapped(size_t place, size_t count)
{
	for (size_t i = place; i < place + count; i++)
		if (i >= PAGES || rights[i] == FREE)
			return false;
	return true;
}

static void map_random(void)
{
	size_t count = 1 + random_below(6), size = count * PAGE_BYTES - random_below(PAGE_BYTES);
	int protection = random_protection();
	long address = sys_mmap(NULL, size, protection, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);

	if (address == -SYS_ENOMEM)
		return;
	for (size_t i = place_of(address); i < place_of(address) + count; i++)
		CHECK(rights[i] == FREE, "page %zu is given to two", i);
	begin(place_of(address), count, protection);
}

static void map_fixed(size_t place, size_t count)
{
	int protection = random_protection();
	long address = sys_mmap(page_at(place), count * PAGE_BYTES, protection,
				SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_FIXED, -1, 0);

	if (!is_all_mapped(place, count) && address == -SYS_ENOMEM)
		return;
	CHECK(address == (long)page_at(place), "a fixed mapping");
	begin(place, count, protection);
}

static void unmap(size_t place, size_t count)
{
	CHECK(sys_munmap(page_at(place), count * PAGE_BYTES) == 0, "munmap");
	for (size_t i = place; i < place + count; i++)
		rights[i] = FREE;
}

static void protect(size_t place, size_t count)
{
	int protection = random_protection();
	long result = sys_mprotect(page_at(place), count * PAGE_BYTES, protection);

	CHECK(result == (is_all_mapped(place, count) ? 0 : -SYS_ENOMEM), "mprotect: %ld", result);
	for (size_t i = place; result == 0 && i < place + count; i++)
		rights[i] = protection;
}

/* The pages of one mapping have the same rights; others are not remapped. */
static void remap(size_t place, size_t count)
{
	size_t new_count = 1 + random_below(8);
	int flags = random_below(2) ? SYS_MREMAP_MAYMOVE : 0, protection = rights[place];
	unsigned char old[8];
	long address;

	for (size_t i = place; i < place + count; i++)
		if (!is_all_mapped(i, 1) || rights[i] != protection)
			return;
	memcpy(old, content + place, count);
	address = sys_mremap(page_at(place), count * PAGE_BYTES, new_count * PAGE_BYTES, flags, NULL);
	if (address == -SYS_ENOMEM)
		return;
	for (size_t i = place; i < place + count; i++)
		rights[i] = FREE;
	for (size_t i = 0; i < new_count; i++) {
		CHECK(rights[place_of(address) + i] == FREE, "it is moved over another");
		rights[place_of(address) + i] = protection;
		content[place_of(address) + i] = i < count ? old[i] : 0;
		check_page(place_of(address) + i);
	}
}

static void clear(size_t place, size_t count)
{
	long result = sys_madvise(page_at(place), count * PAGE_BYTES, SYS_MADV_DONTNEED);

	CHECK(result == (is_all_mapped(place, count) ? 0 : -SYS_ENOMEM), "madvise: %ld", result);
	for (size_t i = place; result == 0 && i < place + count; i++)
		content[i] = 0;
}

static void run_model(void)
{
	for (unsigned i = 0; i < CALLS; i++) {
		size_t count = 1 + random_below(5), place = 1 + random_below(PAGES - count);

		switch (random_below(7)) {
		case 0:
		case 1:
			map_random();
			break;
		case 2:
			map_fixed(place, count);
			break;
		case 3:
			unmap(place, count);
			break;
		case 4:
			protect(place, count);
			break;
		case 5:
			remap(place, count);
			break;
		case 6:
			clear(place, count);
		}
		place = random_below(PAGES);
		if (rights[place] != FREE) {
			check_page(place);
			fill_page(place);
		}
	}
}

static void check_words(void)
{
	const int anonymous = SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, write = SYS_PROT_READ | SYS_PROT_WRITE;

	CHECK(sys_mmap(NULL, 0, write, anonymous, -1, 0) == -SYS_EINVAL, "nothing");
	CHECK(sys_mmap(NULL, 1, write, SYS_MAP_ANONYMOUS, -1, 0) == -SYS_EINVAL, "neither shared nor private");
	CHECK(sys_mmap(NULL, 1, write | SYS_PROT_EXEC, anonymous, -1, 0) == -SYS_EACCES, "code");
	CHECK(sys_mmap(NULL, SIZE_MAX, write, anonymous, -1, 0) == -SYS_ENOMEM, "more than there is");
	CHECK(sys_mmap(NULL, HEAP_SIZE + 1, write, anonymous, -1, 0) == -SYS_ENOMEM, "more than there is");
	CHECK(sys_mmap(memory, 1, write, anonymous | SYS_MAP_FIXED, -1, 0) == -SYS_ENOMEM, "what is not ours");
	CHECK(sys_mmap(page_at(2) + 1, 1, write, anonymous | SYS_MAP_FIXED, -1, 0) == -SYS_EINVAL, "no page");
	CHECK(sys_mmap(NULL, 1, SYS_PROT_READ, SYS_MAP_PRIVATE, THE_FILE, 1) == -SYS_EINVAL, "offset of no page");
	CHECK(sys_mmap(NULL, 1, SYS_PROT_READ, SYS_MAP_PRIVATE, A_PIPE, 0) == -SYS_ENODEV, "a pipe");
	CHECK(sys_mmap(NULL, 1, SYS_PROT_READ, SYS_MAP_PRIVATE, A_LOG, 0) == -SYS_EACCES, "a file that cannot be read");
	CHECK(sys_mmap(NULL, 1, SYS_PROT_READ, SYS_MAP_PRIVATE, 9, 0) == -SYS_EBADF, "what is not open");
	CHECK(sys_mmap(NULL, 1, write, SYS_MAP_SHARED, 9, 0) == -SYS_EBADF, "what is not open, to be written");
	CHECK(sys_mmap(NULL, 1, write, SYS_MAP_SHARED, THE_FILE, 0) == -SYS_ENODEV, "a file that would be written");
	CHECK(sys_mprotect(page_at(1) + 1, 1, write) == -SYS_EINVAL, "no page");
	CHECK(sys_mprotect(page_at(1), 0, write) == 0, "nothing");
	CHECK(sys_munmap(page_at(1), 0) == -SYS_EINVAL && sys_munmap(page_at(1) + 1, 1) == -SYS_EINVAL, "munmap");
	CHECK(sys_munmap((void *)0x1000, PAGE_BYTES) == 0, "nothing was there");
	CHECK(sys_msync(page_at(1), 1, 4) == -SYS_ENOMEM && sys_msync(page_at(1), 1, 8) == -SYS_EINVAL, "msync");
	CHECK(sys_mremap(page_at(1), PAGE_BYTES, 1, 0, NULL) == -SYS_EFAULT, "what is not mapped");
	CHECK(sys_mlockall(1) == 0 && sys_mlockall(6) == 0, "what is mapped now, or later");
	CHECK(sys_mlockall(0) == -SYS_EINVAL && sys_mlockall(4) == -SYS_EINVAL && sys_mlockall(9) == -SYS_EINVAL, "neither");
}

static void check_file(void)
{
	long address = sys_mmap(NULL, FILE_SIZE, SYS_PROT_READ, SYS_MAP_PRIVATE, THE_FILE, PAGE_BYTES);
	const unsigned char *bytes = (const unsigned char *)address;
	unsigned char here[4] = {0};

	place_of(address);
	for (size_t i = 0; i < 4 * PAGE_BYTES; i++)
		CHECK(bytes[i] == (i + PAGE_BYTES < FILE_SIZE ? (i + PAGE_BYTES) % 251 : 0), "byte %zu of the file", i);
	CHECK(sys_mprotect((void *)address, 4 * PAGE_BYTES, SYS_PROT_READ | SYS_PROT_WRITE) == 0, "a private copy");
	memset((void *)address, 1, 4 * PAGE_BYTES);
	CHECK(sys_mincore((void *)address, 4 * PAGE_BYTES, here) == 0 && here[0] && here[3], "it is in memory");
	CHECK(sys_msync((void *)address, 4 * PAGE_BYTES, 4) == 0, "msync");
	CHECK(sys_munmap((void *)address, FILE_SIZE) == 0, "munmap");
}

static void check_break(void)
{
	uintptr_t start = (uintptr_t)sys_brk(NULL);
	unsigned char *bytes = (unsigned char *)start;

	CHECK(start == (uintptr_t)page_at(PAGES * 3 / 4), "the break begins in the last quarter");
	CHECK((uintptr_t)sys_brk(bytes + 100) == start + 100 && bytes[99] == 0, "it grows");
	bytes[99] = 1;
	CHECK((uintptr_t)sys_brk(bytes + 2 * PAGE_BYTES) == start + 2 * PAGE_BYTES && bytes[99] == 1, "and keeps");
	CHECK((uintptr_t)sys_brk(bytes + HEAP_SIZE) == start + 2 * PAGE_BYTES, "no further than memory");
	CHECK((uintptr_t)sys_brk(page_at(0)) == start + 2 * PAGE_BYTES, "nor below its start");
	CHECK((uintptr_t)sys_brk(bytes) == start, "it shrinks");
	CHECK((uintptr_t)sys_brk(bytes + PAGE_BYTES) == start + PAGE_BYTES && bytes[99] == 0, "and what comes back is zero");
	CHECK(sys_mmap(bytes, PAGE_BYTES, SYS_PROT_NONE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_FIXED, -1, 0) == (long)bytes,
	      "a guard in it");
	CHECK((uintptr_t)sys_brk(bytes) == start, "and is gone");
}

static void check_refused_rights(void)
{
	size_t before = pages_free_count();

	refuses = true;
	CHECK(sys_mmap(NULL, 1, SYS_PROT_NONE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0) == -SYS_ENOMEM, "no tables");
	CHECK(pages_free_count() == before, "and no page is lost");
	refuses = false;

	/* A mapping that cannot keep its rights elsewhere stays where it is, with them. */
	long first = sys_mmap(NULL, 2 * PAGE_BYTES, SYS_PROT_READ | SYS_PROT_WRITE, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	long second = sys_mmap(NULL, 1, SYS_PROT_READ, SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	*(char *)first = 5;
	CHECK(second == first + 2 * PAGE_BYTES && sys_mprotect((void *)first, PAGE_BYTES, SYS_PROT_READ) == 0, "mmap");
	before = pages_free_count();
	refuses = true;
	CHECK(sys_mremap((void *)second, 1, 2 * PAGE_BYTES, 0, NULL) == -SYS_ENOMEM, "in place");
	CHECK(sys_mremap((void *)first, PAGE_BYTES, 9 * PAGE_BYTES, SYS_MREMAP_MAYMOVE, NULL) == -SYS_ENOMEM, "elsewhere");
	CHECK(pages_free_count() == before && *(char *)first == 5, "nothing is lost");
	refuses = false;
	CHECK(sys_munmap((void *)first, 3 * PAGE_BYTES) == 0, "munmap");
}

int main(void)
{
	fill_memory();
	pages_start();
	for (size_t i = 0; i < PAGES; i++)
		rights[i] = FREE;
	check_words();
	check_file();
	check_break();
	check_refused_rights();
	CHECK(pages_free_count() == PAGES - 1, "only the map itself is taken");
	run_model();
	unmap(1, PAGES - 1);
	CHECK(pages_free_count() == PAGES - 1, "all is given back");
	check_guards();
	puts("intact");
	return 0;
}
