/*
 * A server for both versions by sockets of AF_INET6. On port 8080 each connection is told who it is and gets 20,000 bytes; on port 5000 datagrams
 * come back; but for the one that says "unanswered": then 3,000 go to neighbours who are not there, and what comes back is how many bytes the
 * stack holds afterwards more than before.
 */

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_in_use.h"

enum { PAGE = 20000, UNANSWERED = 3000, NEIGHBOURS = 300 };

static int opened(int type, int port)
{
	struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int descriptor = socket(AF_INET6, type, 0), on = 1;

	if (descriptor < 0) {
		perror("socket");
		exit(1);
	}
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(descriptor, (struct sockaddr *)&here, sizeof(here)) || (type == SOCK_STREAM && listen(descriptor, 16)))
		perror("bind");
	return descriptor;
}

static void reply(int listener)
{
	static char all[PAGE];
	struct sockaddr_in6 from;
	socklen_t size = sizeof(from);
	char text[INET6_ADDRSTRLEN];
	int connection = accept(listener, (struct sockaddr *)&from, &size);

	if (connection < 0)
		return;
	inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof(text));
	recv(connection, all, sizeof(all), 0);
	memset(all, '.', sizeof(all));
	all[snprintf(all, sizeof(all), "HTTP/1.0 200 OK\r\n\r\n%s\n", text)] = '.';
	for (size_t done = 0; done < sizeof(all);) {
		ssize_t went = send(connection, all + done, sizeof(all) - done, MSG_NOSIGNAL);

		if (went <= 0)
			break;
		done += (size_t)went;
	}
	close(connection);
}

static size_t unanswered(int datagrams)
{
	static const char nothing[1000];
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
	size_t before = net_in_use().memory;

	inet_pton(AF_INET6, "fd09::dead:0", &to.sin6_addr);
	for (int number = 0; number < UNANSWERED; number++) {
		to.sin6_addr.s6_addr16[7] = htons((uint16_t)(1 + number % NEIGHBOURS));
		sendto(datagrams, nothing, sizeof(nothing), 0, (struct sockaddr *)&to, sizeof(to));
	}
	poll(NULL, 0, 100); /* the questions for the neighbours go out */
	return net_in_use().memory - before;
}

static void echo(int datagrams)
{
	static char all[65536];
	struct sockaddr_in6 from;
	socklen_t size = sizeof(from);
	ssize_t length = recvfrom(datagrams, all, sizeof(all), 0, (struct sockaddr *)&from, &size);

	if (length == sizeof("unanswered") - 1 && memcmp(all, "unanswered", (size_t)length) == 0)
		length = snprintf(all, sizeof(all), "%zu", unanswered(datagrams));
	if (length >= 0)
		sendto(datagrams, all, (size_t)length, 0, (struct sockaddr *)&from, size);
}

int main(void)
{
	struct pollfd set[2] = {{.fd = opened(SOCK_STREAM, 8080), .events = POLLIN}, {.fd = opened(SOCK_DGRAM, 5000), .events = POLLIN}};

	puts("ready");
	while (poll(set, 2, -1) > 0) {
		if (set[0].revents)
			reply(set[0].fd);
		if (set[1].revents)
			echo(set[1].fd);
	}
	return 1;
}
