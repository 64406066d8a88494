#ifndef NAMES_H
#define NAMES_H

#include <stdint.h>

/* For the recipe net/dns; as net_lookup and net_name_servers of net_names.h. */
long network_lookup(const char *name, uint32_t *address);
unsigned network_name_servers(uint32_t *servers, unsigned most);

#endif
