/*
 * A flattened device tree (Devicetree Specification v0.4, chapter 5), read in one pass. The loader is trusted to mean
 * well, not to be right: every offset and length is checked before it is used.
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
};

enum token { TOKEN_BEGIN = 1, TOKEN_END = 2, TOKEN_PROPERTY = 3, TOKEN_SKIP = 4, TOKEN_LAST = 9 };

/* Words of the header, big-endian like all numbers of the tree. */
enum header { HEADER_MAGIC, HEADER_SIZE, HEADER_STRUCTURE, HEADER_STRINGS, HEADER_STRINGS_SIZE = 8, HEADER_STRUCTURE_SIZE, HEADER_WORDS };

/* A stretch of the tree; `at` moves up to `end`. Its start is aligned to 4. */
struct part {
	const uint8_t *at, *end;
};

/* The node below the root that is being read. */
struct node {
	struct part reg;
	bool is_chosen, is_memory, is_uart, is_disabled;
};

/* What the root says: how many words an address and a size have in `reg`; and whether it had a UART already. */
struct root {
	uint32_t address_cells, size_cells;
	bool has_uart;
};

/* Whether the bytes share a page with the image or its page tables, whose rights must stay as they are. */
static bool is_image(uintptr_t start, uintptr_t end)
{
	return start < (uintptr_t)image_start + (uintptr_t)image_size && end > (uintptr_t)image_start;
}

static uint32_t word(const uint8_t *at)
{
	return __builtin_bswap32(*(const uint32_t *)at);
}

/* Take `size` bytes, padded to whole words. False if there are not so many. */
static bool take(struct part *part, uint32_t size, struct part *taken)
{
	size_t padded = ((size_t)size + 3) & ~(size_t)3;
	if ((size_t)(part->end - part->at) < padded)
		return false;
	*taken = (struct part){part->at, part->at + size};
	part->at += padded;
	return true;
}

static bool take_word(struct part *part, uint32_t *value)
{
	struct part taken;
	if (!take(part, sizeof(*value), &taken))
		return false;
	*value = word(taken.at);
	return true;
}

/* Whether the bytes up to a NUL are `text`, which `part` has whole. */
static bool is(struct part part, const char *text)
{
	for (; part.at < part.end; part.at++, text++) {
		if (*part.at != (uint8_t)*text)
			return false;
		if (*text == '\0')
			return true;
	}
	return false;
}

/* Whether a list of strings has `text`. */
static bool lists(struct part list, const char *text)
{
	while (list.at < list.end) {
		if (is(list, text))
			return true;
		while (list.at < list.end && *list.at++ != '\0')
			;
	}
	return false;
}

/* Add bytes to the seed: multiplied, so that each changes all higher bits (the constants of FNV-1a, 64 bits). */
static void stir(struct part bytes)
{
	for (; bytes.at < bytes.end; bytes.at++)
		boot_machine.seed = (boot_machine.seed ^ *bytes.at) * UINT64_C(0x100000001b3);
}

/*
 * The command line. `compose run` begins it with a word of its own, "compose=", 16 digits for the seed and a nonce (see
 * recipes/CONVENTIONS.md, "The guest's end"), which the app does not see.
 */
static void read_line(struct part line)
{
	static const char mark[] = "compose=";
	enum { MARK = sizeof(mark) - 1, DIGITS = 16, NONCE = sizeof(boot_machine.nonce), WORD = MARK + DIGITS + NONCE };
	unsigned i = 0;
	while (i < MARK && line.at + i < line.end && line.at[i] == (uint8_t)mark[i])
		i++;
	if (i == MARK && line.end - line.at > WORD) {
		stir((struct part){line.at + MARK, line.at + MARK + DIGITS});
		for (i = 0; i < NONCE; i++)
			boot_machine.nonce[i] = (char)line.at[MARK + DIGITS + i];
		line.at += WORD;
	}
	/* Its last byte stays NUL unless the line is cut; bss is zero, so the end needs none. */
	for (i = 0; i < BOOT_COMMAND_LINE_SIZE && line.at < line.end && *line.at != '\0'; i++)
		boot_command_line[i] = (char)*line.at++;
}

/* A number of one or two words. */
static bool take_number(struct part *reg, uint32_t words, uint64_t *value)
{
	*value = 0;
	for (; words > 0; words--) {
		uint32_t next;
		if (!take_word(reg, &next))
			return false;
		*value = *value << 32 | next;
	}
	return true;
}

static void read_property(struct node *node, struct part name, struct part value)
{
	if (node->is_chosen) {
		if (is(name, "bootargs"))
			read_line(value);
		else if (is(name, "rng-seed") || is(name, "kaslr-seed"))
			stir(value);
	} else if (is(name, "reg")) {
		node->reg = value;
	} else if (is(name, "device_type")) {
		node->is_memory = is(value, "memory");
	} else if (is(name, "compatible")) {
		node->is_uart = lists(value, "arm,pl011") || lists(value, "arm,sbsa-uart");
	} else if (is(name, "status")) {
		node->is_disabled = !is(value, "okay") && !is(value, "ok");
	}
}

static uintptr_t page_of(uintptr_t address)
{
	return address & -(uintptr_t)BOOT_PAGE_SIZE;
}

