/* A room: what one says, all others hear. Each has a thread of its own. Try it with several `nc HOST 7000`. */

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

struct guest {
	int socket;
	unsigned number;
	struct guest *next;
};

static mtx_t lock; /* of the list */
static struct guest *guests;

/* Who does not read fast enough loses lines: nobody waits for him. */
static void tell_others(const struct guest *speaker, const char *words)
{
	mtx_lock(&lock);
	for (const struct guest *guest = guests; guest; guest = guest->next)
		if (guest != speaker)
			send(guest->socket, words, strlen(words), MSG_DONTWAIT | MSG_NOSIGNAL);
	mtx_unlock(&lock);
}

static void enter(struct guest *guest)
{
	static unsigned last_number;

	mtx_lock(&lock);
	guest->number = ++last_number;
	guest->next = guests;
	guests = guest;
	mtx_unlock(&lock);
}

static void leave(struct guest *guest)
{
	struct guest **link = &guests;

	mtx_lock(&lock);
	while (*link != guest)
		link = &(*link)->next;
	*link = guest->next;
	mtx_unlock(&lock);
	close(guest->socket);
	free(guest);
}

/* The next line, cut if it is too long. NULL: the guest has gone. */
static char *hear(struct guest *guest, char *line, size_t size)
{
	size_t length = 0;
	char byte;

	while (recv(guest->socket, &byte, 1, 0) == 1) {
		if (byte == '\n') {
			line[length] = '\0';
			return line;
		}
		if (length < size - 1 && byte != '\r')
			line[length++] = byte;
	}
	return NULL;
}

static int attend(void *argument)
{
	struct guest *guest = argument;
	char line[200], words[240];

	enter(guest);
	snprintf(words, sizeof(words), "* %u comes in\n", guest->number);
	tell_others(guest, words);
	while (hear(guest, line, sizeof(line))) {
		snprintf(words, sizeof(words), "%u: %s\n", guest->number, line);
		tell_others(guest, words);
	}
	snprintf(words, sizeof(words), "* %u goes\n", guest->number);
	tell_others(guest, words);
	leave(guest);
	return 0;
}

int main(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(7000)};
	int on = 1, door = socket(AF_INET, SOCK_STREAM, 0);

	if (door < 0 || setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(door, (struct sockaddr *)&here, sizeof(here)) || listen(door, 16)) {
		perror("chat");
		return 1;
	}
	mtx_init(&lock, mtx_plain);
	for (;;) {
		struct guest *guest = malloc(sizeof(*guest));
		thrd_t thread;

		if (!guest || (guest->socket = accept(door, NULL, NULL)) < 0) {
			perror("chat");
			return 1;
		}
		if (thrd_create(&thread, attend, guest) == thrd_success) {
			thrd_detach(thread);
		} else {
			close(guest->socket);
			free(guest);
		}
	}
}
