/* Asks the server at ADDRESS and PORT for its page, again until it answers, and prints the page. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ATTEMPTS = 100, PAUSE_MICROSECONDS = 100000 };

static int connected(const struct sockaddr_in *there)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		int connection = socket(AF_INET, SOCK_STREAM, 0);

		if (!connect(connection, (const struct sockaddr *)there, sizeof(*there)))
			return connection;
		close(connection);
		usleep(PAUSE_MICROSECONDS);
	}
	return -1;
}

int main(int argc, char **argv)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	struct sockaddr_in there = {.sin_family = AF_INET};
	char page[1024];
	ssize_t length;
	int connection;

	if (argc != 3 || !inet_aton(argv[1], &there.sin_addr))
		return 2;
	there.sin_port = htons((uint16_t)atoi(argv[2]));
	connection = connected(&there);
	if (connection < 0 || write(connection, request, sizeof(request) - 1) < 0) {
		perror("asks");
		return 1;
	}
	while ((length = read(connection, page, sizeof(page))) > 0)
		fwrite(page, 1, (size_t)length, stdout);
	return 0;
}
