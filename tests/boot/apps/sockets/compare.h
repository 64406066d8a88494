#ifndef COMPARE_H
#define COMPARE_H

/* What the parts of the program share. Each prints lines that must be the same here and on Linux. */

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

void streams(void);
void datagrams(void);
void waiting(void);

/* Print what a call gave: its result, or the name of its error. */
void told(const char *what, long result);

/* An address of this machine, 127.0.0.1 with the port. */
struct sockaddr_in local(int port);

/* A socket that is bound to a port which nobody else has, and that port. */
int bound(int type, int *port);

/* Print whether who knows the ports that bind has chosen so far can tell the next one. */
void told_choice_of_ports(int type);

/* A listener, and two ends of a connection to it. */
int listening(int *port);
void connected(int *client, int *server);

/* Let things happen that take a moment: packets on their way. */
void moment(void);

/* Send a datagram to where nobody is any more, and print what the socket then tells of it. */
void told_refusal(int socket);

/* Write the bits of poll or epoll by name. */
void bits(const char *what, unsigned events);

#endif
