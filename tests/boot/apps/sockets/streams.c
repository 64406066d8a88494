/* Connections. */

#define _GNU_SOURCE
#include "compare.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int option(int descriptor, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(descriptor, level, name, &value, &size) ? -1 : value;
}

static unsigned events_of(int descriptor)
{
	struct pollfd set = {.fd = descriptor, .events = POLLIN | POLLOUT | POLLRDHUP};

	poll(&set, 1, 0);
	return (unsigned)set.revents;
}

static void made(void)
{
	int pair[2];

	told("socket of no family", socket(77, SOCK_STREAM, 0));
	told("socket of no type", socket(AF_INET, 9, 0));
	told("stream by UDP", socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	told("datagrams by TCP", socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
	told("pair", socketpair(AF_INET, SOCK_STREAM, 0, pair));
	told("bind of no descriptor", bind(99, NULL, 0));
	told("listen on the console", listen(0, 1));
	told("accept on no descriptor", accept(99, NULL, NULL));
}

static void addresses(void)
{
	int port, port_2, one = bound(SOCK_STREAM, &port), two = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct sockaddr_in address = local(port), other = local(0);
	socklen_t size = sizeof(address);

	told("bind again", bind(one, (struct sockaddr *)&address, sizeof(address)));
	told("bind to a used port", bind(two, (struct sockaddr *)&address, sizeof(address)));
	told("bind too short", bind(two, (struct sockaddr *)&address, 8));
	other.sin_addr.s_addr = htonl(0x01020304);
	told("bind elsewhere", bind(two, (struct sockaddr *)&other, sizeof(other)));
	other.sin_family = 9;
	told("bind another family", bind(two, (struct sockaddr *)&other, sizeof(other)));
	told("accept without listen", accept(one, NULL, NULL));
	told("listen", listen(one, 4));
	told("listen again", listen(one, 8));
	setsockopt(two, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	told("bind to a listener's port with reuse", bind(two, (struct sockaddr *)&address, sizeof(address)));
	told("peer of a listener", getpeername(one, (struct sockaddr *)&address, &size));
	told("connect of a listener", connect(one, (struct sockaddr *)&address, sizeof(address)));
	told("send on a listener", send(one, "x", 1, MSG_NOSIGNAL));
	told("receive on a listener", recv(one, &on, 1, 0));
	told("shutdown of a listener to write", shutdown(one, SHUT_WR));
	told("listens still", option(one, SOL_SOCKET, SO_ACCEPTCONN));
	told("shutdown of a listener", shutdown(one, SHUT_RD));
	told("accept then", accept(one, NULL, NULL));
	bits("events then", events_of(one));
	told("shutdown of a new one", shutdown(two, SHUT_RDWR));
	told("shutdown in no way", shutdown(two, 7));
	close(one);
	close(two);

	/* A port whose connection was ended by this side can be bound again with reuse, and without it cannot. */
	one = listening(&port);
	address = local(port);
	setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	two = socket(AF_INET, SOCK_STREAM, 0);
	connect(two, (struct sockaddr *)&address, sizeof(address));
	port_2 = accept(one, NULL, NULL);
	close(port_2);
	moment();
	close(two);
	moment();
	close(one);
	one = socket(AF_INET, SOCK_STREAM, 0);
	told("bind where a connection ended", bind(one, (struct sockaddr *)&address, sizeof(address)));
	setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	told("and with reuse", bind(one, (struct sockaddr *)&address, sizeof(address)));
	close(one);
}

static void refused(void)
{
	int port, gone = bound(SOCK_STREAM, &port), one = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = local(port);
	struct pollfd set = {.events = POLLIN | POLLOUT};
	char byte;

	close(gone);
	told("connect to nobody", connect(one, (struct sockaddr *)&address, sizeof(address)));
	told("its error afterwards", option(one, SOL_SOCKET, SO_ERROR));
	told("send unconnected", send(one, "x", 1, MSG_NOSIGNAL));
	told("receive unconnected", recv(one, &byte, 1, 0));
	told("connect once more", connect(one, (struct sockaddr *)&address, sizeof(address)));
	close(one);

	one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	told("connect to nobody at once", connect(one, (struct sockaddr *)&address, sizeof(address)));
	set.fd = one;
	told("poll", poll(&set, 1, 1000));
	bits("events", (unsigned)set.revents);
	told("its error", option(one, SOL_SOCKET, SO_ERROR));
	told("its error, told once", option(one, SOL_SOCKET, SO_ERROR));
	poll(&set, 1, 0);
	bits("events then", (unsigned)set.revents);
	told("receive after it", recv(one, &byte, 1, 0));
	told("send after it", send(one, "x", 1, MSG_NOSIGNAL));
	told("connect after it", connect(one, (struct sockaddr *)&address, sizeof(address)));
	told("and from the beginning", connect(one, (struct sockaddr *)&address, sizeof(address)));
	close(one);
}

static void at_once(void)
{
	int port, listener = listening(&port), one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), other;
	struct sockaddr_in address = local(port), name;
	struct pollfd set = {.fd = one, .events = POLLIN | POLLOUT};
	socklen_t size = sizeof(name);
	char byte;

	poll(&set, 1, 0);
	bits("events of a new one", (unsigned)set.revents);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	told("accept nobody", accept(listener, NULL, NULL));
	told("connect at once", connect(one, (struct sockaddr *)&address, sizeof(address)));
	told("poll", poll(&set, 1, 1000));
	bits("events of a connection", (unsigned)set.revents);
	told("its error", option(one, SOL_SOCKET, SO_ERROR));
	told("connect again", connect(one, (struct sockaddr *)&address, sizeof(address)));
	told("connect yet again", connect(one, (struct sockaddr *)&address, sizeof(address)));
	set.fd = listener;
	poll(&set, 1, 1000);
	bits("events of the listener", (unsigned)set.revents);
	other = accept(listener, (struct sockaddr *)&name, &size);
	told("accept", other >= 0 ? 0 : -1);
	printf("size of the name: %u, family %d\n", size, name.sin_family);
	told("is a listener", option(listener, SOL_SOCKET, SO_ACCEPTCONN));
	told("is none", option(one, SOL_SOCKET, SO_ACCEPTCONN));
	told("flags of an accepted one", fcntl(other, F_GETFL) & O_NONBLOCK);
	told("receive nothing yet", recv(one, &byte, 1, 0));
	size = sizeof(name);
	told("name", getsockname(other, (struct sockaddr *)&name, &size));
	printf("is the port: %d\n", ntohs(name.sin_port) == port);
	told("peer", getpeername(one, (struct sockaddr *)&name, &size));
	printf("is the port: %d, address %x\n", ntohs(name.sin_port) == port, ntohl(name.sin_addr.s_addr));
	size = 4;
	told("peer in 4 bytes", getpeername(one, (struct sockaddr *)&name, &size));
	printf("size told: %u\n", size);
	close(one);
	close(other);
	close(listener);
}

static void bytes(void)
{
	int client, server, count = 0;
	char all[64] = "";
	struct iovec pieces[3] = {{"one ", 4}, {"", 0}, {"two", 3}}, places[2] = {{all, 3}, {all + 10, 20}};
	struct msghdr message;

	connected(&client, &server);
	memset(&message, 0, sizeof(message));
	message.msg_iov = pieces;
	message.msg_iovlen = 3;
	told("sendmsg", sendmsg(client, &message, 0));
	moment();
	told("peek", recv(server, all, 5, MSG_PEEK));
	told("peek again", recv(server, all, sizeof(all), MSG_PEEK));
	message.msg_iov = places;
	message.msg_iovlen = 2;
	message.msg_flags = 77;
	told("recvmsg", recvmsg(server, &message, 0));
	printf("in places: %.3s|%.4s, flags %x\n", all, all + 10, (unsigned)message.msg_flags);
	told("nothing left", recv(server, all, 1, MSG_DONTWAIT));
	told("nothing asked", recv(server, all, 0, MSG_DONTWAIT));
	told("send nothing", send(client, "", 0, 0));
	send(client, "abc", 3, 0);
	send(client, "def", 3, MSG_MORE);
	send(client, "g", 1, 0);
	told("wait for all", recv(server, all, 7, MSG_WAITALL));
	printf("all: %.7s\n", all);
	send(client, "abcdef", 6, 0);
	moment();
	told("bytes to be dropped", recv(server, all, 4, MSG_TRUNC));
	told("bytes then", recv(server, all, sizeof(all), 0));
	told("sendto with an address", sendto(client, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET}, 16));
	told("writev", writev(client, (struct iovec[]){{"ab", 2}, {"cd", 2}}, 2));
	moment();
	told("read", read(server, all, sizeof(all)));
	told("seek", lseek(server, 0, SEEK_CUR));
	told("positioned", pread(server, all, 1, 0));
	/* As much as there is room for. */
	fcntl(client, F_SETFL, O_NONBLOCK);
	{
		static char much[65536];
		ssize_t size;

		while ((size = send(client, much, sizeof(much), 0)) > 0)
			count += (int)size;
		told("full", size);
		printf("some went: %d\n", count > 50000);
		bits("events when full", (unsigned)({ struct pollfd set = {.fd = client, .events = POLLOUT | POLLIN}; poll(&set, 1, 0); set.revents; }));
		while (count > 0 && (size = recv(server, much, sizeof(much), 0)) > 0) {
			count -= (int)size;
			moment();
		}
		told("all came", count);
		moment();
		bits("events when empty", (unsigned)({ struct pollfd set = {.fd = client, .events = POLLOUT | POLLIN}; poll(&set, 1, 0); set.revents; }));
	}
	close(client);
	close(server);
}

static void ends(void)
{
	int client, server;
	char all[16];

	connected(&client, &server);
	told("shutdown to write", shutdown(client, SHUT_WR));
	told("and again", shutdown(client, SHUT_WR));
	moment();
	bits("events of who ended", events_of(client));
	bits("events of the other", events_of(server));
	told("end of bytes", recv(server, all, sizeof(all), 0));
	told("and again", recv(server, all, sizeof(all), 0));
	told("send after the end", send(client, "x", 1, MSG_NOSIGNAL));
	told("back it goes", send(server, "back", 4, 0));
	moment();
	told("it comes", recv(client, all, sizeof(all), 0));
	told("shutdown of the rest", shutdown(server, SHUT_WR));
	moment();
	bits("events of who ended", events_of(client));
	bits("events of the other", events_of(server));
	told("end of bytes", recv(client, all, sizeof(all), 0));
	told("shutdown when over", shutdown(client, SHUT_RDWR));
	close(client);
	close(server);

	connected(&client, &server);
	told("shutdown to read", shutdown(client, SHUT_RD));
	bits("events of who is deaf", events_of(client));
	told("nothing to read", recv(client, all, sizeof(all), 0));
	told("others may send", send(server, "x", 1, 0));
	moment();
	close(client);
	close(server);

	connected(&client, &server);
	told("shutdown both ways", shutdown(client, SHUT_RDWR));
	moment();
	bits("events of who ended", events_of(client));
	bits("events of the other", events_of(server));
	told("receive", recv(client, all, sizeof(all), 0));
	told("send", send(client, "x", 1, MSG_NOSIGNAL));
	close(client);
	close(server);

	connected(&client, &server);
	close(client);
	moment();
	bits("events when the other has closed", events_of(server));
	told("end of bytes", recv(server, all, sizeof(all), 0));
	told("send to who has closed", send(server, "x", 1, MSG_NOSIGNAL));
	moment();
	bits("events after that", events_of(server));
	told("send once more", send(server, "x", 1, MSG_NOSIGNAL));
	told("receive once more", recv(server, all, sizeof(all), 0));
	close(server);
}

/* Both sides have ended it, and it has been forgotten: here after a second's memory, which the test sets. */
static void forgotten(void)
{
	struct sockaddr_in name;
	socklen_t size = sizeof(name);
	int client, server;
	char all[4];

	connected(&client, &server);
	told("shutdown", shutdown(client, SHUT_WR));
	moment();
	close(server);
	moment();
	for (int turn = 0; turn < 2; turn++) {
		told("peer", getpeername(client, (struct sockaddr *)&name, &size));
		bits("events", events_of(client));
		told("receive", recv(client, all, sizeof(all), 0));
		told("send", send(client, "x", 1, MSG_NOSIGNAL));
		told("shutdown", shutdown(client, SHUT_RD));
		told("no delay", option(client, SOL_SOCKET, SO_ERROR));
		if (turn == 0)
			poll(NULL, 0, 3000);
	}
	told("close", close(client));
}

static void resets(void)
{
	struct linger at_once = {1, 0};
	struct timeval limit = {0, 30000};
	struct timespec before, after;
	int client, server, value = 1;
	char all[16];
	long passed;

	connected(&client, &server);
	send(client, "abc", 3, 0);
	moment();
	told("linger", setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	close(client);
	moment();
	bits("events after a reset", events_of(server));
	told("receive", recv(server, all, sizeof(all), 0));
	told("receive again", recv(server, all, sizeof(all), 0));
	told("send", send(server, "x", 1, MSG_NOSIGNAL));
	close(server);

	/* Closed with bytes that nobody has read: a reset too. */
	connected(&client, &server);
	send(client, "abc", 3, 0);
	moment();
	close(server);
	moment();
	bits("events when unread bytes were dropped", events_of(client));
	told("error of it", option(client, SOL_SOCKET, SO_ERROR));
	told("receive", recv(client, all, sizeof(all), 0));
	close(client);

	connected(&client, &server);
	told("limit", setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	clock_gettime(CLOCK_MONOTONIC, &before);
	told("receive for a while", recv(client, all, sizeof(all), 0));
	clock_gettime(CLOCK_MONOTONIC, &after);
	passed = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
	printf("that long: %d\n", passed >= 29 && passed < 500);
	told("limit too short", setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, 4));
	limit.tv_usec = 1000000;
	told("limit that is none", setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	told("no delay", setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &value, sizeof(value)));
	told("no delay is", option(client, IPPROTO_TCP, TCP_NODELAY));
	told("keep alive", setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof(value)));
	told("keep alive is", option(client, SOL_SOCKET, SO_KEEPALIVE));
	told("type", option(client, SOL_SOCKET, SO_TYPE));
	told("domain", option(client, SOL_SOCKET, SO_DOMAIN));
	told("protocol", option(client, SOL_SOCKET, SO_PROTOCOL));
	told("option unknown", setsockopt(client, SOL_SOCKET, 9999, &value, sizeof(value)));
	told("option of TCP unknown", setsockopt(client, IPPROTO_TCP, 9999, &value, sizeof(value)));
	told("option of no level", setsockopt(client, 77, 1, &value, sizeof(value)));
	told("option too short", setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &value, 1));
	told("idle", setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){30}, sizeof(int)));
	told("idle is", option(client, IPPROTO_TCP, TCP_KEEPIDLE));
	told("idle of nothing", setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){0}, sizeof(int)));
	told("hops", setsockopt(client, IPPROTO_IP, IP_TTL, &(int){9}, sizeof(int)));
	told("hops are", option(client, IPPROTO_IP, IP_TTL));
	told("no hops", setsockopt(client, IPPROTO_IP, IP_TTL, &(int){0}, sizeof(int)));
	told("option of the console", setsockopt(0, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof(value)));
	close(client);
	close(server);
}

