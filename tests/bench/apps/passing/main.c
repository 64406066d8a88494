/*
 * One page for each connection, as httpreply has it. With the argument `thread` each call of a socket is a message to a thread that makes it, as a
 * stack with a thread of its own would have it, and as cheap as that can be: one message at a time, and nothing to lock.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

#include "wait.h"

static const char reply[] = "HTTP/1.1 200 OK\r\n"
			    "Content-Type: text/html\r\n"
			    "Content-Length: 71\r\n"
			    "Connection: close\r\n"
			    "\r\n"
			    "<!doctype html><title>httpreply</title><p>Hello from a small machine!\n\n";

enum call { ACCEPT, READ, WRITE, CLOSE };

struct message {
	enum call call;
	int socket;
	void *bytes;
	size_t size;
	ssize_t result;
	bool is_done;
};

static bool has_thread;
static struct message *asked;
static struct wait_queue stack, app;

static ssize_t made(const struct message *message)
{
	switch (message->call) {
	case ACCEPT:
		return accept(message->socket, NULL, NULL);
	case READ:
		return read(message->socket, message->bytes, message->size);
	case WRITE:
		return write(message->socket, message->bytes, message->size);
	default:
		return close(message->socket);
	}
}

static int serve_calls(void *unused)
{
	for (;;) {
		struct message *message;

		while (!asked)
			wait_on(&stack, WAIT_FOREVER);
		message = asked;
		asked = NULL;
		message->result = made(message);
		message->is_done = true;
		wait_wake(&app, 1);
	}
	return unused != NULL;
}

static ssize_t call(enum call which, int socket, void *bytes, size_t size)
{
	struct message message = {.call = which, .socket = socket, .bytes = bytes, .size = size};

	if (!has_thread)
		return made(&message);
	asked = &message;
	wait_wake(&stack, 1);
	while (!message.is_done)
		wait_on(&app, WAIT_FOREVER);
	return message.result;
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(8080)};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	thrd_t thread;

	has_thread = argc > 1 && !strcmp(argv[1], "thread");
	if (listener < 0 || bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 128) ||
	    (has_thread && thrd_create(&thread, serve_calls, NULL) != thrd_success)) {
		perror("passing");
		return 1;
	}
	for (;;) {
		char request[2048];
		int client = (int)call(ACCEPT, listener, NULL, 0);

		if (client < 0) {
			perror("accept");
			return 1;
		}
		if (call(READ, client, request, sizeof(request)) > 0)
			call(WRITE, client, (void *)reply, sizeof(reply) - 1);
		call(CLOSE, client, NULL, 0);
	}
}
