#ifndef DESCRIPTOR_MAP_H
#define DESCRIPTOR_MAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hook for mmap, which nobody need define: where the `size` bytes from `offset` of a file are that is never written to, if they can
 * be shown in place: at an address that is a multiple of 4096, with zeros from the file's end to the end of that page.
 * NULL: copy them. Context: thread.
 */
const void *descriptor_map(int descriptor, int64_t offset, size_t size);

#endif
