/* Ask where a host is, and fetch a page from it: tcp-client HOST [PORT [PATH]]. */

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection to the first address that takes one. */
static int connect_to(const char *host, const char *port)
{
	struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
	int connection = -1, error = getaddrinfo(host, port, &wanted, &found);

	if (error) {
		fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
		return -1;
	}
	for (struct addrinfo *next = found; next && connection < 0; next = next->ai_next) {
		connection = socket(next->ai_family, next->ai_socktype, next->ai_protocol);
		if (connection >= 0 && connect(connection, next->ai_addr, next->ai_addrlen)) {
			perror(host);
			close(connection);
			connection = -1;
		}
	}
	freeaddrinfo(found);
	return connection;
}

int main(int count, char *words[])
{
	const char *host = count > 1 ? words[1] : "example.com";
	const char *port = count > 2 ? words[2] : "80";
	const char *path = count > 3 ? words[3] : "/";
	char bytes[2048];
	int connection = connect_to(host, port);
	ssize_t size;

	if (connection < 0)
		return 1;
	snprintf(bytes, sizeof(bytes), "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host);
	if (write(connection, bytes, strlen(bytes)) < 0) {
		perror("write");
		return 1;
	}
	while ((size = read(connection, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, (size_t)size, stdout);
	if (size < 0)
		perror("read");
	close(connection);
	return size < 0;
}
