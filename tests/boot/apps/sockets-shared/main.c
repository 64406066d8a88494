/* The same program here and on Linux: calls that wait while other threads do what they wait for, and what else there is to wait for. */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { MUCH = 6000000 }; /* more than both sides keep on their way */

static struct sockaddr_in here;
static int listener, client, server;
static unsigned char bytes[MUCH];

static void nap(long milliseconds)
{
	thrd_sleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

static int accept_one(void *argument)
{
	(void)argument;
	return server = accept(listener, NULL, NULL);
}

static void open_both(void)
{
	socklen_t size = sizeof(here);
	thrd_t thread;

	here = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (struct sockaddr *)&here, sizeof(here));
	listen(listener, 4);
	getsockname(listener, (struct sockaddr *)&here, &size);
	thrd_create(&thread, accept_one, NULL);
	nap(20); /* it waits */
	client = socket(AF_INET, SOCK_STREAM, 0);
	printf("connect: %d\n", connect(client, (struct sockaddr *)&here, sizeof(here)));
	thrd_join(thread, NULL);
	printf("accepted: %d\n", server >= 0);
}

static int take_all(void *argument)
{
	static unsigned char got[70000];
	size_t total = 0, wrong = 0;
	ssize_t size;

	(void)argument;
	nap(20); /* so that it is full meanwhile */
	while (total < MUCH && (size = recv(server, got, sizeof(got), 0)) > 0) {
		for (ssize_t place = 0; place < size; place++)
			wrong += got[place] != (unsigned char)((total + (size_t)place) * 7 / 5);
		total += (size_t)size;
	}
	return total == MUCH && !wrong;
}

/* One call sends all there is, in pieces, while another thread takes it. */
static void send_all(void)
{
	struct iovec parts[3] = {{bytes, 1}, {bytes + 1, MUCH / 2}, {bytes + 1 + MUCH / 2, MUCH - MUCH / 2 - 1}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
	thrd_t thread;
	int is_right;

	for (size_t place = 0; place < MUCH; place++)
		bytes[place] = (unsigned char)(place * 7 / 5);
	thrd_create(&thread, take_all, NULL);
	printf("sent: %zd\n", sendmsg(client, &message, 0));
	thrd_join(thread, &is_right);
	printf("taken: %d\n", is_right);
}

static int give_slowly(void *argument)
{
	(void)argument;
	for (int turn = 0; turn < 4; turn++) {
		nap(5);
		write(client, "abcd" + turn, 1);
	}
	return 0;
}

static void receive_all(void)
{
	char some[3];
	struct iovec parts[2] = {{some, 1}, {some + 1, 2}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	struct timeval limit = {0, 100000};
	thrd_t thread;

	thrd_create(&thread, give_slowly, NULL);
	printf("all: %zd", recvmsg(server, &message, MSG_WAITALL));
	printf(" %.3s\n", some);
	thrd_join(thread, NULL);
	setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	printf("until it was late: %zd\n", recv(server, some, 3, MSG_WAITALL));
}

static int count_up(void *argument)
{
	nap(20);
	eventfd_write((int)(long)argument, 1);
	return 0;
}

/* poll waits for sockets and for what is not the network's. */
static void wait_for_others(void)
{
	int counter = eventfd(0, 0), ends[2];
	struct pollfd set[3] = {{.fd = server, .events = POLLIN}, {.fd = counter, .events = POLLIN}};
	eventfd_t value;
	thrd_t thread;

	pipe(ends);
	set[2] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	thrd_create(&thread, count_up, (void *)(long)counter);
	printf("polled: %d", poll(set, 3, 2000));
	printf(" %d %d %d\n", set[0].revents, set[1].revents, set[2].revents);
	thrd_join(thread, NULL);
	eventfd_read(counter, &value);
	thrd_create(&thread, give_slowly, NULL);
	printf("polled: %d", poll(set, 3, 2000));
	printf(" %d %d %d\n", set[0].revents, set[1].revents, set[2].revents);
	thrd_join(thread, NULL);
	write(ends[1], "x", 1);
	printf("polled: %d", poll(set + 1, 2, 2000));
	printf(" %d %d\n", set[1].revents, set[2].revents);
	printf("in time: %d\n", poll(set + 1, 1, 30));
	close(counter);
	close(ends[0]);
	close(ends[1]);
}

static int signals;

static void count_signal(int number)
{
	signals += number == SIGPIPE;
}

static void write_to_nobody(void)
{
	signal(SIGPIPE, count_signal);
	shutdown(client, SHUT_WR);
	for (int turn = 0; turn < 2; turn++) {
		ssize_t size = turn ? send(client, "x", 1, MSG_NOSIGNAL) : write(client, "x", 1);

		printf("broken: %d\n", size == -1 && errno == EPIPE);
		printf("signals: %d\n", signals);
	}
}

/* What is over is told, and what is not there is not waited for where one may not. */
static void do_not_wait(void)
{
	struct timeval limit = {1, 0};
	int port = socket(AF_INET, SOCK_DGRAM, 0), one = socket(AF_INET, SOCK_STREAM, 0), other;
	char byte;

	connect(port, (struct sockaddr *)&here, sizeof(here));
	shutdown(port, SHUT_RD);
	printf("no datagrams: %zd\n", recv(port, &byte, 1, 0));
	connect(one, (struct sockaddr *)&here, sizeof(here));
	other = accept(listener, NULL, NULL);
	close(one);
	setsockopt(other, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	printf("closed: %zd\n", recv(other, &byte, 1, 0));
	fcntl(listener, F_SETFL, O_NONBLOCK);
	printf("nobody: %d\n", accept(listener, NULL, NULL));
}

int main(void)
{
	open_both();
	send_all();
	receive_all();
	wait_for_others();
	write_to_nobody();
	do_not_wait();
	puts("end");
	return 0;
}
