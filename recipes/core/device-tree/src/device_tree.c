/*
 * A flattened device tree (Devicetree Specification v0.4, chapter 5), read in one pass. The loader is trusted to mean
 * well, not to be right: nothing is read outside the parts that the header names, which are inside the tree.
 *
 * Reading on past a part's end gives zeros, and 0 is no token, so that a tree which is cut short or lies about a length
 * ends as a damaged one without a check at each place.
 *
 * Only what stands directly below the root is looked at: that is where hypervisors put memory, `chosen` and the UART.
 */

#include "device_tree.h"

#include <stdbool.h>
#include <stddef.h>

#include "boot_aarch64.h"
#include "early_console.h"
#include "image.h"
#include "machine.h"
#include "report.h"

enum {
	MAGIC = 0xd00dfeed,
	MOST_BYTES = 2 << 20, /* Linux, "Booting AArch64 Linux", section 2 */
	WORD = sizeof(uint32_t),
};

enum token { TOKEN_BEGIN = 1, TOKEN_END = 2, TOKEN_PROPERTY = 3, TOKEN_SKIP = 4, TOKEN_LAST = 9 };

/* Words of the header, big-endian like all numbers of the tree. */
enum header {
	HEADER_MAGIC,
	HEADER_SIZE,
	HEADER_STRUCTURE,
	HEADER_STRINGS,
	HEADER_STRINGS_SIZE = 8,
	HEADER_STRUCTURE_SIZE,
	HEADER_WORDS,
};

/* A stretch of the tree; `at` moves to `end`, and beyond it by less than a word. Numbers in it are aligned to a word. */
struct part {
	const uint8_t *at, *end;
};

/* The node below the root that is being read. */
struct node {
	struct part reg;
	bool is_chosen, is_memory, is_uart, is_disabled;
};

/*
 * Lists of words, each behind its length in one octal digit or two; the last length is the NUL at the literal's end. So
 * a word of another length is passed over at once, and most properties of a tree are nobody's here.
 */
#define CHOSEN "\6chosen"
#define MEMORY "\6memory"
#define OKAY "\4okay\2ok"
#define UARTS "\11arm,pl011\15arm,sbsa-uart"

/* Properties that matter, and their names in the same order. */
enum property { ADDRESS_CELLS, SIZE_CELLS, BOOTARGS, RNG_SEED, KASLR_SEED, REG, DEVICE_TYPE, COMPATIBLE, STATUS };
#define PROPERTIES                                                                                                  \
	"\16#address-cells"                                                                                         \
	"\13#size-cells"                                                                                            \
	"\10bootargs"                                                                                               \
	"\10rng-seed"                                                                                               \
	"\12kaslr-seed"                                                                                             \
	"\3reg"                                                                                                     \
	"\13device_type"                                                                                            \
	"\12compatible"                                                                                             \
	"\6status" BUS_PROPERTIES

/* Whether the bytes share anything with the image or its page tables, whose rights must stay as they are. */
static bool is_image(uintptr_t start, uintptr_t end)
{
	return start < (uintptr_t)image_start + (uintptr_t)image_size && end > (uintptr_t)image_start;
}

static uintptr_t page_of(uintptr_t address)
{
	return address & -(uintptr_t)BOOT_PAGE_SIZE;
}

/* From now on the console is the UART at `address`, which is not 0. */
static void use_uart(uintptr_t address)
{
	boot_map(page_of(address), page_of(address) + BOOT_PAGE_SIZE, BOOT_DEVICE);
	boot_machine.uart = address;
}

static uint32_t take_word(struct part *part)
{
	if (part->end - part->at < WORD)
		return 0;
	uint32_t word = __builtin_bswap32(*(const uint32_t *)part->at);
	part->at += WORD;
	return word;
}

static uint64_t take_number(struct part *part, uint32_t words)
{
	uint64_t number = 0;
	for (; words > 0; words--)
		number = number << 32 | take_word(part);
	return number;
}

/* Which of the words of `list` the text up to its NUL is; their count if none, or if it has no NUL there. */
static unsigned find(struct part text, const char *list)
{
	unsigned place = 0;
	for (ptrdiff_t size; (size = *list++) != 0; list += size, place++) {
		if (text.end - text.at <= size || text.at[size] != '\0')
			continue;
		ptrdiff_t same = 0;
		while (same < size && text.at[same] == (uint8_t)list[same])
			same++;
		if (same == size)
			break;
	}
	return place;
}

