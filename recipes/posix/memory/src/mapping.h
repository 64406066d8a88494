#ifndef MAPPING_H
#define MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "page_rights.h"
#include "pages.h"

/* What a page of `pages_range` is to the mappings: not theirs, or theirs with rights. One byte for each page. */
enum mapping { MAPPING_NONE, MAPPING_READ_WRITE, MAPPING_READ, MAPPING_NO_ACCESS };

/* Pages that hold `size` bytes; more than there are if `size` is near its limit. */
static inline size_t mapping_pages(size_t size)
{
	return size / PAGE_BYTES + (size % PAGE_BYTES != 0);
}

/* What `protection` (SYS_PROT_…) allows; code cannot be mapped, so SYS_PROT_EXEC is the caller's to refuse. */
enum mapping mapping_allowed(int protection);

/* The bytes of `count` pages from `start`, an address of a page; NULL if some are no memory of ours. */
uint8_t *mapping_states(const void *start, size_t count);

/* Whether all these pages are mapped. */
bool mapping_is_all(const uint8_t *states, size_t count);

/* Give mapped pages rights, all the same ones; false as page_rights_set. */
bool mapping_allow(void *start, uint8_t *states, size_t count, enum mapping allowed);

/* Pages that were just taken become mapped, and zero. */
void mapping_begin(void *start, uint8_t *states, size_t count);

/* Give those of the pages back that are mapped. */
void mapping_end(void *start, uint8_t *states, size_t count);

#endif
