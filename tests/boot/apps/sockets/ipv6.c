/* The same program here and on Linux: what sockets of AF_INET6 say over ::1 and over mapped addresses, line by line. */

#define _GNU_SOURCE
#include "compare.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static const struct in6_addr mapped_loopback = {{{[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}}};

static struct sockaddr_in6 place(const struct in6_addr *address, int port)
{
	struct sockaddr_in6 name;

	memset(&name, 0, sizeof(name));
	name.sin6_family = AF_INET6;
	name.sin6_port = htons((uint16_t)port);
	name.sin6_addr = *address;
	return name;
}

static int option(int descriptor, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(descriptor, level, name, &value, &size) ? -1 : value;
}

static void told_name(const char *what, int descriptor, int (*ask)(int, struct sockaddr *, socklen_t *), int port)
{
	char text[INET6_ADDRSTRLEN];
	struct sockaddr_in6 name;
	socklen_t size = sizeof(name);

	if (ask(descriptor, (struct sockaddr *)&name, &size)) {
		told(what, -1);
		return;
	}
	inet_ntop(AF_INET6, &name.sin6_addr, text, sizeof(text));
	printf("%s: %d %s size %u scope %u port %d\n", what, name.sin6_family, text, size, name.sin6_scope_id, port < 0 || ntohs(name.sin6_port) == port);
}

/* What these ask by, as one type. */
static int my_name(int descriptor, struct sockaddr *address, socklen_t *size)
{
	return getsockname(descriptor, address, size);
}

static int its_name(int descriptor, struct sockaddr *address, socklen_t *size)
{
	return getpeername(descriptor, address, size);
}

static int only(int descriptor, int value)
{
	return setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof(value));
}

static int bound_to(int type, const struct in6_addr *address, int *port)
{
	struct sockaddr_in6 name = place(address, *port);
	socklen_t size = sizeof(name);
	int descriptor = socket(AF_INET6, type, 0);

	told("bind", bind(descriptor, (struct sockaddr *)&name, sizeof(name)));
	if (!*port) {
		getsockname(descriptor, (struct sockaddr *)&name, &size);
		*port = ntohs(name.sin6_port);
	}
	return descriptor;
}

static void made(void)
{
	struct sockaddr_in6 name = place(&in6addr_any, 0), other = name;
	struct sockaddr_in four = local(0);
	int one = socket(AF_INET6, SOCK_STREAM, 0), pair[2];

	told("stream by UDP", socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP));
	told("pair", socketpair(AF_INET6, SOCK_STREAM, 0, pair));
	told("domain", option(one, SOL_SOCKET, SO_DOMAIN));
	told_name("name of a new one", one, my_name, 0);
	told_name("peer of a new one", one, its_name, 0);
	told("only is", option(one, IPPROTO_IPV6, IPV6_V6ONLY));
	told("only", only(one, 1));
	told("only is", option(one, IPPROTO_IPV6, IPV6_V6ONLY));
	told("hops", setsockopt(one, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &(int){9}, sizeof(int)));
	told("hops are", option(one, IPPROTO_IPV6, IPV6_UNICAST_HOPS));
	told("too many hops", setsockopt(one, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &(int){256}, sizeof(int)));
	told("class", setsockopt(one, IPPROTO_IPV6, IPV6_TCLASS, &(int){8}, sizeof(int)));
	told("class is", option(one, IPPROTO_IPV6, IPV6_TCLASS));
	told("option unknown", setsockopt(one, IPPROTO_IPV6, 999, &(int){1}, sizeof(int)));
	told("bind too short", bind(one, (struct sockaddr *)&name, 16));
	told("bind of AF_INET", bind(one, (struct sockaddr *)&four, sizeof(name)));
	inet_pton(AF_INET6, "2001:db8::77", &other.sin6_addr);
	told("bind elsewhere", bind(one, (struct sockaddr *)&other, sizeof(other)));
	told("bind without a scope", bind(one, (struct sockaddr *)&name, 24));
	told("bind again", bind(one, (struct sockaddr *)&name, sizeof(name)));
	told("only then", only(one, 0));
	close(one);
	one = socket(AF_INET, SOCK_STREAM, 0);
	told("only of AF_INET", only(one, 1));
	told("bind of AF_INET6", bind(one, (struct sockaddr *)&name, sizeof(name)));
	close(one);
}

