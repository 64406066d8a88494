/* Entropy device (virtio 1.2, section 5.4): one queue, whose buffers it fills as far as it likes. It is waited for, for seeds are rare. */

#include <stdint.h>

#include "clock.h"
#include "device_memory.h"
#include "entropy_device.h"
#include "entropy_words.h"
#include "virtio.h"

enum { ENTRIES = 2, WORDS = 8 };

#define PATIENCE_NANOSECONDS UINT64_C(2000000000)

static struct virtio_device device;
static struct virtio_queue queue;
static uint32_t room[ENTRIES];
static enum { UNKNOWN, ABSENT, READY, SILENT } state;

static uint64_t words[WORDS]; /* written by the device */
static uint64_t left;         /* of them, not given to anybody */

static void start(void)
{
	state = ABSENT;
	if (!virtio_open(&device, VIRTIO_RNG) || !virtio_agree(&device, 0))
		return;
	if (!virtio_queue_start(&queue, &device, 0, ENTRIES, 1, room)) {
		virtio_refuse(&device);
		return;
	}
	virtio_ready(&device);
	state = READY;
}

/* Ask for words; false: it gives none in time, and is never asked again, for it has the buffer still. */
static bool fill(void)
{
	uint16_t head;
	uint32_t size;
	queue.descriptors[0] = (struct virtio_descriptor){
		.address = device_memory_run(words, sizeof(words)).address, .size = sizeof(words), .flags = VIRTIO_WRITE};
	virtio_queue_offer(&queue, 0, sizeof(words));
	virtio_queue_publish(&queue);
	for (uint64_t end = clock_monotonic() + PATIENCE_NANOSECONDS; !virtio_queue_take(&queue, &head, &size);)
		if (clock_monotonic() > end) {
			state = SILENT;
			return false;
		}
	left = size / sizeof(*words);
	return left > 0;
}

/* Each word is given once. */
static bool read_word(uint64_t *word)
{
	if (left == 0 && !fill())
		return false;
	*word = words[--left];
	words[left] = 0;
	return true;
}

bool entropy_device_read(void *bytes, size_t size)
{
	if (state == UNKNOWN)
		start();
	return state == READY && entropy_words(read_word, bytes, size);
}
