/*
 * Read device trees from the standard input, each as its address, its length and its bytes, and print what the guest
 * would know: the facts, or its last words. Under AddressSanitizer only what the recipe has mapped can be read, to the byte.
 */

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

#include "boot_aarch64.h"
#include "device_tree_buses.h"
#include "device_tree_extra.h"
#include "host.h"

/* Null where the reader looks for nothing more than every image needs. */
#pragma weak device_tree_clock
#pragma weak device_tree_gic
#pragma weak device_tree_seed_size
#pragma weak device_tree_virtio
#pragma weak device_tree_virtio_count
#pragma weak device_tree_pci

void device_tree_start(uintptr_t tree);

/* The guest's memory: trees may lie below, beside and behind the image. */
#define ROOM_START UINT64_C(0x40000000)
#define ROOM_SIZE UINT64_C(0x00b00000)

/* The image, which nobody may read. */
__asm__(".globl image_start, image_size\n"
	".set image_start, 0x40200000\n"
	".set image_size, 0x30000");
#define IMAGE_START UINT64_C(0x40200000)
#define IMAGE_END UINT64_C(0x40230000)

enum { LONGEST_CASE_SECONDS = 5 };

struct boot_machine boot_machine;
char boot_command_line[BOOT_COMMAND_LINE_SIZE];

enum { DEVICES_MOST = 8 };
static uintptr_t mapped_start, mapped_end, tree, devices[DEVICES_MOST];
static unsigned device_count;
static jmp_buf ended;

static bool is_image_page(uintptr_t start, uintptr_t end)
{
	return start < IMAGE_END && end > IMAGE_START;
}

void boot_map(uintptr_t start, uintptr_t end, enum boot_rights rights)
{
	CHECK(start % BOOT_PAGE_SIZE == 0 && start < end && end <= BOOT_ADDRESS_END, "a range that no table can map");
	CHECK(start != 0 || rights == BOOT_CONSTANTS, "page 0 mapped");
	uintptr_t page_end = (end + BOOT_PAGE_SIZE - 1) & -(uintptr_t)BOOT_PAGE_SIZE;
	CHECK(!is_image_page(start, page_end), "the rights of the image's pages changed");
	if (rights == BOOT_DEVICE) {
		CHECK(mapped_end == 0, "a device mapped over the tree");
		CHECK(page_end - start == BOOT_PAGE_SIZE || &device_tree_clock, "more than a page of a device");
		CHECK(device_count < DEVICES_MOST, "many devices");
		devices[device_count++] = start;
		return;
	}
	CHECK(rights == BOOT_CONSTANTS && start == (tree & -(uintptr_t)BOOT_PAGE_SIZE), "no mapping of the tree");
	mapped_start = start;
	mapped_end = page_end;
	if (ROOM_START <= start && end <= ROOM_START + ROOM_SIZE)
		ASAN_UNPOISON_MEMORY_REGION((void *)tree, end - tree);
}

void boot_unmap(uintptr_t start, uintptr_t end)
{
	CHECK(start == mapped_start && end <= mapped_end && mapped_end - end < BOOT_PAGE_SIZE, "not what was mapped");
	mapped_start = mapped_end = 0;
	ASAN_POISON_MEMORY_REGION((void *)ROOM_START, ROOM_SIZE);
}

uintptr_t early_console_uart(void)
{
	return 0x09000000;
}

_Noreturn void machine_end(enum ending how, uint8_t status)
{
	CHECK(how == ENDING_ABORT && status == 0, "an unexpected end");
	longjmp(ended, 1);
}

static void print_facts(void)
{
	printf("facts uart=%lx memory=%lx-%lx seed=%lx nonce=", (unsigned long)boot_machine.uart,
	       (unsigned long)boot_machine.memory.start, (unsigned long)boot_machine.memory.end,
	       (unsigned long)boot_machine.seed);
	for (size_t i = 0; i < sizeof(boot_machine.nonce); i++)
		printf("%02x", (unsigned char)boot_machine.nonce[i]);
	printf(" line=");
	for (size_t i = 0; i < sizeof(boot_command_line) && boot_command_line[i]; i++)
		printf("%02x", (unsigned char)boot_command_line[i]);
	printf("\n");
}

static void read_case(uint64_t length)
{
	memset(&boot_machine, 0, sizeof(boot_machine));
	device_count = 0;
	memset(boot_command_line, 0, sizeof(boot_command_line));
	if (&device_tree_clock) {
		device_tree_clock = 0;
		device_tree_seed_size = 0;
		memset(&device_tree_gic, 0, sizeof(device_tree_gic));
	}
	if (&device_tree_virtio_count) {
		device_tree_virtio_count = 0;
		memset(&device_tree_pci, 0, sizeof(device_tree_pci));
	}
	forget_written();
	if (length > 0) {
		ASAN_UNPOISON_MEMORY_REGION((void *)ROOM_START, ROOM_SIZE);
		CHECK(ROOM_START <= tree && tree + length <= ROOM_START + ROOM_SIZE, "no room for the tree");
		CHECK(fread((void *)tree, 1, length, stdin) == length, "half a tree");
		ASAN_POISON_MEMORY_REGION((void *)ROOM_START, ROOM_SIZE);
	}
	alarm(LONGEST_CASE_SECONDS);
	if (setjmp(ended) == 0) {
		device_tree_start(tree);
		CHECK(written_length == 0, "words and no end");
		print_facts();
	} else {
		printf("stopped %.*s", (int)written_length, written);
	}
	CHECK(mapped_end == 0, "the tree is still mapped");
	bool is_mapped = false;
	for (unsigned i = 0; i < device_count; i++)
		is_mapped |= devices[i] == (boot_machine.uart & -(uintptr_t)BOOT_PAGE_SIZE);
	CHECK(is_mapped, "a UART that is not mapped");
	CHECK(device_count <= 2 || &device_tree_clock, "devices that nobody wants");
	fflush(stdout);
	if (length > 0) {
		ASAN_UNPOISON_MEMORY_REGION((void *)ROOM_START, ROOM_SIZE);
		memset((void *)tree, 0, length);
		ASAN_POISON_MEMORY_REGION((void *)ROOM_START, ROOM_SIZE);
	}
}

int main(void)
{
	void *room = mmap((void *)ROOM_START, ROOM_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	CHECK(room == (void *)ROOM_START, "no memory at the guest's address");
	ASAN_POISON_MEMORY_REGION(room, ROOM_SIZE);
	uint64_t head[2]; /* the address and the length */
	while (fread(head, sizeof(head), 1, stdin) == 1) {
		tree = head[0];
		read_case(head[1]);
	}
	return 0;
}
