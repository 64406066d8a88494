/* Send each datagram back to who sent it. */

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(5000)}, from;
	int port = socket(AF_INET, SOCK_DGRAM, 0);

	if (port < 0 || bind(port, (struct sockaddr *)&here, sizeof(here))) {
		perror("udp-echo");
		return 1;
	}
	for (;;) {
		static char bytes[65536];
		socklen_t size = sizeof(from);
		ssize_t length = recvfrom(port, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);

		if (length < 0 || sendto(port, bytes, (size_t)length, 0, (struct sockaddr *)&from, size) < 0)
			perror("udp-echo");
	}
}
