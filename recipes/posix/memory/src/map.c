/*
 * mmap and munmap. Mappings are pages of the machine's free memory, taken and cleared at once: there is no memory
 * that is promised and not there. Nobody else writes to a file, so what is mapped of it is a copy.
 */

#include "descriptor_map.h"
#include "mapping.h"
#include "sys_calls.h"

/* Defined where the image has descriptors. */
extern __typeof__(sys_pread64) sys_pread64 __attribute__((weak));
extern __typeof__(sys_lseek) sys_lseek __attribute__((weak));
extern __typeof__(descriptor_map) descriptor_map __attribute__((weak));

/* Take just these pages: those that are mapped lose what they had. False if some are somebody else's. */
static bool take_fixed(char *start, uint8_t *states, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (states[i] == MAPPING_NONE && !pages_take_at(start + i * PAGE_BYTES, 1)) {
			while (i-- > 0)
				if (states[i] == MAPPING_NONE)
					pages_give(start + i * PAGE_BYTES, 1);
			return false;
		}
	for (size_t i = 0; i < count; i++)
		if (states[i] != MAPPING_NONE)
			mapping_allow(start + i * PAGE_BYTES, states + i, 1, MAPPING_READ_WRITE);
	return true;
}

/* Why a descriptor cannot be mapped, which may be for `reason` if it is open. */
static long refused(int descriptor, long reason)
{
	enum { CURRENT = 1 };
	return sys_lseek && sys_lseek(descriptor, 0, CURRENT) != -SYS_EBADF ? reason : -SYS_EBADF;
}

/* Read what there is of a file, up to `size` bytes. */
static long fill(char *bytes, size_t size, int descriptor, int64_t offset)
{
	for (size_t done = 0; done < size;) {
		long got = sys_pread64 ? sys_pread64(descriptor, bytes + done, size - done, offset + (int64_t)done) : -SYS_EBADF;
		if (got == -SYS_ESPIPE || got == -SYS_EISDIR)
			return -SYS_ENODEV;
		if (got == -SYS_EBADF && done == 0)
			return refused(descriptor, -SYS_EACCES);
		if (got <= 0)
			return got;
		done += (size_t)got;
	}
	return 0;
}

/* The address, or a negated error; the caller has checked the words. */
static long map(void *wanted, size_t size, int protection, int flags, int descriptor, int64_t offset)
{
	size_t count = mapping_pages(size);
	uint8_t *states;
	char *start;
	if (flags & (SYS_MAP_FIXED | SYS_MAP_FIXED_NOREPLACE)) {
		start = wanted;
		states = mapping_states(start, count);
		if (!states)
			return -SYS_ENOMEM;
		if (flags & SYS_MAP_FIXED_NOREPLACE ? !pages_take_at(start, count) : !take_fixed(start, states, count))
			return flags & SYS_MAP_FIXED_NOREPLACE ? -SYS_EEXIST : -SYS_ENOMEM;
	} else {
		mapping_states((void *)pages_range.start, 0); /* so that the map has its own pages before */
		start = pages_take(count);
		if (!start)
			return -SYS_ENOMEM;
		states = mapping_states(start, count);
		if (!states) {
			pages_give(start, count);
			return -SYS_ENOMEM;
		}
	}
	mapping_begin(start, states, count);
	long error = flags & SYS_MAP_ANONYMOUS ? 0 : fill(start, size, descriptor, offset);
	if (error == 0 && !mapping_allow(start, states, count, mapping_allowed(protection)))
		error = -SYS_ENOMEM;
	if (error != 0)
		mapping_end(start, states, count);
	return error != 0 ? error : (long)start;
}

long sys_mmap(void *wanted, size_t size, int protection, int flags, int descriptor, int64_t offset)
{
	int kind = flags & (SYS_MAP_SHARED | SYS_MAP_PRIVATE);
	bool is_file = !(flags & SYS_MAP_ANONYMOUS), writes = protection & SYS_PROT_WRITE;
	if (size == 0 || kind == 0 || offset % PAGE_BYTES != 0 ||
	    (flags & SYS_MAP_FIXED && (uintptr_t)wanted % PAGE_BYTES != 0))
		return -SYS_EINVAL;
	if (protection & SYS_PROT_EXEC)
		return -SYS_EACCES; /* code is in the image, and nowhere else */
	if (is_file && kind != SYS_MAP_PRIVATE && writes)
		return refused(descriptor, -SYS_ENODEV); /* nobody would write the pages back */
	if (is_file && !writes && !(flags & SYS_MAP_FIXED) && descriptor_map) {
		const void *place = descriptor_map(descriptor, offset, size);
		if (place)
			return (long)place;
	}
	return map(wanted, size, protection, flags, descriptor, offset);
}

long sys_munmap(void *start, size_t size)
{
	if ((uintptr_t)start % PAGE_BYTES != 0 || size == 0)
		return -SYS_EINVAL;
	uint8_t *states = mapping_states(start, mapping_pages(size));
	if (states)
		mapping_end(start, states, mapping_pages(size));
	return 0; /* of memory that is not ours nothing was mapped */
}
