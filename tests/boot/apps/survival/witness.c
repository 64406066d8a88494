/*
 * Beside a server, whose `main` is called `served`: tell what is in use to who asks by a datagram. One line of numbers: pages free, and what
 * net_in_use.h has.
 */

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <threads.h>

#include "net_in_use.h"
#include "pages.h"

#undef main

enum { PORT = 9000 };

int served(void);

static int tell(void *argument)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)}, from;
	int asked = socket(AF_INET, SOCK_DGRAM, 0);
	char line[128];

	(void)argument;
	if (asked < 0 || bind(asked, (struct sockaddr *)&here, sizeof(here))) {
		perror("witness");
		return 1;
	}
	for (;;) {
		socklen_t size = sizeof(from);
		struct net_in_use now;
		int length;

		recvfrom(asked, line, sizeof(line), 0, (struct sockaddr *)&from, &size);
		now = net_in_use();
		length = snprintf(line, sizeof(line), "%zu %zu %u %u %u", pages_free_count(), now.memory, now.frames, now.connections, now.ended);
		sendto(asked, line, (size_t)length, 0, (struct sockaddr *)&from, size);
	}
}

int main(void)
{
	thrd_t thread;

	if (thrd_create(&thread, tell, NULL) != thrd_success)
		return 1;
	return served();
}