/* Who may have a port that another has. */
static void shared(int type)
{
	struct sockaddr_in four = local(0);
	int port = 0, one = bound_to(type, &in6addr_any, &port), two, on = 1;

	four.sin_port = htons((uint16_t)port);
	two = socket(AF_INET, type, 0);
	told("version 4 beside both", bind(two, (struct sockaddr *)&four, sizeof(four)));
	close(two);
	puts("one of version 6 beside both");
	close(bound_to(type, &in6addr_loopback, &port));
	two = socket(AF_INET6, type, 0);
	only(two, 1);
	{
		struct sockaddr_in6 name = place(&in6addr_any, port);

		told("version 6 beside both", bind(two, (struct sockaddr *)&name, sizeof(name)));
		close(two);
		close(one);
		one = socket(AF_INET6, type, 0);
		told("only", only(one, 1));
		told("version 6", bind(one, (struct sockaddr *)&name, sizeof(name)));
		two = socket(AF_INET, type, 0);
		told("version 4 beside version 6", bind(two, (struct sockaddr *)&four, sizeof(four)));
		close(two);
		two = socket(AF_INET6, type, 0);
		told("both beside version 6", bind(two, (struct sockaddr *)&name, sizeof(name)));
		setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		setsockopt(two, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		told("both beside version 6, with reuse", bind(two, (struct sockaddr *)&name, sizeof(name)));
		close(two);
	}
	close(one);
}

static void talk(int client, int server)
{
	char all[8];

	told("send", send(client, "abc", 3, 0));
	moment();
	told("receive", recv(server, all, sizeof(all), 0));
	told("send back", send(server, "de", 2, 0));
	moment();
	told("receive", recv(client, all, sizeof(all), 0));
}

static void streams_to(const char *what, const struct in6_addr *address, const struct in6_addr *at)
{
	int port = 0, listener = bound_to(SOCK_STREAM, at, &port), client = socket(AF_INET6, SOCK_STREAM, 0), server;
	struct sockaddr_in6 to = place(address, port), from;
	socklen_t size = sizeof(from);
	char text[INET6_ADDRSTRLEN];

	puts(what);
	told("listen", listen(listener, 4));
	told("connect", connect(client, (struct sockaddr *)&to, sizeof(to)));
	server = accept(listener, (struct sockaddr *)&from, &size);
	printf("from: %d %s size %u\n", from.sin6_family, inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof(text)), size);
	told_name("listener", listener, my_name, port);
	told_name("server", server, my_name, port);
	told_name("its peer", server, its_name, port);
	told_name("client", client, my_name, port);
	told_name("its peer", client, its_name, port);
	told("domain of the accepted", option(server, SOL_SOCKET, SO_DOMAIN));
	talk(client, server);
	close(client);
	close(server);
	close(listener);
}

