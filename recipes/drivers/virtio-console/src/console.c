/*
 * Console device (virtio 1.2, section 5.3), of which only the first port is used: queue 0 brings what is typed, queue 1 takes what is
 * written. Who writes waits, awake, until the device has taken all of it, as at a serial port: so nothing is lost when the guest ends, and
 * nothing comes out of order with what the port itself shows.
 */

#include <stdint.h>

#include "clock.h"
#include "console_device.h"
#include "device_memory.h"
#include "report.h"
#include "virtio.h"
#include "wait.h"

enum { QUEUE_RECEIVE, QUEUE_SEND };

enum {
	BUFFERS = 4,       /* for what is typed */
	BUFFER_BYTES = 64,
	SEND_BYTES = 1024, /* at a time */
	END_OF_TRANSMISSION = 0x04,
	POLL_NANOSECONDS = 1000000, /* where no interrupt comes */
};

#define PATIENCE_NANOSECONDS UINT64_C(2000000000)

static struct virtio_device device;
static struct virtio_queue receiver, sender;
static uint32_t receive_room[BUFFERS], send_room[1];

/* Shared with the device; aligned to their own sizes, so that each lies in one piece for it. */
static _Alignas(BUFFERS * BUFFER_BYTES) char typed[BUFFERS][BUFFER_BYTES];
static _Alignas(SEND_BYTES) char to_send[SEND_BYTES];

static void write(const void *bytes, size_t length);
static size_t read(void *bytes, size_t size);

static const struct console_device ours = {.write = write, .read = read};
const struct console_device *console_device;

/* What is told while the device is dealt with is of the device itself, and goes to the port. */
static void set_up(bool is_up)
{
	console_device = is_up ? &ours : NULL;
}

/* ---- What is written. */

static bool is_given, is_slow; /* `to_send` is in the device's hands; it was still after all patience */

/* Wait until the device has taken what it was given. False: it does not in time; after that it is only looked at. */
static bool finish(void)
{
	uint16_t head;
	uint32_t written;
	uint64_t end = is_slow ? 0 : clock_monotonic() + PATIENCE_NANOSECONDS;
	while (is_given) {
		if (virtio_queue_take(&sender, &head, &written)) {
			is_given = is_slow = false;
		} else if (clock_monotonic() >= end) {
			is_slow = true;
			return false;
		} else {
			virtio_queue_publish(&sender); /* it may have missed the kick */
		}
	}
	return true;
}

static void give(const char *bytes, size_t size)
{
	__builtin_memcpy(to_send, bytes, size);
	sender.descriptors[0] = (struct virtio_descriptor){.address = device_memory_run(to_send, size).address, .size = (uint32_t)size};
	virtio_queue_offer(&sender, 0, UINT32_MAX - 1); /* how much it wrote of it, nobody asks */
	virtio_queue_publish(&sender);
	is_given = true;
}

static void write(const void *bytes, size_t length)
{
	set_up(false);
	for (const char *next = bytes; length > 0 && finish();) {
		size_t part = length < SEND_BYTES ? length : SEND_BYTES;
		give(next, part);
		next += part;
		length -= part;
	}
	finish();
	set_up(true);
}

/* ---- What is typed. */

static uint16_t current;    /* the buffer that is being read, */
static uint32_t at, end_at; /* and where, and how much there is in it */
static bool has_ended;
static struct wait_queue readers;
static bool is_armed;

static void offer(uint16_t number)
{
	virtio_queue_offer(&receiver, number, BUFFER_BYTES);
}

static void give_back(void)
{
	offer(current);
	virtio_queue_publish(&receiver);
}

/* Whether something is there that was typed. */
static bool has_input(void)
{
	if (at < end_at)
		return true;
	set_up(false);
	bool is_taken = virtio_queue_take(&receiver, &current, &end_at);
	set_up(true);
	if (!is_taken)
		return false;
	at = 0;
	if (end_at == 0)
		give_back();
	return end_at > 0;
}

/* As much as is there; each byte of what the device could still change is looked at once. */
static size_t take(char *bytes, size_t size)
{
	size_t count = 0;
	while (!has_ended && count < size && has_input()) {
		char byte = *(volatile char *)&typed[current][at++];
		if (at == end_at)
			give_back();
		has_ended = byte == END_OF_TRANSMISSION;
		if (!has_ended)
			bytes[count++] = byte;
	}
	return count;
}

static bool poll(void)
{
	if (is_armed)
		virtio_queue_disarm(&receiver);
	is_armed = false;
	if (!readers.first || !has_input())
		return false;
	wait_wake(&readers, UINT32_MAX);
	return true;
}

static bool arm(void)
{
	if (device.interrupt == VIRTIO_LINE)
		device.bus->acknowledge(&device);
	if (!readers.first)
		return true;
	is_armed = true;
	set_up(false);
	bool is_quiet = virtio_queue_arm(&receiver, 0);
	set_up(true);
	return is_quiet;
}

static uint64_t deadline(void)
{
	return device.interrupt == VIRTIO_POLLED && readers.first ? clock_monotonic() + POLL_NANOSECONDS : WAIT_FOREVER;
}

static void wait_for_input(void)
{
	static struct wait_source source = {.poll = poll, .arm = arm, .deadline = deadline};
	static bool is_added;
	if (!is_added)
		wait_source_add(&source);
	is_added = true;
	wait_on(&readers, WAIT_FOREVER);
}

static size_t read(void *bytes, size_t size)
{
	size_t count;
	while ((count = take(bytes, size)) == 0 && size > 0 && !has_ended)
		wait_for_input();
	return count;
}

/* ---- The start. */

static bool start(void)
{
	if (!virtio_open(&device, VIRTIO_CONSOLE) || !virtio_agree(&device, 0))
		return false;
	if (!virtio_queue_start(&receiver, &device, QUEUE_RECEIVE, BUFFERS, 1, receive_room) ||
	    !virtio_queue_start(&sender, &device, QUEUE_SEND, 1, 1, send_room)) {
		virtio_refuse(&device);
		return false;
	}
	for (uint16_t i = 0; i < receiver.size; i++) {
		receiver.descriptors[i] = (struct virtio_descriptor){
			.address = device_memory_run(typed[i], BUFFER_BYTES).address, .size = BUFFER_BYTES, .flags = VIRTIO_WRITE};
		offer(i);
	}
	virtio_ready(&device);
	virtio_queue_publish(&receiver);
	return true;
}

void virtio_console_start(void)
{
	if (start())
		set_up(true);
	else
		report("console: there is no device of virtio for it, so it stays at the port\n", NULL);
}
