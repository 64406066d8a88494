#ifndef IMAGE_FILES_H
#define IMAGE_FILES_H

#include <stdint.h>

/*
 * The table that the composer makes of the manifest's `files` (composer/layout/files.py). Its entries stand one behind the other, each
 * padded to 8 bytes; a folder's entries follow it. The last has an empty name.
 */
struct image_file {
	const void *content; /* bytes of a file; the target of a link, ended by NUL */
	uint64_t size;       /* of the content, without NUL */
	uint32_t mode;
	uint16_t leave; /* how many folders end before this entry */
	uint8_t in_pages; /* 1: the content begins at a page, and its last page ends with zeros */
	uint8_t length;   /* of the name */
	char name[];
};

extern const struct image_file image_files[];

#endif
