/*
 * Places of the command line, where QEMU's microvm and Firecracker write them as Linux reads them: virtio_mmio.device=SIZE@ADDRESS:INTERRUPT.
 * They are read before the line is cut into arguments.
 */

#include "places.h"

#include "boot_command_line.h"

enum { MOST = 32 };

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

bool virtio_mmio_place(unsigned index, struct virtio_mmio_place *place)
{
	if (index >= count)
		return false;
	*place = places[index];
	return true;
}