/* What may be said of a connection that the other side has reset. */
static void reset(void)
{
	int port = 0, listener = bound_to(SOCK_STREAM, &in6addr_loopback, &port), client = socket(AF_INET6, SOCK_STREAM, 0), server;
	struct sockaddr_in6 to = place(&in6addr_loopback, port);
	char byte;

	listen(listener, 4);
	told("connect to be reset", connect(client, (struct sockaddr *)&to, sizeof(to)));
	server = accept(listener, NULL, NULL);
	told("only of a connection", only(client, 1));
	setsockopt(server, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(server);
	moment();
	told("only of one that is reset", only(client, 1));
	told("only is", option(client, IPPROTO_IPV6, IPV6_V6ONLY));
	told("receive", recv(client, &byte, 1, 0));
	close(client);
	close(listener);
}

/* A client of AF_INET at a listener for both, and one of AF_INET6 at a listener for AF_INET. */
static void mixed(void)
{
	int port = 0, listener = bound_to(SOCK_STREAM, &in6addr_any, &port), client = socket(AF_INET, SOCK_STREAM, 0), server;
	struct sockaddr_in four = local(port);
	struct sockaddr_in6 six;

	listen(listener, 4);
	told("version 4 to both", connect(client, (struct sockaddr *)&four, sizeof(four)));
	server = accept(listener, NULL, NULL);
	told_name("server", server, my_name, port);
	talk(client, server);
	close(client);
	close(server);
	close(listener);
	listener = listening(&port);
	six = place(&mapped_loopback, port);
	client = socket(AF_INET6, SOCK_STREAM, 0);
	told("mapped to version 4", connect(client, (struct sockaddr *)&six, sizeof(six)));
	server = accept(listener, NULL, NULL);
	talk(client, server);
	close(client);
	close(server);
	six.sin6_addr = in6addr_loopback;
	client = socket(AF_INET6, SOCK_STREAM, 0);
	told("version 6 to version 4", connect(client, (struct sockaddr *)&six, sizeof(six)));
	close(client);
	client = socket(AF_INET6, SOCK_STREAM, 0);
	only(client, 1);
	six.sin6_addr = mapped_loopback;
	told("mapped from version 6 alone", connect(client, (struct sockaddr *)&six, sizeof(six)));
	close(client);
	close(listener);
}

static void datagrams_to(const char *what, const struct in6_addr *address, const struct in6_addr *at)
{
	int port = 0, one = bound_to(SOCK_DGRAM, at, &port), two = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 to = place(address, port), from;
	socklen_t size = sizeof(from);
	char all[16], text[INET6_ADDRSTRLEN];

	puts(what);
	told("sendto", sendto(two, "hello", 5, 0, (struct sockaddr *)&to, sizeof(to)));
	moment();
	memset(&from, 0, sizeof(from));
	told("recvfrom", recvfrom(one, all, sizeof(all), 0, (struct sockaddr *)&from, &size));
	printf("from: %d %s size %u\n", from.sin6_family, inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof(text)), size);
	told("back", sendto(one, "back", 4, 0, (struct sockaddr *)&from, size));
	moment();
	told("came back", recv(two, all, sizeof(all), MSG_DONTWAIT));
	told("connect", connect(two, (struct sockaddr *)&to, sizeof(to)));
	told_name("client", two, my_name, 0);
	told_name("peer", two, its_name, port);
	told("send", send(two, "abc", 3, 0));
	moment();
	told("receive", recv(one, all, sizeof(all), MSG_DONTWAIT));
	told("disconnect", connect(two, (struct sockaddr *)&(struct sockaddr_in6){.sin6_family = AF_UNSPEC}, sizeof(to)));
	told_name("client then", two, my_name, -1); /* Linux takes the port away with the connection */
	connect(two, (struct sockaddr *)&to, sizeof(to));
	close(one);
	told_refusal(two);
	close(two);
}

static void large(void)
{
	static char much[70000];
	int port = 0, one = bound_to(SOCK_DGRAM, &in6addr_loopback, &port), two = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 to = place(&in6addr_loopback, port);

	told("send too much", sendto(two, much, sizeof(much), 0, (struct sockaddr *)&to, sizeof(to)));
	told("send much", sendto(two, much, 65000, 0, (struct sockaddr *)&to, sizeof(to)));
	moment();
	told("much came", recv(one, much, sizeof(much), MSG_DONTWAIT));
	close(one);
	close(two);
}

