/*
 * Network card (virtio 1.2, section 5.1). Each buffer that receives has a descriptor of its own, which never changes; those of frames that
 * are sent come from a list. No interrupt comes while the program runs: `arm` turns them on when all has been looked at.
 */

#include "net_device.h"

#include "clock.h"
#include "device_memory.h"
#include "pages.h"
#include "report.h"
#include "virtio.h"
#include "wait.h"

enum feature {
	FEATURE_SEND_CHECKSUM = 0,
	FEATURE_RECEIVE_CHECKSUM = 1,
	FEATURE_MTU = 3,
	FEATURE_ADDRESS = 5,
	FEATURE_RECEIVE_SEGMENTS = 7,
	FEATURE_SEND_SEGMENTS = 11,
	FEATURE_MERGED = 15, /* a frame may take several buffers */
	FEATURE_STATUS = 16,
};

/* The device's own configuration. */
enum config { CONFIG_ADDRESS = 0, CONFIG_STATUS = 6, CONFIG_MTU = 10 };
enum { STATUS_UP = 1 };

enum { QUEUE_RECEIVE, QUEUE_SEND };

/* Queues have powers of two. */
#define POWER_OF_TWO(most) (1 << (31 - __builtin_clz(most)))

enum {
	RECEIVE = POWER_OF_TWO(OPTION_RECEIVE_BUFFERS),
	SEND = POWER_OF_TWO(OPTION_SEND_ENTRIES),
	BUFFER_BYTES = 2048,
	ETHERNET_BYTES = 14,
	MTU_USUAL = 1500,
	MTU_LEAST = 68,
	SEND_LEAST = 64, /* the longest frame, and some pieces that do not lie side by side */
	POLL_NANOSECONDS = 1000000, /* where no interrupt comes */
	PATIENCE_NANOSECONDS = OPTION_PATIENCE * 1000,
};

/* Stands before each frame, both ways. */
struct header {
	uint8_t flags, segment_kind;
	uint16_t header_size, segment_size, checksum_start, checksum_offset, buffers;
};
enum { FLAG_CHECKSUM = 1, FLAG_CHECKED = 2, SEGMENT_TCP4 = 1 };

static struct virtio_device device;
static struct virtio_queue receiver, sender;
static const struct net_device_user *user;
static bool is_up, is_armed;
static bool is_room_wanted; /* the user could not send */
static bool has_come;       /* something, since `is_patient` was asked */
static uint64_t patience_end;

/* Of each buffer: its frame, and what its descriptor has. */
static struct net_frame frames[RECEIVE];
static char *buffers;
static uint32_t receive_room[RECEIVE];

/* Of each descriptor that sends: the next of a list, which is either that of the free ones or one frame's. */
static struct {
	uint16_t next;
	uint16_t count; /* of a frame's first: how many it has, */
	uint16_t last;  /* the last of them, */
	void *owner;    /* and whose frame it is */
} sends[SEND];
static struct header headers[SEND]; /* by the frame's first descriptor */
static uint32_t send_room[SEND];
static uint16_t free_first, free_count;

static bool has(enum feature feature)
{
	return device.features & VIRTIO_FEATURE(feature);
}

static uint16_t config_half(enum config where)
{
	return *(volatile uint16_t *)(device.config + where);
}

/* ---- Frames that come. */

static void offer(uint16_t number)
{
	virtio_queue_offer(&receiver, number, BUFFER_BYTES);
}

/* The buffer's bytes behind its first `skip`, as a piece. */
static struct net_frame *piece_of(uint16_t number, uint32_t skip, uint32_t written)
{
	struct net_frame *piece = &frames[number];
	piece->bytes = buffers + (size_t)number * BUFFER_BYTES + skip;
	piece->length = written - skip;
	piece->checksum_is_right = false;
	piece->next = NULL;
	return piece;
}

/* Take a frame that begins in this buffer. */
static struct net_frame *take_frame(uint16_t number, uint32_t written)
{
	if (written < sizeof(struct header))
		virtio_lie("net: a frame of " REPORT_DECIMAL " bytes has no header", written);
	const volatile struct header *header = (const void *)(buffers + (size_t)number * BUFFER_BYTES);
	uint16_t count = has(FEATURE_MERGED) ? header->buffers : 1;
	struct net_frame *first = piece_of(number, sizeof(*header), written), *last = first;
	first->checksum_is_right = has(FEATURE_RECEIVE_CHECKSUM) && header->flags & (FLAG_CHECKSUM | FLAG_CHECKED);
	for (uint16_t i = 1; i < count; i++) {
		if (!virtio_queue_take(&receiver, &number, &written) || written == 0)
			virtio_lie("net: a frame is in " REPORT_DECIMAL " buffers, which are not there", count);
		last->next = piece_of(number, 0, written);
		last = last->next;
	}
	return first;
}

