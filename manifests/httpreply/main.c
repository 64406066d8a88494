/* One page for each connection. */

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char reply[] = "HTTP/1.1 200 OK\r\n"
			    "Content-Type: text/html\r\n"
			    "Content-Length: 71\r\n"
			    "Connection: close\r\n"
			    "\r\n"
			    "<!doctype html><title>httpreply</title><p>Hello from a small machine!\n\n";

int main(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(8080)};
	int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(listener, (struct sockaddr *)&here, sizeof(here)) || listen(listener, 128)) {
		perror("httpreply");
		return 1;
	}
	for (;;) {
		char request[2048];
		int client = accept(listener, NULL, NULL);

		if (client < 0) {
			perror("accept");
			return 1;
		}
		if (read(client, request, sizeof(request)) > 0)
			write(client, reply, strlen(reply));
		close(client);
	}
}
