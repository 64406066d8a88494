/*
 * From the boot recipe to main. It does what musl's own __libc_start_main does, but for the care that a set-user-ID
 * program needs, which would bring files and polling into every image, and it has thread-locals of any size on the
 * stack, which needs no mapping of memory.
 */

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "libc.h"
#include "place.h"
#include "pthread_impl.h"
#include "start.h"
#include "thread_pointer.h"

enum { PAGE_BYTES = 4096, FIRST_THREAD = 1, LEAST_ALIGN = 16 };

/* Bytes of a thread's block with thread-locals of `size` bytes, wherever it begins. */
#define ROOM(size, align) (sizeof(struct pthread) + (size) + 3 * (align))

extern uintptr_t __stack_chk_guard;
void tls_start(void);

/* Of the image, where there are any; the script defines them with the section. */
extern weak void (*const __init_array_start[])(void), (*const __init_array_end[])(void);

/* Spread the bits of `word` so that it cannot be told from the result (the finalizer of MurmurHash3). */
static uint64_t mixed(uint64_t word)
{
	word = (word ^ word >> 33) * UINT64_C(0xff51afd7ed558ccd);
	word = (word ^ word >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return word ^ word >> 33;
}

/* What a kernel would tell. musl's heap protects its lists with 8 random bytes; they come from the canary. */
static void set_auxiliary(void)
{
	static uint64_t secret[2];
	static size_t auxiliary[] = {AT_PAGESZ, PAGE_BYTES, AT_RANDOM, (size_t)secret, AT_NULL, 0};

	secret[1] = mixed(__stack_chk_guard + (uintptr_t)secret);
	libc.auxv = auxiliary;
	libc.page_size = PAGE_BYTES;
}

static void set_names(char *path)
{
	__progname = __progname_full = path;
	for (; *path; path++)
		if (*path == '/')
			__progname = path + 1;
}

/* The block of the only thread in `room`, its thread-locals set; `align` holds for these and for the thread's own data. */
static struct pthread *place_thread(char *room, size_t align)
{
	size_t size = (size_t)(image_tls_end - image_tls_start);
	struct place place = place_in(room, size, align);

	memset(room, 0, ROOM(size, align));
	memcpy(place.variables, image_tls_start, (size_t)(image_tls_bytes_end - image_tls_start));
	return place.self;
}

/* The only thread so far, as musl knows threads. */
static void set_thread(struct pthread *self, size_t align)
{
	self->self = self->next = self->prev = self;
	self->tid = FIRST_THREAD;
	self->detach_state = DT_JOINABLE;
	self->locale = &libc.global_locale;
	self->robust_list.head = &self->robust_list.head;
	libc.can_do_threads = 1;
	libc.tls_size = ROOM((size_t)(image_tls_end - image_tls_start), align);
	libc.tls_align = align;
	thread_pointer_set(TP_ADJ(self));
}

_Noreturn void start(int argc, char **argv, char **envp)
{
	size_t align = (size_t)image_tls_align;
	if (align < LEAST_ALIGN)
		align = LEAST_ALIGN;
	char room[ROOM((size_t)(image_tls_end - image_tls_start), align)];

	set_auxiliary();
	set_names(argv[0]);
	set_thread(place_thread(room, align), align);
	tls_start();
	__environ = envp;
	for (void (*const *run)(void) = __init_array_start; run != __init_array_end; run++)
		(*run)();
	exit(main(argc, argv, envp));
}

/* musl's hook for threads. */
int __set_thread_area(void *pointer)
{
	thread_pointer_set(pointer);
	return 0;
}
