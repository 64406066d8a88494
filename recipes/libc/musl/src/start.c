/*
 * From the boot recipe to main. It does what musl's own __libc_start_main does, but for the care that a set-user-ID
 * program needs, which would bring files and polling into every image, and it has thread-locals of any size on the
 * stack, which needs no mapping of memory.
 */

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "image.h"
#include "libc.h"
#include "pthread_impl.h"
#include "start.h"
#include "thread_pointer.h"

enum { PAGE_BYTES = 4096, FIRST_THREAD = 1 };

extern uintptr_t __stack_chk_guard;

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

/* The only thread so far, as musl knows threads. */
static void set_thread(void)
{
	static struct pthread self;

	self.self = self.next = self.prev = &self;
	self.tid = FIRST_THREAD;
	self.detach_state = DT_JOINABLE;
	self.locale = &libc.global_locale;
	self.robust_list.head = &self.robust_list.head;
	libc.can_do_threads = 1;
	libc.tls_size = sizeof(self);
	libc.tls_align = _Alignof(struct pthread);
	thread_pointer_set(TP_ADJ(&self));
}

_Noreturn void start(int argc, char **argv, char **envp)
{
	set_auxiliary();
	set_names(argv[0]);
	set_thread();
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
