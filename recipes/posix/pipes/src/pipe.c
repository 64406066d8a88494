/*
 * Pipes: 64 KiB of bytes on their way from one end to the other, in pages of their own.
 *
 * With one thread nobody fills an empty pipe while its reader waits, and nobody empties a full one. A call that would
 * wait for that says so on the console and fails with EDEADLK, a case which Linux would let wait for ever.
 */

#include "console.h"
#include "descriptor.h"
#include "pages.h"
#include "sys_calls.h"

enum { CAPACITY = 65536, RECORD_PAGES = 1, ALL_PAGES = CAPACITY / PAGE_BYTES + RECORD_PAGES };

struct pipe {
	struct descriptor_object reader, writer; /* no references: that end is closed */
	size_t start, count;                     /* of the bytes on their way */
	uint64_t inode;
	char *bytes; /* CAPACITY of them, in the pages behind this one */
};

/* Of posix/signals, if it is in the image. */
__attribute__((weak)) long sys_kill(int process, int number);

static uint64_t last_inode;

static struct pipe *pipe_of_reader(struct descriptor_object *object)
{
	return (struct pipe *)((char *)object - offsetof(struct pipe, reader));
}

static struct pipe *pipe_of_writer(struct descriptor_object *object)
{
	return (struct pipe *)((char *)object - offsetof(struct pipe, writer));
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Why a transfer cannot go on that finds the pipe empty or full, while its other end is open. */
static long stuck(const struct descriptor_object *object, const char *words, size_t length)
{
	if (object->flags & SYS_O_NONBLOCK)
		return -SYS_EAGAIN;
	console_write(words, length);
	return -SYS_EDEADLK;
}

static long pipe_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	static const char words[] = "deadlock: read of an empty pipe\n";
	struct pipe *pipe = pipe_of_reader(object);
	size_t whole = smaller(size, pipe->count), first = smaller(whole, CAPACITY - pipe->start);

	(void)position;
	if (pipe->count == 0 && size > 0)
		return pipe->writer.references ? stuck(object, words, sizeof(words) - 1) : 0;
	__builtin_memcpy(bytes, pipe->bytes + pipe->start, first);
	__builtin_memcpy((char *)bytes + first, pipe->bytes, whole - first);
	pipe->count -= whole;
	pipe->start = pipe->count ? (pipe->start + whole) % CAPACITY : 0;
	return (long)whole;
}

static long broken(void)
{
	enum { THIS_PROCESS = 1, SIGNAL_PIPE = 13 };

	if (sys_kill)
		sys_kill(THIS_PROCESS, SIGNAL_PIPE);
	return -SYS_EPIPE;
}

/* What is at most PIPE_BUF goes whole or not at all; of more, as much as there is room for. */
static long pipe_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	enum { WHOLE_UP_TO = 4096 };
	static const char words[] = "deadlock: write to a full pipe\n";
	struct pipe *pipe = pipe_of_writer(object);
	size_t room = CAPACITY - pipe->count, whole = smaller(size, room);
	size_t end = (pipe->start + pipe->count) % CAPACITY, first = smaller(whole, CAPACITY - end);

	(void)position;
	if (size == 0)
		return 0;
	if (!pipe->reader.references)
		return broken();
	if (room == 0 || (size > room && size <= WHOLE_UP_TO))
		return stuck(object, words, sizeof(words) - 1);
	__builtin_memcpy(pipe->bytes + end, bytes, first);
	__builtin_memcpy(pipe->bytes, (const char *)bytes + first, whole - first);
	pipe->count += whole;
	return (long)whole;
}

static void show(const struct pipe *pipe, struct sys_stat *status)
{
	status->mode = SYS_S_IFIFO | 0600;
	status->inode = pipe->inode;
}

static void show_reader(struct descriptor_object *object, struct sys_stat *status)
{
	show(pipe_of_reader(object), status);
}

static void show_writer(struct descriptor_object *object, struct sys_stat *status)
{
	show(pipe_of_writer(object), status);
}

static unsigned reader_ready(struct descriptor_object *object)
{
	const struct pipe *pipe = pipe_of_reader(object);

	return (pipe->count ? DESCRIPTOR_READABLE : 0) | (pipe->writer.references ? 0 : DESCRIPTOR_ENDED);
}

static unsigned writer_ready(struct descriptor_object *object)
{
	const struct pipe *pipe = pipe_of_writer(object);

	return (CAPACITY - pipe->count >= PAGE_BYTES ? DESCRIPTOR_WRITABLE : 0) |
	       (pipe->reader.references ? 0 : DESCRIPTOR_BROKEN);
}

static long control(const struct pipe *pipe, unsigned long request, uintptr_t argument)
{
	if (request != SYS_FIONREAD)
		return -SYS_ENOTTY;
	*(int *)argument = (int)pipe->count;
	return 0;
}

static long control_reader(struct descriptor_object *object, unsigned long request, uintptr_t argument)
{
	return control(pipe_of_reader(object), request, argument);
}

static long control_writer(struct descriptor_object *object, unsigned long request, uintptr_t argument)
{
	return control(pipe_of_writer(object), request, argument);
}

static void give_back(struct pipe *pipe)
{
	if (!pipe->reader.references && !pipe->writer.references)
		pages_give(pipe, ALL_PAGES);
}

static void release_reader(struct descriptor_object *object)
{
	give_back(pipe_of_reader(object));
}

static void release_writer(struct descriptor_object *object)
{
	give_back(pipe_of_writer(object));
}

static const struct descriptor_operations reader_operations = {
	.read = pipe_read,
	.status = show_reader,
	.control = control_reader,
	.ready = reader_ready,
	.release = release_reader,
};

static const struct descriptor_operations writer_operations = {
	.write = pipe_write,
	.status = show_writer,
	.control = control_writer,
	.ready = writer_ready,
	.release = release_writer,
};

long sys_pipe2(int ends[2], int flags)
{
	uint32_t kept = (uint32_t)flags & SYS_O_NONBLOCK;
	struct pipe *pipe;
	long reader, writer;

	if (flags & ~(SYS_O_CLOEXEC | SYS_O_NONBLOCK))
		return -SYS_EINVAL;
	pipe = pages_take(ALL_PAGES);
	if (!pipe)
		return -SYS_ENOMEM;
	*pipe = (struct pipe){
		.reader = {&reader_operations, NULL, 0, kept | SYS_O_RDONLY, 1},
		.writer = {&writer_operations, NULL, 0, kept | SYS_O_WRONLY, 1},
		.inode = ++last_inode,
		.bytes = (char *)pipe + RECORD_PAGES * PAGE_BYTES,
	};
	reader = descriptor_install(&pipe->reader, 0, flags);
	if (reader < 0) {
		pages_give(pipe, ALL_PAGES);
		return reader;
	}
	writer = descriptor_install(&pipe->writer, 0, flags);
	if (writer < 0) {
		pipe->writer.references = 0;
		sys_close((int)reader);
		return writer;
	}
	ends[0] = (int)reader;
	ends[1] = (int)writer;
	return 0;
}
