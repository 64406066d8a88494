#ifndef FRAMES_MACHINE_H
#define FRAMES_MACHINE_H

/*
 * What the network stands on in the host's test programs: choices, which decide all that happens, a clock that passes only when somebody
 * says so, and memory of which each piece is one of the sanitizer's.
 */

#include <malloc.h>

#include "cells.h"
#include "clock.h"
#include "device_memory.h"
#include "entropy.h"
#include "host.h"
#include "idle.h"
#include "machine.h"
#include "net_names.h"
#include "pages.h"
#include "sys_calls.h"
#include "sys_sockets.h"
#include "wait.h"

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __asan_poison_memory_region(const volatile void *start, size_t size);
void __asan_unpoison_memory_region(const volatile void *start, size_t size);
void __asan_describe_address(void *address);

/* A failed assertion of lwIP is an instruction that cannot be; what is left at the end is counted here (frames_round.h). */
const char *__asan_default_options(void)
{
	return "handle_sigill=2:detect_leaks=0";
}

const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1";
}

/* ---- Choices: random ones for ever, or those that somebody gives, byte by byte, until they end; 0 is always the most usual one. */

static struct {
	const uint8_t *next, *end;
	bool are_given;
} choices;

static bool choices_left(void)
{
	return !choices.are_given || choices.next < choices.end;
}

static uint32_t choose_below(uint32_t bound)
{
	uint32_t value = 0;
	if (!choices.are_given)
		return (uint32_t)random_below(bound);
	for (uint32_t most = bound - 1; most > 0 && choices.next < choices.end; most >>= 8)
		value = value << 8 | *choices.next++;
	return value % bound;
}

static bool choose_one_in(uint32_t of)
{
	return choose_below(of) == of - 1;
}

/* Bytes whose value says nothing. */
static void fill(void *bytes, size_t size)
{
	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		uint64_t word = random_word();
		memcpy((char *)bytes + at, &word, size - at < sizeof(word) ? size - at : sizeof(word));
	}
}

/* ---- What happened, of all rounds together. */

static struct counts {
	uint64_t frames, accepted, connected, six, streamed, datagrams, names, leases, refusals, losses;
} *counts;

/* ---- Time. */

static uint64_t now = 1000000000;
enum { READING_NANOSECONDS = 10000 }; /* from one reading of the clock to the next, for some wait without a halt */

/* What goes on while the program waits; false: nothing. */
static bool act(void);

uint64_t clock_monotonic(void)
{
	return now += READING_NANOSECONDS;
}

void idle_until(uint64_t deadline)
{
	if (act())
		return;
	CHECK(deadline != UINT64_MAX, "it would wait for ever");
	if (now < deadline)
		now = deadline;
}

/* ---- Memory. */

static struct {
	size_t bytes; /* in use */
	struct limits {
		size_t most;
		uint32_t refused; /* one in so many, 0: none */
	} limits;
} memory = {.limits = {.most = SIZE_MAX}};

static bool is_refused(size_t size)
{
	bool is_so = memory.bytes + size > memory.limits.most || (memory.limits.refused && random_below(memory.limits.refused) == 0);
	counts->refusals += is_so;
	return is_so;
}

/* Before each cell; nobody else may touch it. */
struct cell_mark {
	size_t size, place;
};
enum { CELLS = 1 << 18 };
static struct cell_mark *cells[CELLS]; /* in use, by place */
static uint32_t free_places[CELLS];
static size_t free_place_count, cell_count;

size_t cells_size(size_t size)
{
	size_t cell = 32;
	while (cell < size)
		cell *= 2;
	return cell;
}

void *cells_take(size_t size)
{
	struct cell_mark *mark = is_refused(size) ? NULL : malloc(sizeof(*mark) + size);
	if (!mark)
		return NULL;
	CHECK(free_place_count > 0 || cell_count < CELLS, "too many cells");
	mark->size = size;
	mark->place = free_place_count > 0 ? free_places[--free_place_count] : cell_count++;
	cells[mark->place] = mark;
	memory.bytes += size;
	__asan_poison_memory_region(mark, sizeof(*mark));
	return mark + 1;
}

void cells_give(void *cell, size_t size)
{
	struct cell_mark *mark = (struct cell_mark *)cell - 1;
	__asan_unpoison_memory_region(mark, sizeof(*mark) + size);
	CHECK(mark->size == size, "%zu bytes instead of %zu come back", size, mark->size);
	cells[mark->place] = NULL;
	free_places[free_place_count++] = (uint32_t)mark->place;
	memory.bytes -= size;
	free(mark);
}

/* Pieces of the stack have room behind them, for cells have few sizes; nobody may touch that either. */
static void *without_room(void *piece, size_t size)
{
	size_t whole = piece ? ((size_t *)piece)[-2] : 0, before = 2 * sizeof(size_t);
	if (piece)
		__asan_poison_memory_region((char *)piece + size, whole - before - size);
	return piece;
}

void *__real_lwip_memory_take(size_t size);
void *__wrap_lwip_memory_take(size_t size);
void *__real_lwip_memory_take_zeroed(size_t count, size_t size);
void *__wrap_lwip_memory_take_zeroed(size_t count, size_t size);

void *__wrap_lwip_memory_take(size_t size)
{
	return without_room(__real_lwip_memory_take(size), size);
}

void *__wrap_lwip_memory_take_zeroed(size_t count, size_t size)
{
	return without_room(__real_lwip_memory_take_zeroed(count, size), count * size);
}

/* Say who took the cells that are in use. */
static void tell_cells(void)
{
	enum { TOLD_MOST = 20 };
	for (size_t place = 0, told = 0; place < cell_count && told < TOLD_MOST; place++)
		if (cells[place]) {
			__asan_describe_address(cells[place] + 1);
			told++;
		}
}

void *pages_take(size_t count)
{
	if (is_refused(count * PAGE_BYTES))
		return NULL;
	memory.bytes += count * PAGE_BYTES;
	return aligned_alloc(PAGE_BYTES, count * PAGE_BYTES);
}

void pages_give(void *start, size_t count)
{
	CHECK(malloc_usable_size(start) == count * PAGE_BYTES, "%zu pages come back", count);
	memory.bytes -= count * PAGE_BYTES;
	free(start);
}

size_t pages_free_count(void)
{
	size_t left = (memory.limits.most < 1 << 30 ? memory.limits.most : 1 << 30) - memory.bytes;
	return left / PAGE_BYTES;
}

struct device_run device_memory_run(const void *start, size_t size)
{
	return (struct device_run){(uintptr_t)start, size};
}

bool entropy_read(void *bytes, size_t size)
{
	fill(bytes, size);
	return true;
}

_Noreturn void machine_end(enum ending how, uint8_t number)
{
	CHECK(false, "the guest ends (%c, %u): %.*s", how, number, (int)written_length, written);
}

#endif