/* From now on the console is the UART at `address`; 0: there is none. */
static void use_uart(uintptr_t address)
{
	if (address != 0)
		boot_map(page_of(address), page_of(address) + BOOT_PAGE_SIZE, BOOT_DEVICE);
	boot_machine.uart = address;
}

/* What a whole node says. False if its `reg` is not what the root's cells make of it. */
static bool read_node(struct node node, struct root *root)
{
	if (node.is_disabled)
		return true;
	while ((node.is_memory || node.is_uart) && node.reg.at < node.reg.end) {
		uint64_t start, size;
		if (!take_number(&node.reg, root->address_cells, &start) || !take_number(&node.reg, root->size_cells, &size))
			return false;
		if (start >= BOOT_ADDRESS_END || size > BOOT_ADDRESS_END - start)
			continue; /* out of reach of our page tables */
		if (node.is_uart) {
			if (!root->has_uart && !is_image(start, start + size))
				use_uart(start);
			root->has_uart = true;
			return true;
		}
		if (start <= (uintptr_t)image_start && (uintptr_t)image_start < start + size)
			boot_machine.memory = (struct memory_range){start, start + size};
	}
	return true;
}

static bool read_structure(struct part structure, struct part strings)
{
	struct root root = {2, 1, false}; /* the specification's defaults, section 2.3.5 */
	struct node node = {0};
	for (uint32_t depth = 0, token;;) {
		struct part name, value;
		uint32_t size, place;
		if (!take_word(&structure, &token))
			return false;
		switch (token) {
		case TOKEN_BEGIN:
			name = structure;
			for (size = 1; size <= (size_t)(name.end - name.at) && name.at[size - 1] != '\0'; size++)
				;
			if (!take(&structure, size, &name))
				return false;
			if (++depth == 2)
				node = (struct node){.is_chosen = is(name, "chosen")};
			break;
		case TOKEN_END:
			if (depth == 0 || (depth == 2 && !read_node(node, &root)))
				return false;
			depth--;
			break;
		case TOKEN_PROPERTY:
			if (depth == 0 || !take_word(&structure, &size) || !take_word(&structure, &place))
				return false;
			if (!take(&structure, size, &value) || place >= (size_t)(strings.end - strings.at))
				return false;
			name = (struct part){strings.at + place, strings.end};
			if (depth == 2)
				read_property(&node, name, value);
			else if (depth == 1 && (is(name, "#address-cells") || is(name, "#size-cells"))) {
				uint32_t *count = is(name, "#size-cells") ? &root.size_cells : &root.address_cells;
				if (!take_word(&value, count) || *count < 1 || *count > 2)
					return false;
			}
			break;
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
	return word((const uint8_t *)tree + sizeof(uint32_t) * place);
}

/* The part of the tree whose offset and size stand in the header. False if it is not inside. */
static bool part_of(uintptr_t tree, uint32_t size, enum header offset_place, enum header size_place, struct part *part)
{
	uint32_t offset = header_word(tree, offset_place), part_size = header_word(tree, size_place);
	if (offset > size || part_size > size - offset || offset % sizeof(uint32_t) != 0)
		return false;
	part->at = (const uint8_t *)tree + offset;
	part->end = part->at + part_size;
	return true;
}

/* Read the tree, whose `size` bytes are mapped. False if it cannot be trusted. */
static bool read_parts(uintptr_t tree, uint32_t size)
{
	struct part structure, strings;
	return part_of(tree, size, HEADER_STRUCTURE, HEADER_STRUCTURE_SIZE, &structure) &&
	       part_of(tree, size, HEADER_STRINGS, HEADER_STRINGS_SIZE, &strings) && read_structure(structure, strings);
}

/* Map the tree, read it, and take it away again. False if there is none, or none that can be trusted. */
static bool read_tree(uintptr_t tree)
{
	uintptr_t header_end = tree + HEADER_WORDS * sizeof(uint32_t);
	if (tree == 0 || tree % sizeof(uint64_t) != 0 || tree >= BOOT_ADDRESS_END - MOST_BYTES || is_image(tree, header_end))
		return false;
	uintptr_t start = page_of(tree), end = page_of(header_end - 1) + BOOT_PAGE_SIZE;
	boot_map(start, end, BOOT_CONSTANTS);
	uint32_t size = header_word(tree, HEADER_SIZE);
	bool is_whole = header_word(tree, HEADER_MAGIC) == MAGIC && size >= header_end - tree && size <= MOST_BYTES &&
			!is_image(tree, tree + size);
	if (is_whole) {
		uintptr_t header_pages = end;
		end = page_of(tree + size - 1) + BOOT_PAGE_SIZE;
		boot_map(header_pages, end, BOOT_CONSTANTS);
		is_whole = read_parts(tree, size);
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
	use_uart(early_console_uart());
	if (!read_tree(tree))
		stop("boot: no device tree, or a damaged one\n");
	if (boot_machine.memory.end == 0)
		stop("boot: the device tree has no memory at the image\n");
	if (boot_machine.memory.end < (uintptr_t)image_start + (uintptr_t)image_size)
		stop("boot: memory too small for the image\n");
}
