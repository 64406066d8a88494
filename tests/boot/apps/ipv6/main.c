/*
 * A server for both versions by sockets of AF_INET6. On port 8080 each connection is told who it is and gets 20,000 bytes; on port 5000 datagrams
 * come back.
 */

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGE = 20000 };

static int opened(int type, int port)
{
	struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int descriptor = socket(AF_INET6, type, 0), on = 1;

	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&here, sizeof(here)) || (type == SOCK_STREAM && listen(descriptor, 16)))
		perror("open");
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

static void echo(int datagrams)
{
	static char all[65536];
	struct sockaddr_in6 from;
	socklen_t size = sizeof(from);
	ssize_t length = recvfrom(datagrams, all, sizeof(all), 0, (struct sockaddr *)&from, &size);

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
