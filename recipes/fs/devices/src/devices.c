/* /dev: null, zero, full, random and urandom are here; the others stand for the console or for a descriptor. shm is a folder. */

#include "console.h"
#include "node.h"
#include "sys_calls.h"

/* Of posix/entropy, if it is in the image. */
__attribute__((weak)) long sys_getrandom(void *bytes, size_t size, unsigned flags);

static long read_nothing(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)bytes;
	(void)size;
	(void)position;
	return 0;
}

static long read_zeros(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)position;
	__builtin_memset(bytes, 0, size);
	return (long)size;
}

static long read_random(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	static const char words[] = "/dev/random: the image has no source of randomness\n";
	static bool told;

	(void)object;
	(void)position;
	if (sys_getrandom)
		return sys_getrandom(bytes, size, 0);
	if (!told)
		console_write(words, sizeof(words) - 1);
	told = true;
	return -SYS_EIO;
}

static long write_away(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)bytes;
	(void)position;
	return (long)size;
}

static long write_full(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)bytes;
	(void)position;
	return size ? -SYS_ENOSPC : 0;
}

/* Positions stay at 0, but there are some. */
static int64_t end_at_start(struct descriptor_object *object)
{
	(void)object;
	return 0;
}

#define COMMON .end = end_at_start, .status = node_object_status, .release = node_object_release

static const struct descriptor_operations null = {.read = read_nothing, .write = write_away, COMMON};
static const struct descriptor_operations zero = {.read = read_zeros, .write = write_away, COMMON};
static const struct descriptor_operations full = {.read = read_zeros, .write = write_full, COMMON};
static const struct descriptor_operations random = {.read = read_random, .write = write_away, COMMON};

/* Names end with NUL; numbers are Linux's: 256 times the major number, and the minor one. */
static const struct device {
	char name[8];
	uint16_t permissions, flags, special;
	const struct descriptor_operations *opened;
} devices[] = {
	{"null", 0666, 0, 0x103, &null},
	{"zero", 0666, 0, 0x105, &zero},
	{"full", 0666, 0, 0x107, &full},
	{"random", 0666, 0, 0x108, &random},
	{"urandom", 0666, 0, 0x109, &random},
	{"tty", 0666, NODE_CONSOLE, 0x500, &null},
	{"console", 0600, NODE_CONSOLE, 0x501, &null},
	{"stdin", 0666, NODE_DESCRIPTOR, 0, &null},
	{"stdout", 0666, NODE_DESCRIPTOR, 1, &null},
	{"stderr", 0666, NODE_DESCRIPTOR, 2, &null},
};

/* The folder with that name, made if nothing has the name; a null pointer without memory. */
static struct node *folder(struct node *above, const char *name, uint32_t permissions)
{
	size_t length = __builtin_strlen(name);
	struct node *found = above->operations->find(above, name, length);

	return found ? found : above->operations->make(above, name, length, SYS_S_IFDIR | permissions, NULL);
}

/* Names that are there already stay what they are. */
void fs_devices_fill(struct node *root)
{
	struct node *dev = folder(root, "dev", 0755), *made;

	if (!dev || !node_is_folder(dev))
		return;
	folder(dev, "shm", 01777); /* what shm_open and sem_open name */
	for (size_t place = 0; place < sizeof(devices) / sizeof(devices[0]); place++) {
		const struct device *device = &devices[place];
		size_t length = __builtin_strlen(device->name);

		if (dev->operations->find(dev, device->name, length))
			continue;
		made = dev->operations->make(dev, device->name, length, SYS_S_IFCHR | device->permissions, NULL);
		if (!made)
			return;
		made->opened = device->opened;
		made->flags = device->flags;
		made->special = device->special;
	}
}
