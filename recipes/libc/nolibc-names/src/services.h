#ifndef SERVICES_H
#define SERVICES_H

/* Services that have a name here. Context: any. */

enum { SERVICE_TCP = 1, SERVICE_UDP = 2 };

/* The port of a name, and by which protocols of SERVICE_*; -1: it has none here. */
int nolibc_service_port(const char *name, unsigned *protocols);

/* The name of a port by one of the protocols, or a null pointer. */
const char *nolibc_service_name(int port, unsigned protocol);

#endif
