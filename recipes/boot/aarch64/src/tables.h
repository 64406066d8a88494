#ifndef TABLES_H
#define TABLES_H

#include <stdint.h>

/* Make the tables that map the image, and nothing else, and return the root. Context: boot, the MMU is off. */
uint64_t *boot_tables(void);

#endif
