/*
 * A server of files for HTTP/1.1: the folder /www of the image. Connections stay open, and may send requests before the earlier ones have
 * been answered. One loop does it all: epoll says which connections have something to read, or room to write again.
 */

#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT = 8080, EVENTS = 64 };

struct client {
	int socket;
	int file;            /* that is being sent; -1: none */
	bool ends, is_old;   /* once the reply has been sent; the request is of HTTP/1.0 */
	size_t asked;        /* bytes of requests that have come */
	size_t sent, filled; /* of the reply */
	char requests[2048], reply[4096];
};

/* What the header `name` says in a request, compared with `value`. */
static bool header_is(const char *request, const char *name, const char *value)
{
	size_t length = strlen(name);

	while ((request = strstr(request, "\r\n"))) {
		request += 2;
		if (strncasecmp(request, name, length) || request[length] != ':')
			continue;
		request += length + 1;
		request += strspn(request, " \t");
		return strncasecmp(request, value, strlen(value)) == 0;
	}
	return false;
}

static const char *type_of(const char *path)
{
	static const char *const types[][2] = {
		{".html", "text/html"}, {".css", "text/css"}, {".js", "text/javascript"}, {".png", "image/png"}, {".txt", "text/plain"},
	};
	const char *end = strrchr(path, '.');

	for (size_t place = 0; end && place < sizeof(types) / sizeof(types[0]); place++)
		if (strcmp(end, types[place][0]) == 0)
			return types[place][1];
	return "application/octet-stream";
}

static void begin_reply(struct client *client, const char *status, const char *type, size_t size)
{
	const char *stays = client->ends ? "Connection: close\r\n" : client->is_old ? "Connection: keep-alive\r\n" : "";
	int length = snprintf(client->reply, sizeof(client->reply), "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n",
			      status, type, size, stays);

	client->sent = 0;
	client->filled = (size_t)length;
}

static void refuse(struct client *client, const char *status, bool has_body)
{
	begin_reply(client, status, "text/plain", strlen(status) + 1);
	if (has_body)
		client->filled += (size_t)snprintf(client->reply + client->filled, sizeof(client->reply) - client->filled, "%s\n", status);
}

/* Open the file that a request names. -1: there is none. */
static int open_file(const char *target, char *path, size_t size, struct stat *status)
{
	int length = (int)strcspn(target, " ?\r"), file;

	snprintf(path, size, "/www%.*s%s", length, target, length && target[length - 1] == '/' ? "index.html" : "");
	if (*target != '/' || strstr(path, "/.."))
		return -1;
	file = open(path, O_RDONLY);
	if (file >= 0 && (fstat(file, status) || !S_ISREG(status->st_mode))) {
		close(file);
		file = -1;
	}
	return file;
}

/* Begin to answer one request, which ends with an empty line and a NUL. */
static void answer(struct client *client, const char *request)
{
	bool is_head = strncmp(request, "HEAD ", 5) == 0, is_get = strncmp(request, "GET ", 4) == 0;
	struct stat status;
	char path[256];
	int file;

	client->is_old = strstr(request, " HTTP/1.0\r\n") != NULL;
	client->ends = client->is_old ? !header_is(request, "Connection", "keep-alive") : header_is(request, "Connection", "close");
	if (!is_head && !is_get) {
		client->ends = true; /* there may be a body that nobody reads */
		refuse(client, "501 Not Implemented", true);
		return;
	}
	file = open_file(request + (is_head ? 5 : 4), path, sizeof(path), &status);
	if (file < 0) {
		refuse(client, "404 Not Found", !is_head);
		return;
	}
	begin_reply(client, "200 OK", type_of(path), (size_t)status.st_size);
	if (is_head)
		close(file);
	else
		client->file = file;
}

/* Take the next whole request out of what has come. False: there is none. */
static bool next_request(struct client *client)
{
	char *end, after;
	size_t length;

	client->requests[client->asked] = '\0';
	end = strstr(client->requests, "\r\n\r\n");
	if (!end) {
		if (client->asked < sizeof(client->requests) - 1)
			return false;
		client->ends = true;
		refuse(client, "431 Request Header Fields Too Large", true);
		client->asked = 0;
		return true;
	}
	length = (size_t)(end + 4 - client->requests);
	after = client->requests[length];
	client->requests[length] = '\0';
	answer(client, client->requests);
	client->requests[length] = after;
	client->asked -= length;
	memmove(client->requests, client->requests + length, client->asked);
	return true;
}

/* Put the next bytes of the file behind what there is of the reply. */
static void fill(struct client *client)
{
	ssize_t size;

	if (client->sent == client->filled)
		client->sent = client->filled = 0;
	if (client->file < 0 || client->filled == sizeof(client->reply))
		return;
	size = read(client->file, client->reply + client->filled, sizeof(client->reply) - client->filled);
	if (size > 0) {
		client->filled += (size_t)size;
		return;
	}
	close(client->file);
	client->file = -1;
}

/* Go on until the client has to do something: send more, or read what it has got. False: the connection is over. */
static bool serve(struct client *client)
{
	ssize_t size;

	for (;;) {
		fill(client);
		while (client->sent < client->filled) {
			size = send(client->socket, client->reply + client->sent, client->filled - client->sent, MSG_NOSIGNAL);
			if (size < 0)
				return errno == EAGAIN;
			client->sent += (size_t)size;
			if (client->sent == client->filled)
				fill(client);
		}
		if (client->ends)
			return false;
		if (next_request(client))
			continue;
		size = recv(client->socket, client->requests + client->asked, sizeof(client->requests) - 1 - client->asked, 0);
		if (size <= 0)
			return size < 0 && errno == EAGAIN;
		client->asked += (size_t)size;
	}
}

static void take_clients(int listener, int events)
{
	int on = 1, socket;

	while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct client *client = malloc(sizeof(*client));
		/* Edges alone: `serve` always goes on until it would have to wait. */
		struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = client}};

		if (!client) {
			close(socket);
			return;
		}
		*client = (struct client){.socket = socket, .file = -1};
		setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (epoll_ctl(events, EPOLL_CTL_ADD, socket, &event)) {
			close(socket);
			free(client);
		}
	}
}

static void forget(struct client *client)
{
	if (client->file >= 0)
		close(client->file);
	close(client->socket); /* which takes it out of epoll as well */
	free(client);
}

int main(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int on = 1, events = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct epoll_event listening = {.events = EPOLLIN}, happened[EVENTS];

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 128) ||
	    epoll_ctl(events, EPOLL_CTL_ADD, listener, &listening)) {
		perror("http-keepalive");
		return 1;
	}
	for (;;) {
		int count = epoll_wait(events, happened, EVENTS, -1);

		if (count < 0) {
			perror("epoll_wait");
			return 1;
		}
		for (int event = 0; event < count; event++) {
			struct client *client = happened[event].data.ptr;

			if (!client)
				take_clients(listener, events);
			else if (!serve(client))
				forget(client);
		}
	}
}