/* As many frames as there are buffers at most, for those that come back are not told to the device meanwhile. */
static bool receive(void)
{
	uint16_t number;
	uint32_t written;
	bool is_any = false;
	while (virtio_queue_take(&receiver, &number, &written)) {
		struct net_frame *frame = take_frame(number, written);
		is_any = true;
		if (frame->length >= ETHERNET_BYTES)
			user->received(frame);
		else
			net_device_give_back(frame);
	}
	return is_any;
}

void net_device_give_back(struct net_frame *frame)
{
	while (frame) {
		struct net_frame *next = frame->next;
		offer((uint16_t)(frame - frames));
		frame = next;
	}
}

/* ---- Frames that go. */

/* Describe the bytes by the descriptors from `*at` on, as many as are needed, which leaves the last one in `*last`. False: more than `*left`. */
static bool describe(const void *bytes, uint32_t size, uint16_t *at, uint16_t *last, uint16_t *left)
{
	for (const char *start = bytes; size > 0;) {
		struct device_run run = device_memory_run(start, size);
		if (*left == 0)
			return false;
		--*left;
		sender.descriptors[*at] = (struct virtio_descriptor){
			.address = run.address, .size = (uint32_t)run.size, .flags = VIRTIO_NEXT, .next = sends[*at].next};
		*last = *at;
		*at = sends[*at].next;
		start += run.size;
		size -= (uint32_t)run.size;
	}
	return true;
}

/* Send, or say that it cannot be now. */
static bool try_send(const struct net_send *frame)
{
	uint16_t first = free_first, at = first, last = first, left = free_count;
	if (left == 0 || !describe(&headers[first], sizeof(*headers), &at, &last, &left))
		return false;
	for (uint32_t i = 0; i < frame->count; i++)
		if (!describe(frame->pieces[i].bytes, frame->pieces[i].length, &at, &last, &left))
			return false;
	bool is_summed = frame->checksum_start != 0, is_cut = frame->segment_size != 0;
	headers[first] = (struct header){
		.flags = is_summed ? FLAG_CHECKSUM : 0,
		.segment_kind = is_cut ? SEGMENT_TCP4 : 0,
		.header_size = is_cut ? frame->header_size : 0,
		.segment_size = frame->segment_size,
		.checksum_start = frame->checksum_start,
		.checksum_offset = frame->checksum_offset,
	};
	sender.descriptors[last].flags = 0;
	sends[first].count = (uint16_t)(free_count - left);
	sends[first].last = last;
	sends[first].owner = frame->owner;
	free_first = at;
	free_count = left;
	virtio_queue_offer(&sender, first, UINT32_MAX - 1); /* how much it wrote of it, nobody asks */
	return true;
}

bool net_device_send(const struct net_send *frame)
{
	bool is_sent = try_send(frame);
	is_room_wanted |= !is_sent;
	return is_sent;
}

void net_device_flush(void)
{
	virtio_queue_publish(&sender);
}

static bool finish_sent(void)
{
	uint16_t first;
	uint32_t written;
	bool is_any = false;
	while (virtio_queue_take(&sender, &first, &written)) {
		is_room_wanted = false;
		sends[sends[first].last].next = free_first;
		free_first = first;
		free_count += sends[first].count;
		is_any = true;
		user->sent(sends[first].owner);
	}
	return is_any;
}

/* ---- The link, and waiting. */

static bool link_is_up(void)
{
	return !has(FEATURE_STATUS) || config_half(CONFIG_STATUS) & STATUS_UP;
}

/* Tell the user of the link if it has changed. */
static bool look_at_link(void)
{
	bool was_up = is_up;
	is_up = link_is_up();
	if (is_up != was_up)
		user->link(is_up);
	return is_up != was_up;
}

static void publish(void)
{
	virtio_queue_publish(&receiver);
	virtio_queue_publish(&sender);
}

static bool poll(void)
{
	bool is_any = receive();
	is_any |= finish_sent();
	has_come |= is_any;
	publish();
	if (is_armed) {
		virtio_queue_disarm(&receiver);
		virtio_queue_disarm(&sender);
		/* Of a line the cause can be asked, in `arm`; a message that brought nothing may mean the link. */
		if (!is_any && device.interrupt != VIRTIO_LINE)
			is_any = look_at_link();
		is_armed = false;
	}
	return is_any;
}

/* An answer often follows within microseconds, and a halt and the interrupt that ends it take longer than to look for it. */
static bool is_patient(void)
{
	uint64_t now = clock_monotonic();
	if (has_come)
		patience_end = now + PATIENCE_NANOSECONDS;
	has_come = false;
	return now < patience_end;
}

static bool arm(void)
{
	publish();
	if (PATIENCE_NANOSECONDS > 0 && is_patient())
		return false;
	if (device.interrupt == VIRTIO_LINE && device.bus->acknowledge(&device) & VIRTIO_CAUSE_CONFIG && look_at_link())
		return false;
	is_armed = true;
	bool is_quiet = virtio_queue_arm(&receiver, 0);
	/* What has been sent can wait for the next poll, unless room runs short; then half of it at once is soon enough. */
	if (is_room_wanted || free_count < sender.size / 2)
		is_quiet &= virtio_queue_arm(&sender, sender.has / 2);
	return is_quiet;
}