/* What a program asks for as buffers is what it gets: no more goes into a connection that nobody reads. */
static void buffers(void)
{
	static char much[65536];
	int port, listener = listening(&port), client = socket(AF_INET, SOCK_STREAM, 0), server, count = 0;
	struct sockaddr_in address = local(port);
	ssize_t size;

	told("buffer", setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){8192}, sizeof(int)));
	told("buffer is", option(listener, SOL_SOCKET, SO_RCVBUF));
	told("buffer", setsockopt(client, SOL_SOCKET, SO_SNDBUF, &(int){10000}, sizeof(int)));
	told("buffer is", option(client, SOL_SOCKET, SO_SNDBUF));
	connect(client, (struct sockaddr *)&address, sizeof(address));
	server = accept(listener, NULL, NULL);
	told("buffer of the accepted", option(server, SOL_SOCKET, SO_RCVBUF));
	fcntl(client, F_SETFL, O_NONBLOCK);
	for (int turn = 0; turn < 10; turn++) {
		while ((size = send(client, much, sizeof(much), 0)) > 0)
			count += (int)size;
		moment();
	}
	printf("little went: %d\n", count > 5000 && count < 60000);
	while (count > 0 && (size = recv(server, much, sizeof(much), 0)) > 0) {
		count -= (int)size;
		moment();
	}
	told("all came", count);
	told("buffer of next to nothing", setsockopt(client, SOL_SOCKET, SO_RCVBUF, &(int){1}, sizeof(int)));
	told("buffer is", option(client, SOL_SOCKET, SO_RCVBUF));
	told("buffer to send of nothing", setsockopt(client, SOL_SOCKET, SO_SNDBUF, &(int){0}, sizeof(int)));
	told("buffer is", option(client, SOL_SOCKET, SO_SNDBUF));
	close(client);
	close(server);
	close(listener);
}

void streams(void)
{
	made();
	addresses();
	told_choice_of_ports(SOCK_STREAM);
	refused();
	at_once();
	bytes();
	ends();
	forgotten();
	resets();
	buffers();
}
