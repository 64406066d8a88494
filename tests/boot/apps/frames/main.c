/*
 * Ethernet frames without any protocol above. What it is to do is the first argument:
 *   arp         ask who has 10.0.2.2 and print the answer
 *   echo COUNT  send back COUNT frames of the type TEST, addresses swapped, in as many pieces as their second byte of data says
 *   flood COUNT send COUNT numbered frames as fast as there is room, then wait for one frame
 *   spread MIB  send numbered frames that lie across each multiple of 2 MiB in so much memory, then wait for one frame
 *   link        print each change of the link, until a frame comes
 *   segments    use all that the device can do for TCP: send back a frame of any length, to be cut again
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "net_device.h"
#include "wait.h"

enum { ADDRESS = 6, HEADER = 14, TEST = 0x88b5, ARP = 0x0806, IP = 0x0800, SLOTS = 256 };

#define SECOND UINT64_C(1000000000)

static struct net_device device;
static struct wait_queue waiting;
static struct net_frame *first, **last = &first;
static unsigned sent, link_changes;

static void received(struct net_frame *frame)
{
	frame->user[0] = 0;
	*last = frame;
	last = (struct net_frame **)&frame->user[0];
	wait_wake(&waiting, 1);
}

static void was_sent(void *owner)
{
	sent++;
	if (owner)
		net_device_give_back(owner);
	wait_wake(&waiting, 1);
}

static void link_changed(bool is_up)
{
	printf("link %s\n", is_up ? "up" : "down");
	link_changes++;
	wait_wake(&waiting, 1);
}

static struct net_device_user user = {.received = received, .sent = was_sent, .link = link_changed};

/* The next frame; ends the program if none comes for a while. */
static struct net_frame *take(void)
{
	uint64_t deadline = clock_monotonic() + 20 * SECOND;
	while (!first)
		if (wait_on(&waiting, deadline) != WAIT_WOKEN) {
			puts("nothing came");
			exit(1);
		}
	struct net_frame *frame = first;
	first = (struct net_frame *)frame->user[0];
	if (!first)
		last = &first;
	return frame;
}

static unsigned type_of(const struct net_frame *frame)
{
	const unsigned char *bytes = frame->bytes;
	return bytes[12] * 256u + bytes[13];
}

static void send(const struct net_send *frame)
{
	uint64_t deadline = clock_monotonic() + 20 * SECOND;
	while (!net_device_send(frame)) {
		net_device_flush();
		if (wait_on(&waiting, deadline) != WAIT_WOKEN) {
			puts("no room");
			exit(1);
		}
	}
}

static void put_header(unsigned char *bytes, const void *to, unsigned type)
{
	memcpy(bytes, to, ADDRESS);
	memcpy(bytes + ADDRESS, device.address, ADDRESS);
	bytes[12] = (unsigned char)(type >> 8);
	bytes[13] = (unsigned char)type;
}

static void arp(void)
{
	static unsigned char ask[60];
	static const unsigned char head[] = {0, 1, 8, 0, 6, 4, 0, 1}, mine[] = {10, 0, 2, 15}, gateway[] = {10, 0, 2, 2};
	put_header(ask, "\xff\xff\xff\xff\xff\xff", ARP);
	memcpy(ask + 14, head, sizeof(head));
	memcpy(ask + 22, device.address, ADDRESS);
	memcpy(ask + 28, mine, sizeof(mine));
	memcpy(ask + 38, gateway, sizeof(gateway));
	struct net_piece pieces[] = {{ask, 14}, {ask + 14, sizeof(ask) - 14}};
	send(&(struct net_send){.pieces = pieces, .count = 2});
	net_device_flush();
	for (;;) {
		struct net_frame *frame = take();
		const unsigned char *bytes = frame->bytes;
		if (type_of(frame) == ARP && bytes[21] == 2) {
			printf("10.0.2.2 is at %02x:%02x:%02x:%02x:%02x:%02x, asked by %d.%d.%d.%d\n", bytes[22], bytes[23], bytes[24],
			       bytes[25], bytes[26], bytes[27], bytes[38], bytes[39], bytes[40], bytes[41]);
			net_device_give_back(frame);
			return;
		}
		net_device_give_back(frame);
	}
}

static void echo(unsigned count)
{
	unsigned done = 0;
	puts("ready");
	while (done < count) {
		struct net_frame *frame = take();
		unsigned char *bytes = frame->bytes;
		if (type_of(frame) != TEST || frame->next) {
			net_device_give_back(frame);
			continue;
		}
		put_header(bytes, bytes + ADDRESS, TEST);
		unsigned parts = 1 + bytes[HEADER + 1] % 8, size = frame->length / parts;
		struct net_piece pieces[8];
		for (unsigned i = 0; i < parts; i++)
			pieces[i] = (struct net_piece){bytes + i * size, i + 1 < parts ? size : frame->length - i * size};
		send(&(struct net_send){.pieces = pieces, .count = parts, .owner = frame});
		done++;
		if (!first)
			net_device_flush();
	}
	while (sent < done)
		if (wait_on(&waiting, clock_monotonic() + SECOND / 10) == WAIT_DEADLOCK)
			break;
	printf("echoed %u, %u sent\n", done, sent);
}

