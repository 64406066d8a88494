/*
 * Bytes by TCP, which the other side can check. A client says what it wants by a line:
 *
 *   give N     get N bytes of the sequence that begins with N
 *   take N     send N bytes, and get their hash
 *   echo       get back what it sends; after an hour of nothing it is asked whether it is there
 *
 * By a datagram it is told what is in use, as tests/boot/apps/survival tells it.
 */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_in_use.h"
#include "pages.h"

enum { PORT = 5001, WITNESS_PORT = 9000, AT_ONCE = 1 << 14 };

static unsigned char bytes[AT_ONCE];

static void give(int client, size_t left)
{
	uint32_t number = (uint32_t)left | 1;
	ssize_t done = 1;

	for (size_t size; left && done > 0; left -= (size_t)done) {
		size = left < AT_ONCE ? left : AT_ONCE;
		for (size_t i = 0; i < size; i++) {
			number ^= number << 13;
			number ^= number >> 17;
			number ^= number << 5;
			bytes[i] = (unsigned char)number;
		}
		for (size_t sent = 0; sent < size && done > 0; sent += (size_t)done)
			done = write(client, bytes + sent, size - sent);
		done = done > 0 ? (ssize_t)size : done;
	}
}

/* FNV-1a. */
static void take(int client, size_t left)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char line[24];
	ssize_t done;

	for (; left && (done = read(client, bytes, left < AT_ONCE ? left : AT_ONCE)) > 0; left -= (size_t)done)
		for (ssize_t i = 0; i < done; i++)
			hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	write(client, line, (size_t)snprintf(line, sizeof(line), "%016llx\n", (unsigned long long)hash));
}

static void echo(int client)
{
	ssize_t size;
	int on = 1, hour = 3600;

	setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &hour, sizeof(hour));
	while ((size = read(client, bytes, AT_ONCE)) > 0)
		write(client, bytes, (size_t)size);
	if (size < 0)
		perror("echo");
}

static void serve(int client)
{
	char line[32] = "";
	size_t length = 0;

	while (length < sizeof(line) - 1 && read(client, line + length, 1) == 1 && line[length] != '\n')
		length++;
	if (!strncmp(line, "give ", 5))
		give(client, strtoul(line + 5, NULL, 10));
	else if (!strncmp(line, "take ", 5))
		take(client, strtoul(line + 5, NULL, 10));
	else
		echo(client);
	close(client);
}

static void tell(int asked)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	struct net_in_use now;
	char line[64];
	int length;

	recvfrom(asked, line, sizeof(line), 0, (struct sockaddr *)&from, &size);
	now = net_in_use();
	length = snprintf(line, sizeof(line), "%zu %zu %u %u %u", pages_free_count(), now.memory, now.frames, now.connections, now.ended);
	sendto(asked, line, (size_t)length, 0, (struct sockaddr *)&from, size);
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	struct pollfd sources[2];

	if (argc > 1)
		sleep((unsigned)atoi(argv[1])); /* before there is a network */
	sources[0] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
	sources[1] = (struct pollfd){.fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN};
	if (bind(sources[0].fd, (struct sockaddr *)&here, sizeof(here)) || listen(sources[0].fd, 8))
		return 1;
	here.sin_port = htons(WITNESS_PORT);
	if (bind(sources[1].fd, (struct sockaddr *)&here, sizeof(here)))
		return 1;
	while (poll(sources, 2, -1) > 0) {
		if (sources[1].revents)
			tell(sources[1].fd);
		if (sources[0].revents)
			serve(accept(sources[0].fd, NULL, NULL));
	}
	return 1;
}
