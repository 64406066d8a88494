/* The few services that programs call by name. */

#include "services.h"

#include <stddef.h>
#include <string.h>

static const struct service {
	char name[9];
	unsigned char protocols;
	unsigned short port;
} services[] = {
	{"echo", SERVICE_TCP | SERVICE_UDP, 7},
	{"discard", SERVICE_TCP | SERVICE_UDP, 9},
	{"ftp", SERVICE_TCP, 21},
	{"ssh", SERVICE_TCP, 22},
	{"telnet", SERVICE_TCP, 23},
	{"smtp", SERVICE_TCP, 25},
	{"domain", SERVICE_TCP | SERVICE_UDP, 53},
	{"tftp", SERVICE_UDP, 69},
	{"http", SERVICE_TCP, 80},
	{"pop3", SERVICE_TCP, 110},
	{"ntp", SERVICE_UDP, 123},
	{"imap2", SERVICE_TCP, 143},
	{"snmp", SERVICE_TCP | SERVICE_UDP, 161},
	{"https", SERVICE_TCP | SERVICE_UDP, 443},
	{"syslog", SERVICE_UDP, 514},
	{"mqtt", SERVICE_TCP, 1883},
	{"http-alt", SERVICE_TCP, 8080},
};
enum { SERVICES = sizeof(services) / sizeof(services[0]) };

int nolibc_service_port(const char *name, unsigned *protocols)
{
	for (size_t place = 0; place < SERVICES; place++)
		if (strncmp(services[place].name, name, sizeof(services[place].name)) == 0) {
			*protocols = services[place].protocols;
			return services[place].port;
		}
	return -1;
}

const char *nolibc_service_name(int port, unsigned protocol)
{
	for (size_t place = 0; place < SERVICES; place++)
		if (services[place].port == port && services[place].protocols & protocol)
			return services[place].name;
	return NULL;
}