static uint64_t deadline(void)
{
	return device.interrupt == VIRTIO_POLLED ? clock_monotonic() + POLL_NANOSECONDS : WAIT_FOREVER;
}

static struct wait_source source = {.poll = poll, .arm = arm, .deadline = deadline};

/* ---- The start. */

/* The features to be asked for; some are of use only beside others. */
static uint64_t wanted_features(uint32_t abilities)
{
	uint64_t wanted = VIRTIO_FEATURE(FEATURE_ADDRESS) | VIRTIO_FEATURE(FEATURE_STATUS) | VIRTIO_FEATURE(FEATURE_MTU) |
			  VIRTIO_FEATURE(FEATURE_MERGED);
	if (abilities & NET_SEND_CHECKSUM)
		wanted |= VIRTIO_FEATURE(FEATURE_SEND_CHECKSUM);
	if (abilities & NET_SEND_SEGMENTS && has(FEATURE_SEND_CHECKSUM))
		wanted |= VIRTIO_FEATURE(FEATURE_SEND_CHECKSUM) | VIRTIO_FEATURE(FEATURE_SEND_SEGMENTS);
	if (abilities & NET_RECEIVE_CHECKSUM)
		wanted |= VIRTIO_FEATURE(FEATURE_RECEIVE_CHECKSUM);
	if (abilities & NET_RECEIVE_SEGMENTS && has(FEATURE_RECEIVE_CHECKSUM) && has(FEATURE_MERGED))
		wanted |= VIRTIO_FEATURE(FEATURE_RECEIVE_CHECKSUM) | VIRTIO_FEATURE(FEATURE_RECEIVE_SEGMENTS);
	return wanted;
}

static uint32_t config_bytes(void)
{
	return has(FEATURE_MTU) ? CONFIG_MTU + 2 : has(FEATURE_STATUS) ? CONFIG_STATUS + 2 : CONFIG_ADDRESS + 6;
}

static void tell(struct net_device *told)
{
	*told = (struct net_device){.mtu = has(FEATURE_MTU) ? config_half(CONFIG_MTU) : MTU_USUAL, .is_up = is_up};
	for (unsigned i = 0; i < sizeof(told->address); i++)
		told->address[i] = device.config[CONFIG_ADDRESS + i];
	if (has(FEATURE_SEND_CHECKSUM))
		told->abilities |= NET_SEND_CHECKSUM;
	if (has(FEATURE_SEND_SEGMENTS))
		told->abilities |= NET_SEND_SEGMENTS;
	if (has(FEATURE_RECEIVE_CHECKSUM))
		told->abilities |= NET_RECEIVE_CHECKSUM;
	if (has(FEATURE_RECEIVE_SEGMENTS))
		told->abilities |= NET_RECEIVE_SEGMENTS;
	told->abilities &= user->abilities; /* some were only asked for because of others */
}

/* Give the device all buffers. False: there is no memory. */
static bool fill(void)
{
	buffers = pages_take(receiver.size * (size_t)BUFFER_BYTES / PAGE_BYTES);
	if (!buffers)
		return false;
	for (uint16_t i = 0; i < receiver.size; i++) {
		uint64_t address = device_memory_run(buffers + (size_t)i * BUFFER_BYTES, BUFFER_BYTES).address;
		receiver.descriptors[i] = (struct virtio_descriptor){.address = address, .size = BUFFER_BYTES, .flags = VIRTIO_WRITE};
		offer(i);
	}
	for (uint16_t i = 0; i < sender.size; i++)
		sends[i].next = (uint16_t)(i + 1);
	free_count = sender.size;
	return true;
}

/* Start the device; what is wrong, or null. */
static const char *start(struct net_device *told)
{
	if (!has(FEATURE_ADDRESS) || device.config_size < config_bytes())
		return "net: the device has no address\n";
	is_up = link_is_up();
	tell(told);
	if (told->mtu < MTU_LEAST || (!has(FEATURE_MERGED) && told->mtu > BUFFER_BYTES - ETHERNET_BYTES - sizeof(struct header)))
		return "net: the device has an MTU that cannot be\n";
	if (!virtio_queue_start(&receiver, &device, QUEUE_RECEIVE, RECEIVE, 2, receive_room) ||
	    !virtio_queue_start(&sender, &device, QUEUE_SEND, SEND, SEND_LEAST, send_room) || !fill())
		return "net: no memory for the device, or its queues are too short\n";
	return NULL;
}

bool net_device_start(const struct net_device_user *its_user, struct net_device *told)
{
	user = its_user;
	if (!virtio_open(&device, VIRTIO_NET) || !virtio_agree(&device, wanted_features(its_user->abilities)))
		return false;
	const char *why = start(told);
	if (why) {
		virtio_refuse(&device);
		report(why, NULL);
		return false;
	}
	virtio_ready(&device);
	publish();
	wait_source_add(&source);
	return true;
}
