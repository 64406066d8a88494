/* getnameinfo: names of addresses. Of a host it is always the number, for nobody is asked backwards. */

#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

#include "hosts.h"
#include "services.h"

static int tell(char *to, socklen_t size, const char *text)
{
	size_t length = strlen(text) + 1;

	if (length > size)
		return EAI_OVERFLOW;
	memcpy(to, text, length);
	return 0;
}

/* `port` in decimal, in the last bytes of `digits`. */
static const char *decimal(unsigned port, char digits[6])
{
	char *place = digits + 5;

	*place = '\0';
	do
		*--place = (char)('0' + port % 10);
	while (port /= 10);
	return place;
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t size, char *restrict host, socklen_t host_size,
		char *restrict service, socklen_t service_size, int flags)
{
	host_address here;
	int error = 0;

	if (!host_read(address, size, &here))
		return EAI_FAMILY;
	if (host && host_size) {
		if (flags & NI_NAMEREQD)
			return EAI_NONAME;
		error = tell(host, host_size, host_text(&here));
	}
	if (!error && service && service_size) {
		char digits[6];
		int port = ntohs(host_port(&here));
		const char *name = flags & NI_NUMERICSERV ? NULL : nolibc_service_name(port, flags & NI_DGRAM ? SERVICE_UDP : SERVICE_TCP);

		error = tell(service, service_size, name ? name : decimal((unsigned)port, digits));
	}
	return error;
}
