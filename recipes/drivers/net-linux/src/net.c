/* Frames by a descriptor that keeps them apart: a tap device, or a socket for datagrams to a program that plays the network. */

#include "net_device.h"

#include "entropy.h"
#include "idle_linux.h"
#include "linux_call.h"
#include "pages.h"
#include "report.h"
#include "wait.h"

enum {
	FRAMES = 3, /* the descriptor */
	MTU = 1500,
	ROOM = 2048 - sizeof(struct net_frame), /* of a buffer, for a frame */
	AGAIN = 11,
	GET_FLAGS = 3,
	SET_FLAGS = 4,
	NONBLOCK = 04000,
	LOCAL = 2,     /* bit of the first byte of an address that nobody has assigned */
	MULTICAST = 1, /* bit of that of a group */
};

struct buffer {
	struct net_frame frame;
	char bytes[ROOM];
};
_Static_assert(sizeof(struct buffer) == 2048, "two buffers to a page");

static const struct net_device_user *user;
static struct net_frame *free_frames;

void net_device_give_back(struct net_frame *frame)
{
	while (frame) {
		struct net_frame *next = frame->next;

		frame->next = free_frames;
		free_frames = frame;
		frame = next;
	}
}

static bool poll_frames(void)
{
	bool has_come = false;

	while (free_frames) {
		struct buffer *buffer = (struct buffer *)free_frames;
		long length = linux_call(LINUX_READ, FRAMES, (long)buffer->bytes, ROOM, 0);

		if (length <= 0)
			break;
		free_frames = buffer->frame.next;
		buffer->frame = (struct net_frame){.bytes = buffer->bytes, .length = (uint32_t)length};
		user->received(&buffer->frame);
		has_come = true;
	}
	return has_come;
}

static struct wait_source source = {.poll = poll_frames};

bool net_device_send(const struct net_send *frame)
{
	struct {
		const void *bytes;
		size_t size;
	} pieces[NET_PIECES_MOST];

	for (uint32_t piece = 0; piece < frame->count; piece++) {
		pieces[piece].bytes = frame->pieces[piece].bytes;
		pieces[piece].size = frame->pieces[piece].length;
	}
	if (linux_call(LINUX_WRITEV, FRAMES, (long)pieces, frame->count, 0) == -AGAIN)
		return false;
	user->sent(frame->owner); /* or lost, as on any wire */
	return true;
}

void net_device_flush(void)
{
}

bool net_device_start(const struct net_device_user *one, struct net_device *device)
{
	long flags = linux_call(LINUX_FCNTL, FRAMES, GET_FLAGS, 0, 0);
	uint64_t address;
	size_t pages = (OPTION_BUFFERS * sizeof(struct buffer) + PAGE_BYTES - 1) / PAGE_BYTES;
	struct buffer *buffers;

	if (flags < 0) {
		report("network: nobody has opened descriptor 3\n", NULL);
		return false;
	}
	linux_call(LINUX_FCNTL, FRAMES, SET_FLAGS, flags | NONBLOCK, 0);
	buffers = pages_take(pages);
	if (!buffers || !entropy_read(&address, sizeof(address)))
		return false;
	for (int buffer = 0; buffer < OPTION_BUFFERS; buffer++) {
		buffers[buffer].frame.next = NULL;
		net_device_give_back(&buffers[buffer].frame);
	}
	*device = (struct net_device){.mtu = MTU, .is_up = true};
	__builtin_memcpy(device->address, &address, sizeof(device->address));
	device->address[0] = (uint8_t)((device->address[0] | LOCAL) & ~MULTICAST);
	user = one;
	wait_source_add(&source);
	idle_linux_watch(FRAMES);
	return true;
}
