#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For the recipe net/dns; see net_names.h. */
long network_lookup(const char *name, uint32_t *address);
long network_lookup6(const char *name, bool waits, void *address);
bool network_name_server(unsigned number, char *text, size_t size);

/* The address of version 4, in the order of the network, that the text is; false: it is none. */
bool host_parse_address(const char *text, uint32_t *address);

#endif