static void flood(unsigned count)
{
	static unsigned char bytes[SLOTS][64];
	for (unsigned i = 0; i < count; i++) {
		while (i - sent >= SLOTS)
			net_device_flush(), wait_on(&waiting, clock_monotonic() + SECOND / 10);
		unsigned char *frame = bytes[i % SLOTS];
		put_header(frame, "\xff\xff\xff\xff\xff\xff", TEST);
		memcpy(frame + HEADER, &i, sizeof(i));
		struct net_piece piece = {frame, sizeof(bytes[0])};
		send(&(struct net_send){.pieces = &piece, .count = 1});
		if (i % 16 == 15)
			net_device_flush();
	}
	net_device_flush();
	net_device_give_back(take());
	printf("flooded %u\n", count);
}

/* Waits so short that timer and card interrupt at one time, again and again; then one that the card alone can end. */
static void timers(unsigned count)
{
	puts("ready");
	for (unsigned done = 0; done < count; done++) {
		while (!first)
			wait_on(&waiting, clock_monotonic() + done % 128 * 250);
		net_device_give_back(take());
	}
	puts("calm");
	net_device_give_back(take());
	printf("took %u\n", count);
}

static void spread(unsigned mebibytes)
{
	const size_t large = 2 << 20;
	unsigned count = mebibytes / 2 - 2;
	unsigned char *block = malloc((size_t)mebibytes << 20);
	if (!block) {
		puts("no memory");
		exit(1);
	}
	unsigned char *start = (unsigned char *)(((uintptr_t)block + large) & -large);
	for (unsigned i = 0; i < count; i++) {
		unsigned char *frame = start + i * large - 32;
		put_header(frame, "\xff\xff\xff\xff\xff\xff", TEST);
		memset(frame + HEADER, 0, 64 - HEADER);
		memcpy(frame + HEADER, &i, sizeof(i));
		memcpy(frame + 60, &i, sizeof(i));
		struct net_piece piece = {frame, 64};
		send(&(struct net_send){.pieces = &piece, .count = 1});
		net_device_flush();
	}
	net_device_give_back(take());
	printf("spread %u\n", count);
}

static void segments(void)
{
	printf("abilities %u\n", (unsigned)device.abilities);
	struct net_frame *frame = take();
	while (type_of(frame) != IP) {
		net_device_give_back(frame);
		frame = take();
	}
	struct net_piece pieces[NET_PIECES_MOST];
	unsigned count = 0, length = 0;
	for (struct net_frame *piece = frame; piece; piece = piece->next) {
		pieces[count++] = (struct net_piece){piece->bytes, piece->length};
		length += piece->length;
	}
	printf("%u bytes in %u pieces, checksum %s\n", length, count, frame->checksum_is_right ? "right" : "unknown");
	put_header(frame->bytes, (char *)frame->bytes + ADDRESS, IP);
	struct net_send back = {
		.pieces = pieces,
		.count = count,
		.checksum_start = 34,
		.checksum_offset = 16,
		.segment_size = 1460,
		.header_size = 54,
		.owner = frame,
	};
	send(&back);
	net_device_flush();
	while (sent == 0)
		wait_on(&waiting, clock_monotonic() + SECOND / 10);
}

static void watch_link(void)
{
	printf("link is %s\n", device.is_up ? "up" : "down");
	while (!first)
		wait_on(&waiting, clock_monotonic() + SECOND / 10);
	printf("%u changes\n", link_changes);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	if (!strcmp(what, "segments"))
		user.abilities = NET_SEND_CHECKSUM | NET_RECEIVE_CHECKSUM | NET_SEND_SEGMENTS | NET_RECEIVE_SEGMENTS;
	if (!net_device_start(&user, &device)) {
		puts("no device");
		return 1;
	}
	printf("%02x:%02x:%02x:%02x:%02x:%02x mtu %u\n", device.address[0], device.address[1], device.address[2], device.address[3],
	       device.address[4], device.address[5], device.mtu);
	if (!strcmp(what, "arp"))
		arp();
	else if (!strcmp(what, "echo"))
		echo((unsigned)atoi(argv[2]));
	else if (!strcmp(what, "flood"))
		flood((unsigned)atoi(argv[2]));
	else if (!strcmp(what, "timers"))
		timers((unsigned)atoi(argv[2]));
	else if (!strcmp(what, "spread"))
		spread((unsigned)atoi(argv[2]));
	else if (!strcmp(what, "segments"))
		segments();
	else
		watch_link();
	return 0;
}
