/* Mappings beside a heap; with an argument, a touch that must trap: "none" or "read". */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long sys_mmap(void *wanted, size_t size, int protection, int flags, int descriptor, long offset);
long sys_munmap(void *start, size_t size);
long sys_mprotect(void *start, size_t size, int protection);
long sys_mremap(void *start, size_t old_size, size_t new_size, int flags, void *wanted);

enum { PAGE = 4096, READ = 1, WRITE = 2, CODE = 4, ANONYMOUS = 0x22, MAY_MOVE = 1 };

static char *map(size_t pages)
{
	return (char *)sys_mmap(0, pages * PAGE, READ | WRITE, ANONYMOUS, -1, 0);
}

static void check(int holds, const char *what)
{
	if (!holds) {
		printf("wrong: %s\n", what);
		exit(1);
	}
}

static void check_heap_beside_mappings(void)
{
	char *blocks[8], *mappings[8];

	for (int i = 0; i < 8; i++) {
		blocks[i] = malloc(100000);
		mappings[i] = map(30);
		check(blocks[i] && mappings[i] && mappings[i][30 * PAGE - 1] == 0, "memory for both");
		memset(blocks[i], i, 100000);
		memset(mappings[i], 0x80 + i, 30 * PAGE);
	}
	for (int i = 0; i < 8; i++) {
		check(blocks[i][0] == i && blocks[i][99999] == i, "a block is whole");
		check((unsigned char)mappings[i][0] == 0x80 + i && (unsigned char)mappings[i][30 * PAGE - 1] == 0x80 + i,
		      "a mapping is whole");
		free(blocks[i]);
		check(sys_munmap(mappings[i], 30 * PAGE) == 0, "munmap");
	}
}

static void check_rights(char *pages)
{
	pages[PAGE] = 1;
	check(sys_mprotect(pages + PAGE, PAGE, 0) == 0, "no access");
	pages[0] = pages[2 * PAGE] = 1; /* its neighbours are as before */
	check(sys_mprotect(pages + PAGE, PAGE, READ) == 0, "read");
	check(pages[PAGE] == 1, "what was there");
	check(sys_mprotect(pages + PAGE, PAGE, READ | WRITE) == 0, "write again");
	pages[PAGE] = 2;
	check(sys_mprotect(pages, PAGE, READ | CODE) == -13, "code is refused");
}

static void check_remapping(void)
{
	char *small = map(1), *behind, *moved;

	small[7] = 9;
	moved = (char *)sys_mremap(small, PAGE, 3 * PAGE, 0, 0);
	check(moved == small && moved[7] == 9 && moved[3 * PAGE - 1] == 0, "it grows in place");
	behind = map(1);
	moved = (char *)sys_mremap(small, 3 * PAGE, 300 * PAGE, MAY_MOVE, 0);
	check(moved != small && moved[7] == 9 && moved[300 * PAGE - 1] == 0, "it moves");
	check(sys_munmap(behind, PAGE) == 0 && sys_munmap(moved, 300 * PAGE) == 0, "munmap");
}

int main(int argc, char **argv)
{
	char *pages;

	check_heap_beside_mappings();
	check_remapping();
	pages = map(1024); /* reaches into more than one large page */
	check_rights(pages);
	check_rights(pages + 600 * PAGE);
	if (argc > 1) {
		volatile char *page = pages + 700 * PAGE;

		check(sys_mprotect((char *)page, PAGE, argv[1][0] == 'r' ? READ : 0) == 0, "mprotect");
		printf("%d\n", page[0]); /* a trap, unless it may be read */
		page[0] = 1;
	}
	puts("all is well");
	return 0;
}
