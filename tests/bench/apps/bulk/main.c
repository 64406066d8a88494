/* Bytes by TCP in one direction: a client says `s` or `r` and how many MiB, and gets them or sends them. A byte ends the transfer. */

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 5001, MIB = 1 << 20, AT_ONCE = 1 << 16 };

static char bytes[AT_ONCE];

static void give(int client, size_t left)
{
	while (left) {
		ssize_t done = write(client, bytes, left < AT_ONCE ? left : AT_ONCE);

		if (done <= 0)
			return;
		left -= (size_t)done;
	}
}

static void take(int client, size_t left)
{
	while (left) {
		ssize_t done = read(client, bytes, left < AT_ONCE ? left : AT_ONCE);

		if (done <= 0)
			return;
		left -= (size_t)done;
	}
	write(client, "", 1);
}

int main(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 8)) {
		perror("bulk");
		return 1;
	}
	for (;;) {
		char words[16] = "";
		int client = accept(listener, NULL, NULL);

		if (client < 0)
			return 1;
		if (read(client, words, sizeof(words) - 1) > 1)
			(words[0] == 's' ? give : take)(client, strtoul(words + 1, NULL, 10) * MIB);
		close(client);
	}
}
