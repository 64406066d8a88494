/* Threads and sockets: some accept, some send and receive, some wait in one epoll; what another closes meanwhile, too. */

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

enum { CLIENTS = 6, ROUNDS = 200, SIZE = 3000 };

static struct sockaddr_in here;
static unsigned answered, asked;

static int answer(void *argument)
{
	int socket = (int)(long)argument;
	static char bytes[CLIENTS][SIZE];
	char *mine = bytes[answered++ % CLIENTS];
	ssize_t size;

	while ((size = recv(socket, mine, SIZE, 0)) > 0)
		if (send(socket, mine, (size_t)size, 0) != size)
			return 1;
	close(socket);
	return size < 0;
}

static int take(void *argument)
{
	int listener = (int)(long)argument, failed = 0;
	thrd_t threads[CLIENTS];

	for (int number = 0; number < CLIENTS; number++)
		thrd_create(&threads[number], answer, (void *)(long)accept(listener, NULL, NULL));
	for (int number = 0; number < CLIENTS; number++) {
		int result;

		thrd_join(threads[number], &result);
		failed += result;
	}
	return failed;
}

static int ask(void *argument)
{
	unsigned number = (unsigned)(long)argument;
	int one = socket(AF_INET, SOCK_STREAM, 0), wrong = connect(one, (struct sockaddr *)&here, sizeof(here));
	static char sent[CLIENTS][SIZE], got[CLIENTS][SIZE];

	for (unsigned round = 0; round < ROUNDS && !wrong; round++) {
		memset(sent[number], (int)(number * ROUNDS + round), SIZE);
		wrong = send(one, sent[number], SIZE, 0) != SIZE || recv(one, got[number], SIZE, MSG_WAITALL) != SIZE ||
			memcmp(sent[number], got[number], SIZE) != 0;
		asked++;
	}
	close(one);
	return wrong;
}

static void echo(void)
{
	socklen_t size = sizeof(here);
	int listener = socket(AF_INET, SOCK_STREAM, 0), failed, result;
	thrd_t taker, askers[CLIENTS];

	here = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	bind(listener, (struct sockaddr *)&here, sizeof(here));
	listen(listener, CLIENTS);
	getsockname(listener, (struct sockaddr *)&here, &size);
	thrd_create(&taker, take, (void *)(long)listener);
	for (long number = 0; number < CLIENTS; number++)
		thrd_create(&askers[number], ask, (void *)number);
	thrd_join(taker, &failed);
	for (int number = 0; number < CLIENTS; number++) {
		thrd_join(askers[number], &result);
		failed += result;
	}
	close(listener);
	printf("echo: %u rounds, %d failed\n", asked, failed);
}

static int set, counter;
static unsigned counted[3];

static int count(void *argument)
{
	unsigned number = (unsigned)(long)argument;
	struct epoll_event event;

	for (;;) {
		eventfd_t value;

		if (epoll_wait(set, &event, 1, -1) != 1)
			return 1;
		if (eventfd_read(counter, &value))
			continue; /* another was faster */
		if (value > 1000)
			return 0;
		counted[number] += (unsigned)value;
		thrd_yield();
	}
}

/* Each event is one thread's, and all of them get some. */
static void share(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	thrd_t threads[3];

	set = epoll_create1(0);
	counter = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK);
	epoll_ctl(set, EPOLL_CTL_ADD, counter, &event);
	for (long number = 0; number < 3; number++)
		thrd_create(&threads[number], count, (void *)number);
	for (int round = 0; round < 300; round++) {
		eventfd_write(counter, 1);
		if (round % 3 == 0)
			thrd_yield();
	}
	thrd_sleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	printf("counted: %u, each some: %d\n", counted[0] + counted[1] + counted[2], counted[0] && counted[1] && counted[2]);
	close(set);
}

static int wait_for_byte(void *argument)
{
	char byte;

	return (int)recv((int)(long)argument, &byte, 1, 0);
}

static int read_byte(void *argument)
{
	char byte;

	return (int)read((int)(long)argument, &byte, 1);
}

static int accept_one(void *argument)
{
	return accept((int)(long)argument, NULL, NULL) < 0 ? -errno : 0;
}

/* A socket that another thread shuts down or closes while one waits in it. */
static void ended(void)
{
	static int (*const waits[])(void *) = {wait_for_byte, read_byte, accept_one};
	int port = socket(AF_INET, SOCK_DGRAM, 0), listener = socket(AF_INET, SOCK_STREAM, 0), one = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(here);
	thrd_t thread;
	int result;

	here.sin_port = 0;
	bind(listener, (struct sockaddr *)&here, sizeof(here));
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&here, &size);
	connect(one, (struct sockaddr *)&here, sizeof(here));
	for (unsigned way = 0; way < 2; way++) {
		thrd_create(&thread, waits[way], (void *)(long)one);
		thrd_yield();
		if (way == 0) {
			shutdown(one, SHUT_RD);
		} else {
			close(one);
			shutdown(accept(listener, NULL, NULL), SHUT_RDWR);
		}
		thrd_join(thread, &result);
		printf("ended: %d\n", result);
	}
	thrd_create(&thread, waits[2], (void *)(long)listener);
	thrd_yield();
	one = socket(AF_INET, SOCK_STREAM, 0);
	close(listener);
	printf("connect: %d\n", connect(one, (struct sockaddr *)&here, sizeof(here)));
	thrd_join(thread, &result);
	printf("accepted: %d\n", result);
	close(port);
	close(one);
}

int main(void)
{
	echo();
	share();
	ended();
	puts("end");
	return 0;
}
