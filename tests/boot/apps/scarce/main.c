/*
 * Use up what the argument names, twice, and see that there is an error each time and that all is back in the end:
 *   sockets      descriptors or memory, by sockets that do nothing
 *   ports COUNT  of UDP and of TCP, that the network may choose: so many
 *   connections  memory, by connections to this machine whose data nobody reads
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "net_in_use.h"
#include "pages.h"

enum { MOST = 40000 };

static int open_ones[MOST];
static unsigned count;
static int all_ports;
static struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = 0};

/* Keep a descriptor. False: there is none. */
static int keep(int descriptor)
{
	if (descriptor >= 0)
		open_ones[count++] = descriptor;
	return descriptor >= 0;
}

static void close_all(void)
{
	while (count)
		close(open_ones[--count]);
}

static int reach(int descriptor)
{
	struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};

	return connect(descriptor, (struct sockaddr *)&there, sizeof(there));
}

static const char *sockets(void)
{
	while (keep(socket(AF_INET, count % 2 ? SOCK_STREAM : SOCK_DGRAM, 0)))
		continue;
	return strerror(errno);
}

/* Bind one socket to each port that may be chosen, and then choose one more in each way. */
static const char *ports(void)
{
	enum { FIRST = 49152 };
	static char told[200];
	int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0), errors[5];

	for (int port = FIRST; port < FIRST + all_ports; port++) {
		struct sockaddr_in mine = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};

		for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++)
			if (!keep(socket(AF_INET, type, 0)) || bind(open_ones[count - 1], (struct sockaddr *)&mine, sizeof(mine)))
				return strerror(errno);
	}
	errors[0] = reach(udp) ? errno : 0;
	errors[1] = reach(tcp) ? errno : 0;
	errors[2] = bind(tcp, (struct sockaddr *)&here, sizeof(here)) ? errno : 0;
	errors[3] = listen(tcp, 1) ? errno : 0;
	errors[4] = bind(udp, (struct sockaddr *)&here, sizeof(here)) ? errno : 0;
	keep(udp);
	keep(tcp);
	snprintf(told, sizeof(told), "%s; %s; %s; %s; %s", strerror(errors[0]), strerror(errors[1]), strerror(errors[2]), strerror(errors[3]),
		 strerror(errors[4]));
	return told;
}

static const char *connections(void)
{
	static char bytes[65536];
	struct sockaddr_in there = here;
	struct timeval limit = {.tv_sec = 1};
	socklen_t size = sizeof(there);
	int error = 0;

	keep(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(open_ones[0], (struct sockaddr *)&there, sizeof(there)) || listen(open_ones[0], 8) ||
	    getsockname(open_ones[0], (struct sockaddr *)&there, &size))
		return strerror(errno);
	while (!error) {
		int one = socket(AF_INET, SOCK_STREAM, 0);

		setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		if (!keep(one) || connect(one, (struct sockaddr *)&there, size)) {
			error = errno;
			break;
		}
		fcntl(one, F_SETFL, O_NONBLOCK);
		while (send(one, bytes, sizeof(bytes), 0) > 0)
			continue;
		if (errno != EAGAIN)
			error = errno;
		if (!keep(accept4(open_ones[0], NULL, NULL, SOCK_NONBLOCK)) && errno != EAGAIN)
			error = errno;
	}
	return strerror(error);
}

static void pause_for(int seconds)
{
	nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
}

static void use_up(const char *what, const char *(*all)(void))
{
	for (int turn = 0; turn < 2; turn++) {
		const char *error = all();

		printf("%s: %u, %s\n", what, count, error);
		close_all();
	}
}

int main(int argc, char **argv)
{
	struct net_in_use before, after;
	size_t pages;

	(void)argc;
	close(socket(AF_INET, SOCK_STREAM, 0)); /* the start of the network */
	before = net_in_use();
	pages = pages_free_count();
	switch (argv[1][0]) {
	case 's':
		use_up("sockets", sockets);
		break;
	case 'p':
		all_ports = atoi(argv[2]);
		use_up("ports", ports);
		break;
	default:
		use_up("connections", connections);
		break;
	}
	for (int second = 0; second < 20 && (net_in_use().connections || net_in_use().ended || net_in_use().memory > before.memory); second++)
		pause_for(1);
	after = net_in_use();
	printf("more in use: %d bytes, %d pages\n", (int)(after.memory - before.memory), (int)(pages - pages_free_count()));
	return 0;
}
