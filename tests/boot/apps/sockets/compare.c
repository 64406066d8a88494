/* What the parts of the programs share. */

#include "compare.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *name_of(int error)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{EAGAIN, "EAGAIN"}, {EBADF, "EBADF"}, {EINVAL, "EINVAL"}, {EPIPE, "EPIPE"}, {ENOTSOCK, "ENOTSOCK"}, {EEXIST, "EEXIST"},
		{EDESTADDRREQ, "EDESTADDRREQ"}, {EMSGSIZE, "EMSGSIZE"}, {ENOPROTOOPT, "ENOPROTOOPT"}, {ENOENT, "ENOENT"},
		{EPROTONOSUPPORT, "EPROTONOSUPPORT"}, {ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT"}, {EOPNOTSUPP, "EOPNOTSUPP"},
		{EAFNOSUPPORT, "EAFNOSUPPORT"}, {EADDRINUSE, "EADDRINUSE"}, {EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {EPERM, "EPERM"},
		{ECONNABORTED, "ECONNABORTED"}, {ECONNRESET, "ECONNRESET"}, {EISCONN, "EISCONN"}, {ENOTCONN, "ENOTCONN"},
		{ETIMEDOUT, "ETIMEDOUT"}, {ECONNREFUSED, "ECONNREFUSED"}, {EALREADY, "EALREADY"}, {EINPROGRESS, "EINPROGRESS"},
		{ENETUNREACH, "ENETUNREACH"}, {EDOM, "EDOM"}, {ENOTTY, "ENOTTY"}, {ESPIPE, "ESPIPE"}, {ELOOP, "ELOOP"},
	};

	for (size_t place = 0; place < sizeof(names) / sizeof(names[0]); place++)
		if (names[place].number == error)
			return names[place].name;
	return strerror(error);
}

void told(const char *what, long result)
{
	int error = errno;

	if (result < 0)
		printf("%s: %s\n", what, name_of(error));
	else
		printf("%s: %ld\n", what, result);
}

void bits(const char *what, unsigned events)
{
	printf("%s:%s%s%s%s%s%s\n", what, events & 1 ? " in" : "", events & 4 ? " out" : "", events & 8 ? " error" : "",
	       events & 0x10 ? " hangup" : "", events & 0x20 ? " not-open" : "", events & 0x2000 ? " half" : "");
}

struct sockaddr_in local(int port)
{
	struct sockaddr_in address;

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

void moment(void)
{
	poll(NULL, 0, 20);
}

int bound(int type, int *port)
{
	struct sockaddr_in address = local(0);
	socklen_t size = sizeof(address);
	int descriptor = socket(AF_INET, type, 0);

	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, size))
		told("bound", -1);
	getsockname(descriptor, (struct sockaddr *)&address, &size);
	*port = ntohs(address.sin_port);
	return descriptor;
}

void told_choice_of_ports(int type)
{
	enum { PORTS = 12, NEAR = 100 };
	int sockets[PORTS], port, last = 0, near = 0;

	for (int number = 0; number < PORTS; number++) {
		sockets[number] = bound(type, &port);
		near += port - last <= NEAR && last - port <= NEAR;
		last = port;
	}
	printf("the next port is near the last: %d\n", near > PORTS / 2);
	for (int number = 0; number < PORTS; number++)
		close(sockets[number]);
}

int listening(int *port)
{
	int listener = bound(SOCK_STREAM, port);

	if (listen(listener, 8))
		told("listening", -1);
	return listener;
}

void connected(int *client, int *server)
{
	int port, listener = listening(&port), on = 1;
	struct sockaddr_in address = local(port);

	*client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(*client, (struct sockaddr *)&address, sizeof(address)))
		told("connected", -1);
	setsockopt(*client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* else what is sent waits for an answer, and how long differs */
	*server = accept(listener, NULL, NULL);
	if (*server < 0)
		told("accepted", -1);
	close(listener);
}

void told_refusal(int socket)
{
	struct pollfd set = {.fd = socket, .events = POLLIN | POLLOUT};
	char byte;

	told("send to nobody", send(socket, "x", 1, 0));
	moment();
	poll(&set, 1, 0);
	bits("events", (unsigned)set.revents);
	told("receive", recv(socket, &byte, sizeof(byte), MSG_DONTWAIT));
}
