#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What net/dns calls; see net_names.h. Context: thread. */
long network_lookup(const char *name, uint32_t *address);
long network_lookup6(const char *name, bool waits, void *address);
bool network_name_server(unsigned number, char *text, size_t size);

#endif