static void watched(void)
{
	int set = epoll_create1(0), port = 0, listener = bound_to(SOCK_STREAM, &in6addr_any, &port), client = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in6 to = place(&in6addr_loopback, port);
	struct epoll_event event = {.events = EPOLLIN};
	struct pollfd polled = {.fd = client, .events = POLLOUT};

	listen(listener, 4);
	told("add", epoll_ctl(set, EPOLL_CTL_ADD, listener, &event));
	told("wait", epoll_wait(set, &event, 1, 0));
	told("connect at once", connect(client, (struct sockaddr *)&to, sizeof(to)));
	told("poll", poll(&polled, 1, 1000));
	told("its error", option(client, SOL_SOCKET, SO_ERROR));
	told("wait", epoll_wait(set, &event, 1, 1000));
	bits("events", event.events);
	close(client);
	close(listener);
	close(set);
}

/* Both C libraries and Linux's read and write the same texts. */
static void texts(void)
{
	static const char *const all[] = {
		"::", "::1", "1::", "fe80::1", "2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:0:0:2:0:0:0:3",
		"ABCD:ef01::", "64:ff9b::1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "", ":", ":::", "1", "1:", ":1", "1::2::3",
		"1:2:3:4:5:6:7:8:9", "12345::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::256.1.1.1", "g::", "1:2:3:4:5:6:7:8::", "::1 ", "fe80::1%2",
	};
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	for (size_t number = 0; number < sizeof(all) / sizeof(all[0]); number++) {
		int result = inet_pton(AF_INET6, all[number], &address);

		printf("'%s': %d %s\n", all[number], result, result == 1 ? inet_ntop(AF_INET6, &address, text, sizeof(text)) : "-");
	}
	told("no room", inet_ntop(AF_INET6, &in6addr_loopback, text, 3) ? 0 : -1);
	told("another family", inet_pton(77, "::1", &address));
}

static void names(void)
{
	static const struct {
		const char *host;
		int family, flags;
	} asked[] = {
		{"::1", AF_UNSPEC, AI_NUMERICHOST}, {"127.0.0.1", AF_UNSPEC, AI_NUMERICHOST}, {"127.0.0.1", AF_INET6, AI_V4MAPPED | AI_NUMERICHOST},
		{"fe80::1%2", AF_INET6, AI_NUMERICHOST}, {NULL, AF_INET6, AI_PASSIVE}, {NULL, AF_INET6, 0}, {NULL, AF_INET, AI_PASSIVE},
	};
	char host[64], service[16];

	for (size_t number = 0; number < sizeof(asked) / sizeof(asked[0]); number++) {
		struct addrinfo wanted, *found = NULL;

		memset(&wanted, 0, sizeof(wanted));
		wanted.ai_family = asked[number].family;
		wanted.ai_flags = asked[number].flags;
		wanted.ai_socktype = SOCK_STREAM;
		printf("%s: %d", asked[number].host ? asked[number].host : "-", getaddrinfo(asked[number].host, "80", &wanted, &found));
		for (struct addrinfo *one = found; one; one = one->ai_next) {
			if (getnameinfo(one->ai_addr, one->ai_addrlen, host, sizeof(host), service, sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV))
				strcpy(host, "?");
			host[strcspn(host, "%")] = '\0'; /* the interface is a number here and a name there */
			printf(" %d %u %s %s", one->ai_family, one->ai_addrlen, host, service);
		}
		printf("\n");
		if (found)
			freeaddrinfo(found);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	made();
	shared(SOCK_STREAM);
	shared(SOCK_DGRAM);
	streams_to("stream to ::1", &in6addr_loopback, &in6addr_any);
	streams_to("stream to ::1 at ::1", &in6addr_loopback, &in6addr_loopback);
	streams_to("stream to a mapped one", &mapped_loopback, &in6addr_any);
	streams_to("stream to a mapped one at it", &mapped_loopback, &mapped_loopback);
	streams_to("stream to nowhere", &in6addr_any, &in6addr_any);
	reset();
	mixed();
	datagrams_to("datagrams to ::1", &in6addr_loopback, &in6addr_any);
	datagrams_to("datagrams to ::1 at ::1", &in6addr_loopback, &in6addr_loopback);
	datagrams_to("datagrams to a mapped one", &mapped_loopback, &in6addr_any);
	large();
	watched();
	texts();
	names();
	puts("end");
	return 0;
}
