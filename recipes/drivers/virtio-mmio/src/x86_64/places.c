/*
 * Places of the command line, where QEMU's microvm and Firecracker write them as Linux reads them: virtio_mmio.device=SIZE@ADDRESS:INTERRUPT.
 * They are read before the line is cut into arguments.
 *
 * A microvm that has ACPI writes them into ACPI's bytecode instead. It is known by what it lacks, PCI, and so are its places; nothing is
 * touched there on a machine that has PCI, whose devices may have just these addresses.
 */

#include "places.h"

#include "boot_command_line.h"
#include "device_memory.h"

enum {
	MOST = 32,
	MICROVM_STEP = 0x200,
	MICROVM_FEW = 8,   /* places, with one I/O APIC; their interrupts then begin at 16, */
	MICROVM_MANY = 24, /* and with two of them at 24 */
	MICROVM_FEW_INTERRUPT = 16,
	MICROVM_MANY_INTERRUPT = 24,
	MAGIC = 0x74726976,
	PORT_PCI = 0xcf8,
};

#define MICROVM_ADDRESS UINT64_C(0xfeb00000)

static struct virtio_mmio_place places[MOST];
static unsigned count;

/* The number at `*at`, hexadecimal behind 0x; `*at` moves behind it. */
static uint64_t take_number(const char **at)
{
	uint64_t number = 0;
	unsigned base = 10;
	if ((*at)[0] == '0' && (*at)[1] == 'x') {
		base = 16;
		*at += 2;
	}
	for (;; ++*at) {
		unsigned byte = (unsigned char)**at, letter = (byte | 0x20) - 'a';
		unsigned digit = byte - '0' < 10 ? byte - '0' : letter < 6 ? letter + 10 : 99;
		if (digit >= base)
			return number;
		number = number * base + digit;
	}
}

/* What stands behind the `=`; false: it is not a place. */
static bool read_place(const char *at, struct virtio_mmio_place *place)
{
	while (*at != '@')
		if (*at == '\0' || *at++ == ' ')
			return false;
	at++;
	place->address = take_number(&at);
	if (*at++ != ':')
		return false;
	place->interrupt = (uint32_t)take_number(&at);
	return place->address != 0;
}

/* The composer calls this before main; no header of ours needs it. */
void virtio_mmio_places_start(void)
{
	static const char word[] = "virtio_mmio.device=";
	const char *end = boot_command_line + BOOT_COMMAND_LINE_SIZE;
	if (end[-1] != '\0') /* cut, which is told later; numbers would have no end */
		return;
	for (const char *at = boot_command_line; at < end && *at != '\0' && count < MOST;) {
		unsigned same = 0;
		while (same < sizeof(word) - 1 && at[same] == word[same])
			same++;
		if (same == sizeof(word) - 1 && read_place(at + same, &places[count]))
			count++;
		while (*at != '\0' && *at++ != ' ')
			;
	}
}

/* Whether port 0xcf8 keeps what it is given, which takes PCI's first bridge. */
static bool has_pci(void)
{
	uint32_t given = UINT32_C(0x80000000), kept;
	__asm__ volatile("outl %0, %w2\n\tinl %w2, %0" : "=a"(kept) : "0"(given), "d"(PORT_PCI));
	return kept == given;
}

static void take_microvm(void)
{
	volatile uint8_t *all = device_memory_map(MICROVM_ADDRESS, MICROVM_MANY * MICROVM_STEP);
	if (!all || *(volatile uint32_t *)all != MAGIC)
		return;
	bool is_many = *(volatile uint32_t *)(all + MICROVM_FEW * MICROVM_STEP) == MAGIC;
	uint32_t interrupt = is_many ? MICROVM_MANY_INTERRUPT : MICROVM_FEW_INTERRUPT;
	for (count = 0; count < (is_many ? MICROVM_MANY : MICROVM_FEW); count++)
		places[count] = (struct virtio_mmio_place){MICROVM_ADDRESS + count * MICROVM_STEP, interrupt + count};
}

bool virtio_mmio_place(unsigned index, struct virtio_mmio_place *place)
{
	if (count == 0 && !has_pci())
		take_microvm();
	if (index >= count)
		return false;
	*place = places[index];
	return true;
}
