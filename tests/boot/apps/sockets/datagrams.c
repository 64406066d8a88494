/* Datagrams. */

#define _GNU_SOURCE
#include "compare.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void from_whom(void)
{
	int port, other, one = bound(SOCK_DGRAM, &port), two = bound(SOCK_DGRAM, &other);
	struct sockaddr_in to = local(port), from;
	socklen_t size = sizeof(from);
	char all[64];
	struct iovec places[2] = {{all, 2}, {all + 8, 2}};
	struct msghdr message;

	told("send without an address", send(two, "x", 1, 0));
	told("sendto", sendto(two, "hello", 5, 0, (struct sockaddr *)&to, sizeof(to)));
	told("sendto, empty", sendto(two, "", 0, 0, (struct sockaddr *)&to, sizeof(to)));
	moment();
	memset(&from, 0, sizeof(from));
	told("receive 3 of 5", recvfrom(one, all, 3, 0, (struct sockaddr *)&from, &size));
	printf("from: %d %x %u\n", ntohs(from.sin_port) == other, ntohl(from.sin_addr.s_addr), size);
	told("receive the empty one", recv(one, all, sizeof(all), 0));
	told("nothing left", recv(one, all, sizeof(all), MSG_DONTWAIT));
	sendto(two, "hello", 5, 0, (struct sockaddr *)&to, sizeof(to));
	moment();
	told("peek", recv(one, all, 3, MSG_PEEK));
	told("whole length", recv(one, all, 3, MSG_PEEK | MSG_TRUNC));
	memset(&message, 0, sizeof(message));
	message.msg_iov = places;
	message.msg_iovlen = 2;
	message.msg_name = &from;
	message.msg_namelen = sizeof(from);
	told("recvmsg", recvmsg(one, &message, 0));
	printf("pieces: %.2s|%.2s flags %x name %u\n", all, all + 8, (unsigned)message.msg_flags, message.msg_namelen);
	message.msg_name = &to;
	told("sendmsg", sendmsg(two, &message, 0));
	moment();
	told("it came", recv(one, all, sizeof(all), 0));
	to.sin_port = 0;
	told("send to port 0", sendto(two, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)));
	told("send too much", ({ static char much[70000]; to.sin_port = htons((uint16_t)port); sendto(two, much, sizeof(much), 0, (struct sockaddr *)&to, sizeof(to)); }));
	told("send the most", ({ static char much[65507]; sendto(two, much, sizeof(much), 0, (struct sockaddr *)&to, sizeof(to)); }));
	moment();
	told("the most came", ({ static char much[70000]; recv(one, much, sizeof(much), MSG_DONTWAIT); }));
	told("bind to a used port", bind(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&to, sizeof(to)));
	told("bind again", bind(one, (struct sockaddr *)&to, sizeof(to)));
	told("listen", listen(one, 1));
	told("accept", accept(one, NULL, NULL));
	told("shutdown unconnected", shutdown(one, SHUT_RD));
	close(one);
	close(two);
}

static void to_whom(void)
{
	int port, other, one = bound(SOCK_DGRAM, &port), two = socket(AF_INET, SOCK_DGRAM, 0), three = bound(SOCK_DGRAM, &other);
	struct sockaddr_in to = local(port), name;
	struct pollfd set = {.fd = two, .events = POLLIN | POLLOUT};
	socklen_t size = sizeof(name);
	char all[16];

	told("peer of nobody", getpeername(two, (struct sockaddr *)&name, &size));
	told("connect", connect(two, (struct sockaddr *)&to, sizeof(to)));
	told("peer", getpeername(two, (struct sockaddr *)&name, &size));
	told("name", getsockname(two, (struct sockaddr *)&name, &size));
	printf("name is: %x, a port %d\n", ntohl(name.sin_addr.s_addr), name.sin_port != 0);
	told("send", send(two, "abc", 3, 0));
	moment();
	told("came", recv(one, all, sizeof(all), 0));
	/* What others send to who is connected does not come. */
	sendto(three, "z", 1, 0, (struct sockaddr *)&name, sizeof(name));
	moment();
	told("from a stranger", recv(two, all, sizeof(all), MSG_DONTWAIT));
	told("disconnect", connect(two, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_UNSPEC}, sizeof(to)));
	told("send then", send(two, "x", 1, 0));
	connect(two, (struct sockaddr *)&to, sizeof(to));
	/* Nobody there: an answer by ICMP. */
	close(one);
	told_refusal(two);
	told("receive again", recv(two, all, sizeof(all), MSG_DONTWAIT));
	told("shutdown", shutdown(two, SHUT_RDWR));
	poll(&set, 1, 0);
	bits("events", (unsigned)set.revents);
	told("receive", recv(two, all, sizeof(all), 0));
	told("send", send(two, "x", 1, MSG_NOSIGNAL));
	close(two);
	close(three);
}

static void several(void)
{
	int port, one = bound(SOCK_DGRAM, &port), two = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = local(port);
	char all[3][8];
	struct iovec out[2] = {{"ab", 2}, {"cde", 3}}, in[3] = {{all[0], 8}, {all[1], 8}, {all[2], 8}};
	struct mmsghdr sent[2], got[3];

	memset(sent, 0, sizeof(sent));
	memset(got, 0, sizeof(got));
	for (int number = 0; number < 3; number++) {
		if (number < 2) {
			sent[number].msg_hdr.msg_name = &to;
			sent[number].msg_hdr.msg_namelen = sizeof(to);
			sent[number].msg_hdr.msg_iov = &out[number];
			sent[number].msg_hdr.msg_iovlen = 1;
		}
		got[number].msg_hdr.msg_iov = &in[number];
		got[number].msg_hdr.msg_iovlen = 1;
	}
	told("sendmmsg", sendmmsg(two, sent, 2, 0));
	printf("sizes: %u %u\n", sent[0].msg_len, sent[1].msg_len);
	moment();
	told("recvmmsg", recvmmsg(one, got, 3, MSG_WAITFORONE, NULL));
	printf("sizes: %u %u\n", got[0].msg_len, got[1].msg_len);
	close(one);
	close(two);
}

/* What has no room in the buffer that a program asked for is lost. */
static void buffers(void)
{
	enum { SENT = 30 };
	int port, one = bound(SOCK_DGRAM, &port), two = socket(AF_INET, SOCK_DGRAM, 0), count = 0, value = 0;
	struct sockaddr_in to = local(port);
	socklen_t size = sizeof(value);
	char all[1000] = {0};

	getsockopt(one, SOL_SOCKET, SO_RCVBUF, &value, &size);
	printf("buffer at first: %d\n", value);
	told("buffer", setsockopt(one, SOL_SOCKET, SO_RCVBUF, &(int){5000}, sizeof(int)));
	getsockopt(one, SOL_SOCKET, SO_RCVBUF, &value, &size);
	printf("buffer: %d\n", value);
	told("too large a buffer", setsockopt(one, SOL_SOCKET, SO_RCVBUF, &(int){-1}, sizeof(int)));
	setsockopt(one, SOL_SOCKET, SO_RCVBUF, &(int){5000}, sizeof(int));
	for (int number = 0; number < SENT; number++)
		sendto(two, all, sizeof(all), 0, (struct sockaddr *)&to, sizeof(to));
	moment();
	while (recv(one, all, sizeof(all), MSG_DONTWAIT) > 0)
		count++;
	printf("some came: %d\n", count > 0 && count < SENT);
	close(one);
	close(two);
}

void datagrams(void)
{
	from_whom();
	told_choice_of_ports(SOCK_DGRAM);
	to_whom();
	several();
	buffers();
}
