/*
 * Pipes: 64 KiB of bytes on their way from one end to the other, in pages of their own.
 *
 * Reading an empty one and writing to a full one wait for another thread. Where none could ever do it, the call says so on the
 * console and fails with EDEADLK, a case which Linux would let wait for ever.
 */

#include "console.h"
#include "descriptor.h"
#include "other_end.h"
#include "pages.h"
#include "sys_calls.h"

enum { CAPACITY = 65536, RECORD_PAGES = 1, ALL_PAGES = CAPACITY / PAGE_BYTES + RECORD_PAGES };

struct pipe {
	struct descriptor_object reader, writer; /* no references: that end is closed */
	struct wait_queue readers, writers;      /* who waits for bytes, and for room */
	size_t start, count;                     /* of the bytes on their way */
	uint64_t inode;
	char *bytes; /* CAPACITY of them, in the pages behind this one */
};

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

/* Wait for the other end; 0: look again, else why the transfer cannot go on. */
static long wait(struct descriptor_object *object, struct wait_queue *queue, const char *words, size_t length)
{
	long error = other_end_wait(object, queue);

	if (error == -SYS_EDEADLK)
		console_write(words, length);
	return error;
}

static long pipe_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	static const char words[] = "deadlock: read of an empty pipe\n";
	struct pipe *pipe = pipe_of_reader(object);
	size_t whole, first;

	(void)position;
	while (pipe->count == 0 && size > 0) {
		long error;

		if (!pipe->writer.references)
			return 0;
		error = wait(object, &pipe->readers, words, sizeof(words) - 1);
		if (error)
			return error;
	}
	whole = smaller(size, pipe->count);
	first = smaller(whole, CAPACITY - pipe->start);
	__builtin_memcpy(bytes, pipe->bytes + pipe->start, first);
	__builtin_memcpy((char *)bytes + first, pipe->bytes, whole - first);
	pipe->count -= whole;
	pipe->start = pipe->count ? (pipe->start + whole) % CAPACITY : 0;
	other_end_wake(&pipe->writers);
	descriptor_changed(&pipe->writer);
	return (long)whole;
}

/* Put what there is room for behind what is on its way. */
static size_t put(struct pipe *pipe, const char *bytes, size_t size)
{
	size_t whole = smaller(size, CAPACITY - pipe->count);
	size_t end = (pipe->start + pipe->count) % CAPACITY, first = smaller(whole, CAPACITY - end);

	__builtin_memcpy(pipe->bytes + end, bytes, first);
	__builtin_memcpy(pipe->bytes, bytes + first, whole - first);
	pipe->count += whole;
	other_end_wake(&pipe->readers);
	descriptor_changed(&pipe->reader);
	return whole;
}

/*
 * What is at most PIPE_BUF goes whole or not at all. Of more, as much as there is room for; then the rest, where others make
 * room for it and the writer may wait.
 */
static long pipe_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	enum { WHOLE_UP_TO = 4096 };
	static const char words[] = "deadlock: write to a full pipe\n";
	struct pipe *pipe = pipe_of_writer(object);
	size_t done = 0, least = size <= WHOLE_UP_TO ? size : 1;

	(void)position;
	while (done < size) {
		long error;

		if (!pipe->reader.references)
			return done ? (long)done : descriptor_broken();
		if (CAPACITY - pipe->count >= least) {
			done += put(pipe, (const char *)bytes + done, size - done);
			continue;
		}
		error = done ? other_end_wait(object, &pipe->writers)
			     : wait(object, &pipe->writers, words, sizeof(words) - 1);
		if (error)
			return done ? (long)done : error;
	}
	return (long)done;
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
	struct pipe *pipe = pipe_of_reader(object);

	other_end_wake(&pipe->writers);
	descriptor_changed(&pipe->writer);
	give_back(pipe);
}

static void release_writer(struct descriptor_object *object)
{
	struct pipe *pipe = pipe_of_writer(object);

	other_end_wake(&pipe->readers);
	descriptor_changed(&pipe->reader);
	give_back(pipe);
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
		.reader = {&reader_operations, NULL, 0, kept | SYS_O_RDONLY, 1, NULL},
		.writer = {&writer_operations, NULL, 0, kept | SYS_O_WRONLY, 1, NULL},
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
