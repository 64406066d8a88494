#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdint.h>

/* What net/dns calls; see net_names.h. Context: thread. */
long network_lookup(const char *name, uint32_t *address);
unsigned network_name_servers(uint32_t *servers, unsigned most);

#endif