/* Add bytes to the seed: multiplied, so that each changes all higher bits (the prime of FNV-1a, 64 bits). */
static void stir(const uint8_t *at, const uint8_t *end)
{
	while (at < end)
		boot_machine.seed = (boot_machine.seed ^ *at++) * UINT64_C(0x100000001b3);
}

/*
 * The command line. `compose run` begins it with a word of its own, "compose=", 16 digits for the seed and a nonce (see
 * recipes/CONVENTIONS.md, "The guest's end"), which the app does not see.
 */
static void read_line(struct part line)
{
	static const char mark[8] = "compose=";
	enum { SEED = sizeof(mark), NONCE = SEED + 16, END = NONCE + sizeof(boot_machine.nonce) };
	size_t same = 0;
	while (same < sizeof(mark) && line.at + same < line.end && line.at[same] == (uint8_t)mark[same])
		same++;
	if (same == sizeof(mark) && line.end - line.at > END) {
		stir(line.at + SEED, line.at + NONCE);
		for (size_t i = 0; i < sizeof(boot_machine.nonce); i++)
			boot_machine.nonce[i] = (char)line.at[NONCE + i];
		line.at += END;
	}
	/* Its last byte stays NUL unless the line is cut; bss is zero, so the end needs none. */
	char *out = boot_command_line;
	while (line.at < line.end && *line.at != '\0' && out < boot_command_line + BOOT_COMMAND_LINE_SIZE)
		*out++ = (char)*line.at++;
}

/* Whether one of the texts of a property is among the `count` words. */
static bool lists(struct part list, const char *words, unsigned count)
{
	while (list.at < list.end) {
		if (find(list, words) < count)
			return true;
		while (list.at < list.end && *list.at++ != '\0')
			;
	}
	return false;
}

#include "buses.h"
#include "extra.h"

/*
 * What a whole node says; `cells` are the words of an address and of a size. The first UART of the tree goes to `uart`,
 * which is 0 before, unless it would take page 0, which stays unmapped, or a page of the image.
 */
static void read_node(struct node *node, const uint32_t cells[2], uintptr_t *uart)
{
	ptrdiff_t entry_size = (ptrdiff_t)(cells[ADDRESS_CELLS] + cells[SIZE_CELLS]) * WORD;
	while (!node->is_disabled && node->reg.end - node->reg.at >= entry_size) {
		uint64_t start = take_number(&node->reg, cells[ADDRESS_CELLS]);
		uint64_t size = take_number(&node->reg, cells[SIZE_CELLS]);
		if (start >= BOOT_ADDRESS_END)
			continue; /* out of reach of our page tables */
		uint64_t end = size < BOOT_ADDRESS_END - start ? start + size : BOOT_ADDRESS_END;
		uintptr_t page = page_of(start);
		if (node->is_memory && start <= (uintptr_t)image_start && (uintptr_t)image_start < end)
			boot_machine.memory = (struct memory_range){start, end};
		if (page == 0 || is_image(page, page + BOOT_PAGE_SIZE))
			continue;
		if (node->is_uart && *uart == 0)
			*uart = start;
		place_extra(start);
		place_bus(start, size);
	}
}

