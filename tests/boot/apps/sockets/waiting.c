/* poll, select, epoll and eventfd. */

#define _GNU_SOURCE
#include "compare.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

static int control(int set, int operation, int descriptor, unsigned events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data = {.u64 = data}};

	return epoll_ctl(set, operation, descriptor, &event);
}

static void wait_in(int set, const char *what)
{
	struct epoll_event events[4];
	int count = epoll_wait(set, events, 4, 0);

	told(what, count);
	for (int number = 0; number < count; number++) {
		printf("%d: ", (int)events[number].data.u64);
		bits("events", events[number].events);
	}
}

static void mistakes(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int set = epoll_create1(0), other = epoll_create1(EPOLL_CLOEXEC), port, one = listening(&port);

	told("create with flags", epoll_create1(77));
	told("add nothing open", control(set, EPOLL_CTL_ADD, 99, EPOLLIN, 1));
	told("add itself", control(set, EPOLL_CTL_ADD, set, EPOLLIN, 1));
	told("add to a socket", control(one, EPOLL_CTL_ADD, one, EPOLLIN, 1));
	told("change what is not there", control(set, EPOLL_CTL_MOD, one, EPOLLIN, 1));
	told("take what is not there", control(set, EPOLL_CTL_DEL, one, EPOLLIN, 1));
	told("add", control(set, EPOLL_CTL_ADD, one, EPOLLIN, 1));
	told("add again", control(set, EPOLL_CTL_ADD, one, EPOLLIN, 1));
	told("no such order", control(set, 9, one, EPOLLIN, 1));
	told("add a set", control(other, EPOLL_CTL_ADD, set, EPOLLIN, 1));
	told("round in a circle", control(set, EPOLL_CTL_ADD, other, EPOLLIN, 1));
	told("wait for none", epoll_wait(set, &event, 0, 0));
	told("wait in a socket", epoll_wait(one, &event, 1, 0));
	told("wait in nothing", epoll_wait(99, &event, 1, 0));
	told("read a set", read(set, &event, sizeof(event)));
	close(set);
	close(other);
	close(one);
}

static void levels(void)
{
	int set = epoll_create1(0), client, server;
	char byte;

	connected(&client, &server);
	told("add", control(set, EPOLL_CTL_ADD, server, EPOLLIN, 1));
	wait_in(set, "nothing yet");
	send(client, "ab", 2, 0);
	moment();
	wait_in(set, "level");
	wait_in(set, "level again");
	told("take", recv(server, &byte, 1, 0));
	wait_in(set, "half taken");
	told("take", recv(server, &byte, 1, 0));
	wait_in(set, "all taken");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLOUT, 2));
	wait_in(set, "room");
	told("change", control(set, EPOLL_CTL_MOD, server, 0, 3));
	send(client, "ab", 2, 0);
	moment();
	wait_in(set, "not wanted");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLET, 4));
	wait_in(set, "edge");
	wait_in(set, "edge is gone");
	send(client, "c", 1, 0);
	moment();
	wait_in(set, "edge of more");
	wait_in(set, "gone again");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLET, 5));
	wait_in(set, "edge by change");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLONESHOT, 6));
	wait_in(set, "once");
	wait_in(set, "no more");
	send(client, "c", 1, 0);
	moment();
	wait_in(set, "no more either");
	told("arm again", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLONESHOT, 7));
	wait_in(set, "once");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLRDHUP, 8));
	wait_in(set, "no end yet");
	shutdown(client, SHUT_WR);
	moment();
	wait_in(set, "half closed");
	told("change", control(set, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLRDHUP, 9));
	close(client);
	moment();
	wait_in(set, "closed");
	told("take out", control(set, EPOLL_CTL_DEL, server, 0, 0));
	wait_in(set, "not there");
	told("add", control(set, EPOLL_CTL_ADD, server, EPOLLIN, 10));
	close(server);
	wait_in(set, "closed here");
	close(set);
}

static void many(void)
{
	int set = epoll_create1(0), outer = epoll_create1(0), listener, port, ends[2], counter, copy;
	struct pollfd polled = {.fd = set, .events = POLLIN};
	struct sockaddr_in address;
	int clients[3];
	uint64_t value = 0;

	listener = listening(&port);
	address = local(port);
	told("add", control(set, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET, 1));
	told("pipe", pipe(ends));
	told("add", control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN, 2));
	counter = eventfd(0, EFD_NONBLOCK);
	told("add", control(set, EPOLL_CTL_ADD, counter, EPOLLIN, 3));
	told("add", control(outer, EPOLL_CTL_ADD, set, EPOLLIN, 4));
	wait_in(set, "none");
	wait_in(outer, "none outside");
	poll(&polled, 1, 0);
	bits("set by poll", (unsigned)polled.revents);
	for (int number = 0; number < 3; number++) {
		clients[number] = socket(AF_INET, SOCK_STREAM, 0);
		connect(clients[number], (struct sockaddr *)&address, sizeof(address));
	}
	moment();
	wait_in(set, "connections");
	wait_in(set, "they are told once");
	told("write", write(ends[1], "x", 1));
	told("count", eventfd_write(counter, 5));
	told("count", eventfd_write(counter, 2));
	poll(&polled, 1, 0);
	bits("set by poll", (unsigned)polled.revents);
	wait_in(outer, "outside");
	wait_in(set, "both");
	told("counter", eventfd_read(counter, &value));
	printf("counted: %d\n", (int)value);
	told("counter again", eventfd_read(counter, &value));
	wait_in(set, "the pipe");
	copy = dup(ends[0]);
	close(ends[0]);
	wait_in(set, "its copy is open");
	close(copy);
	wait_in(set, "all closed");
	told("one at a time", ({ close(counter); counter = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK); counter < 0 ? -1 : 0; }));
	told("add", control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLOUT, 5));
	for (int number = 0; number < 3; number++)
		told("take one", eventfd_read(counter, &value));
	wait_in(set, "room for more");
	told("write too little", write(counter, &value, 4));
	value = UINT64_MAX;
	told("write too much", write(counter, &value, 8));
	for (int number = 0; number < 3; number++)
		close(clients[number]);
	close(listener);
	close(outer);
	close(counter);
	close(ends[1]);
	close(set);
}

static void selected(void)
{
	int client, server, most;
	struct timeval none = {0, 0};
	fd_set read, write;

	connected(&client, &server);
	most = (client > server ? client : server) + 1;
	FD_ZERO(&read);
	FD_ZERO(&write);
	FD_SET(server, &read);
	FD_SET(client, &write);
	told("select", select(most, &read, &write, NULL, &none));
	printf("sets: %d %d\n", FD_ISSET(server, &read) != 0, FD_ISSET(client, &write) != 0);
	send(client, "x", 1, 0);
	moment();
	FD_SET(server, &read);
	told("select", select(most, &read, &write, NULL, NULL));
	printf("sets: %d %d\n", FD_ISSET(server, &read) != 0, FD_ISSET(client, &write) != 0);
	close(client);
	close(server);
	FD_ZERO(&read);
	FD_SET(server, &read);
	told("select of what is closed", select(most, &read, NULL, NULL, &none));
}

void waiting(void)
{
	mistakes();
	levels();
	many();
	selected();
}