/* False for a damaged structure. `uart` gets the address of the first UART, if there is one. */
static bool read_structure(struct part structure, struct part strings, uintptr_t *uart)
{
	if ((uintptr_t)structure.at % WORD != 0)
		return false;
	uint32_t cells[2] = {2, 1}; /* the specification's defaults, section 2.3.5 */
	struct node node = {0};
	for (unsigned depth = 0;;) {
		struct part name, value;
		switch (take_word(&structure)) {
		case TOKEN_BEGIN:
			name = structure;
			while (structure.at < structure.end && *structure.at++ != '\0')
				;
			structure.at += -(uintptr_t)structure.at % WORD;
			if (++depth == 2) {
				node = (struct node){.is_chosen = find(name, CHOSEN) == 0};
				begin_extra();
				begin_bus();
			}
			break;
		case TOKEN_END:
			if (depth == 0)
				return false;
			if (depth-- == 2)
				read_node(&node, cells, uart);
			break;
		case TOKEN_PROPERTY: {
			uint32_t size = take_word(&structure), place = take_word(&structure);
			size_t left = (size_t)(structure.end - structure.at);
			value = (struct part){structure.at, structure.at + (size < left ? size : left)};
			structure.at = size < left ? value.end + -(uintptr_t)value.end % WORD : structure.end;
			if (place >= (size_t)(strings.end - strings.at))
				return false;
			name = (struct part){strings.at + place, strings.end};
			enum property property = find(name, PROPERTIES);
			if (depth == 1 && property <= SIZE_CELLS) {
				cells[property] = take_word(&value);
				if (cells[property] < 1 || cells[property] > 2)
					return false;
			}
			if (depth != 2)
				break;
			see_bus(property, value);
			if (property == REG)
				node.reg = value;
			else if (property == DEVICE_TYPE)
				node.is_memory = find(value, MEMORY) == 0;
			else if (property == COMPATIBLE) {
				node.is_uart = lists(value, UARTS, 2);
				see_extra(value);
			} else if (property == STATUS)
				node.is_disabled = find(value, OKAY) == 2;
			else if (node.is_chosen && property == BOOTARGS)
				read_line(value);
			else if (node.is_chosen && (property == RNG_SEED || property == KASLR_SEED)) {
				stir(value.at, value.end);
				if (property == RNG_SEED)
					stir_extra(value.at, value.end);
			}
			break;
		}
		case TOKEN_SKIP:
			break;
		case TOKEN_LAST:
			return depth == 0;
		default:
			return false;
		}
	}
}

static uint32_t header_word(uintptr_t tree, enum header place)
{
	return __builtin_bswap32(((const uint32_t *)tree)[place]);
}

/* The part of the tree whose offset and size stand in the header; an empty one if it is not inside. */
static struct part part_of(uintptr_t tree, uint32_t tree_size, enum header offset_place, enum header size_place)
{
	uint32_t offset = header_word(tree, offset_place), size = header_word(tree, size_place);
	const uint8_t *start = (const uint8_t *)tree;
	if (offset > tree_size || size > tree_size - offset)
		return (struct part){start, start};
	return (struct part){start + offset, start + offset + size};
}

/*
 * Map the tree, read it, and take it away again. False if there is none, or none that can be trusted. `uart` gets the
 * address of the first UART, if there is one.
 */
static bool read_tree(uintptr_t tree, uintptr_t *uart)
{
	uintptr_t end = tree + HEADER_WORDS * WORD;
	if (tree == 0 || tree % sizeof(uint64_t) != 0 || tree >= BOOT_ADDRESS_END - MOST_BYTES || is_image(tree, end))
		return false;
	uintptr_t start = page_of(tree);
	boot_map(start, end, BOOT_CONSTANTS);
	uint32_t size = header_word(tree, HEADER_SIZE);
	bool is_whole = header_word(tree, HEADER_MAGIC) == MAGIC && size <= MOST_BYTES &&
			!is_image(tree, tree + size);
	if (is_whole) {
		struct part structure = part_of(tree, size, HEADER_STRUCTURE, HEADER_STRUCTURE_SIZE);
		struct part strings = part_of(tree, size, HEADER_STRINGS, HEADER_STRINGS_SIZE);
		/* Not all of the tree: QEMU's has a MiB of nothing at its end. */
		if ((uintptr_t)structure.end > end)
			end = (uintptr_t)structure.end;
		if ((uintptr_t)strings.end > end)
			end = (uintptr_t)strings.end;
		boot_map(start, end, BOOT_CONSTANTS);
		is_whole = read_structure(structure, strings, uart);
	}
	boot_unmap(start, end);
	return is_whole;
}

static _Noreturn void stop(const char *message)
{
	report(message, NULL);
	machine_end(ENDING_ABORT, 0);
}

void device_tree_start(uintptr_t tree)
{
	uintptr_t early_uart = early_console_uart(), uart = 0;
	if (early_uart != 0)
		use_uart(early_uart);
	if (!read_tree(tree, &uart))
		stop("boot: no device tree, or a damaged one\n");
	if (uart != 0)
		use_uart(uart);
	map_extra();
	if (boot_machine.memory.end == 0)
		stop("boot: the device tree has no memory at the image\n");
	if (boot_machine.memory.end < (uintptr_t)image_start + (uintptr_t)image_size)
		stop("boot: memory too small for the image\n");
}
