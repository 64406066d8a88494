#ifndef FRAMES_PROGRAM_H
#define FRAMES_PROGRAM_H

/* A program that does with sockets whatever comes to its mind; none of its calls may wait for ever. */

#include "frames_peer.h"

enum { SOCKETS = 24, ONCE_MOST = 70000 };

static int sockets[SOCKETS]; /* descriptors, -1: none */
static int watcher = -1;     /* of epoll */

/* An address of either family with its size. */
struct name {
	union {
		struct sys_sockaddr any;
		struct sys_sockaddr_in four;
		struct sys_sockaddr_in6 six;
	};
	uint32_t size;
};

/* Of IPv6 it is that of a peer, or the same mapped. */
static struct name name_of(bool is_six, uint32_t address, uint16_t port)
{
	struct name name = {.size = is_six ? sizeof(name.six) : sizeof(name.four)};
	set16((uint8_t *)&name.four.port, port);
	if (!is_six) {
		name.four.family = SYS_AF_INET;
		set32((uint8_t *)&name.four.address, address);
		return name;
	}
	name.six.family = SYS_AF_INET6;
	if (address && choose_one_in(3))
		set32((uint8_t *)&name.six.address + 8, 0xffff), set32((uint8_t *)&name.six.address + 12, address);
	else if (address)
		memcpy(&name.six.address, six_of(address), 16);
	return name;
}

static bool some_family(void)
{
	return choose_one_in(3);
}

static int *some_place(void)
{
	return &sockets[choose_below(SOCKETS)];
}

/* One that is open, or -1. */
static int some_socket(void)
{
	uint32_t first = choose_below(SOCKETS);
	for (uint32_t i = 0; i < SOCKETS; i++)
		if (sockets[(first + i) % SOCKETS] >= 0)
			return sockets[(first + i) % SOCKETS];
	return -1;
}

/* So that no call on it waits for ever. */
static void limit(int socket)
{
	struct sys_timeval most = {choose_below(4), 1000 * (1 + choose_below(900))};
	CHECK(!sys_setsockopt(socket, SYS_SOL_SOCKET, SYS_SO_RCVTIMEO, &most, sizeof(most)), "a limit");
	CHECK(!sys_setsockopt(socket, SYS_SOL_SOCKET, SYS_SO_SNDTIMEO, &most, sizeof(most)), "a limit");
}

static void keep(int *place, long descriptor)
{
	if (descriptor < 0)
		return;
	if (*place >= 0)
		sys_close(*place);
	*place = (int)descriptor;
	limit(*place);
}

static int some_mode(void)
{
	return choose_one_in(4) ? 0 : SYS_SOCK_NONBLOCK;
}

static uint16_t some_port(void)
{
	static const uint16_t others[] = {0, 0, 53, 67, 68, 1000, 40000, 65535};
	return choose_below(2) ? others[choose_below(8)] : listening[choose_below(4)];
}

static uint32_t some_address(void)
{
	static const uint32_t others[] = {0, 0x7f000001, GUEST_USUAL, 0x0a0002ff, 0xffffffff, 0xe0000001, 0x7f010203};
	return choose_one_in(5) ? others[choose_below(7)] : some_peer();
}

static void open_listener(uint16_t port)
{
	int *place = some_place();
	bool is_six = some_family();
	struct name name = name_of(is_six, 0, port);
	int yes = 1;
	keep(place, sys_socket(is_six ? SYS_AF_INET6 : SYS_AF_INET, SYS_SOCK_STREAM | some_mode(), 0));
	if (*place < 0)
		return;
	sys_setsockopt(*place, SYS_SOL_SOCKET, SYS_SO_REUSEADDR, &yes, sizeof(yes));
	if (!sys_bind(*place, &name.any, name.size))
		sys_listen(*place, (int)choose_below(20));
}

static void open_datagrams(uint16_t port)
{
	int *place = some_place();
	bool is_six = some_family();
	struct name name = name_of(is_six, 0, port);
	keep(place, sys_socket(is_six ? SYS_AF_INET6 : SYS_AF_INET, SYS_SOCK_DGRAM | some_mode(), 0));
	if (*place >= 0)
		sys_bind(*place, &name.any, name.size);
}

static void open_connection(void)
{
	int *place = some_place();
	bool is_six = some_family();
	struct name name = name_of(is_six, some_address(), listening[choose_below(4)]);
	keep(place, sys_socket(is_six ? SYS_AF_INET6 : SYS_AF_INET, SYS_SOCK_STREAM | some_mode(), 0));
	if (*place >= 0 && !sys_connect(*place, &name.any, name.size))
		counts->connected++;
}

static void open_some(void)
{
	switch (choose_below(4)) {
	case 0:
		open_listener(listening[choose_below(4)]);
		break;
	case 1:
		open_datagrams(some_port());
		break;
	default:
		open_connection();
		break;
	}
}

static void accept_some(int socket)
{
	struct sys_sockaddr_in6 from;
	uint32_t size = choose_one_in(8) ? choose_below(sizeof(from)) : sizeof(from);
	long accepted = sys_accept4(socket, choose_one_in(8) ? NULL : (void *)&from, &size, some_mode());
	if (accepted >= 0)
		counts->accepted++;
	keep(some_place(), accepted);
}

/* Bytes in a place of just their size, given by `size`. */
static uint32_t once(void)
{
	return choose_one_in(12) ? 1 + choose_below(ONCE_MOST) : 1 + choose_below(3000);
}

static bool is_stream(int socket)
{
	int type = 0;
	uint32_t size = sizeof(type);
	sys_getsockopt(socket, SYS_SOL_SOCKET, SYS_SO_TYPE, &type, &size);
	return type == SYS_SOCK_STREAM;
}

static int some_message_flags(void)
{
	static const int flags[] = {0, 0, 0, SYS_MSG_DONTWAIT, SYS_MSG_PEEK, SYS_MSG_WAITALL, SYS_MSG_TRUNC, SYS_MSG_MORE};
	return flags[choose_below(8)];
}

static void receive_some(int socket)
{
	struct sys_sockaddr_in6 from;
	uint32_t size = once(), name_size = sizeof(from);
	char *bytes = malloc(size);
	int flags = some_message_flags();
	long got = choose_below(2) ? sys_recvfrom(socket, bytes, size, flags, (void *)&from, &name_size) : sys_read(socket, bytes, size);
	CHECK(got <= (long)size || flags == SYS_MSG_TRUNC, "%ld of %u bytes", got, size);
	if (got > 0 && is_stream(socket))
		counts->streamed += (uint64_t)got;
	else
		counts->datagrams += got >= 0;
	free(bytes);
}

static void send_some(int socket)
{
	uint32_t size = choose_one_in(30) ? 0 : once();
	struct name to = name_of(some_family(), some_address(), some_port());
	char *bytes = malloc(size + 1);
	memset(bytes, 'x', size);
	if (choose_below(2) || is_stream(socket))
		sys_sendto(socket, bytes, size, some_message_flags(), NULL, 0);
	else
		sys_sendto(socket, bytes, size, 0, &to.any, choose_one_in(16) ? choose_below(to.size) : to.size);
	free(bytes);
}

/* Several messages of several pieces. */
static void many_at_once(int socket)
{
	enum { MESSAGES = 3, PIECES = 4 };
	struct sys_mmsghdr messages[MESSAGES] = {0};
	struct sys_iovec pieces[MESSAGES][PIECES];
	struct name names[MESSAGES];
	bool is_sent = choose_below(2);
	for (unsigned i = 0; i < MESSAGES; i++) {
		for (unsigned j = 0; j < PIECES; j++) {
			pieces[i][j].size = choose_below(choose_one_in(4) ? 5000 : 200);
			pieces[i][j].bytes = calloc(1, pieces[i][j].size + !pieces[i][j].size);
		}
		names[i] = name_of(some_family(), some_address(), some_port());
		messages[i].header = (struct sys_msghdr){.pieces = pieces[i], .count = choose_below(PIECES + 1)};
		if (choose_below(2)) {
			messages[i].header.name = &names[i];
			messages[i].header.name_size = names[i].size;
		}
	}
	if (is_sent)
		sys_sendmmsg(socket, messages, MESSAGES, some_message_flags());
	else
		sys_recvmmsg(socket, messages, MESSAGES, some_message_flags(), NULL);
	for (unsigned i = 0; i < MESSAGES * PIECES; i++)
		free(pieces[i / PIECES][i % PIECES].bytes);
}

static void some_option(int socket)
{
	static const int levels[] = {SYS_SOL_SOCKET, SYS_IPPROTO_TCP, SYS_IPPROTO_IP, SYS_IPPROTO_UDP, SYS_IPPROTO_IPV6};
	int level = levels[choose_below(5)], name = (int)choose_below(level == SYS_IPPROTO_IPV6 ? 70 : 40), values[2] = {(int)odd_number(), (int)choose_below(3)};
	uint32_t size = choose_one_in(4) ? choose_below(9) : level == SYS_SOL_SOCKET && name == SYS_SO_LINGER ? 8 : 4;
	if (choose_below(2))
		sys_getsockopt(socket, level, name, values, &size);
	else if (level != SYS_SOL_SOCKET || (name != SYS_SO_RCVTIMEO && name != SYS_SO_SNDTIMEO))
		sys_setsockopt(socket, level, name, values, size);
}

static void ask_name(void)
{
	static const char *const names[] = {"example.org", "a.example.org", "b", "10.0.2.9", "localhost",
		"a-name-whose-first-label-has-as-many-characters-as-there-can-be.example.org", "..", ""};
	uint32_t address[4];
	const char *name = names[choose_below(8)];
	if ((choose_below(2) ? net_lookup6(name, false, address) : net_lookup(name, address)) == 0)
		counts->names++;
}

static void poll_some(void)
{
	struct sys_pollfd set[SOCKETS];
	struct sys_epoll_event events[4];
	struct sys_timespec most = {0, 1000000 * choose_below(500)};
	for (unsigned i = 0; i < SOCKETS; i++)
		set[i] = (struct sys_pollfd){.descriptor = sockets[i], .events = 5};
	if (choose_below(2))
		sys_ppoll(set, SOCKETS, &most, NULL, 0);
	else if (watcher >= 0)
		sys_epoll_pwait(watcher, events, 4, (int)choose_below(300), NULL, 0);
}

static void watch_some(int socket)
{
	struct sys_epoll_event event = {.events = choose_below(2) ? 5 | SYS_EPOLLET : 5 | (choose_below(2) ? SYS_EPOLLONESHOT : 0)};
	if (watcher < 0)
		watcher = (int)sys_epoll_create1(0);
	if (watcher >= 0)
		sys_epoll_ctl(watcher, SYS_EPOLL_CTL_ADD + (int)choose_below(3), socket, &event);
}

static void ask_about(int socket)
{
	struct sys_sockaddr_in6 name;
	struct sys_stat status;
	uint32_t size = choose_below(2 * sizeof(name));
	int waiting;
	sys_getsockname(socket, (void *)&name, size > sizeof(name) ? (size = sizeof(name), &size) : &size);
	size = sizeof(name);
	sys_getpeername(socket, (void *)&name, &size);
	sys_ioctl(socket, SYS_FIONREAD, (uintptr_t)&waiting);
	sys_fstat(socket, &status);
}

static void close_some(void)
{
	int *place = some_place();
	if (*place >= 0)
		sys_close(*place);
	*place = -1;
}

static void connect_again(int socket)
{
	struct name name = name_of(some_family(), some_address(), some_port());
	if (choose_one_in(6))
		name.four.family = (uint16_t)choose_below(12);
	if (choose_below(2))
		sys_connect(socket, &name.any, choose_one_in(8) ? choose_below(name.size) : name.size);
	else if (choose_below(2))
		sys_bind(socket, &name.any, name.size);
	else
		sys_listen(socket, (int)choose_below(4));
}

static void with_all(void (*call)(int socket))
{
	for (unsigned i = 0; i < SOCKETS; i++)
		if (sockets[i] >= 0)
			call(sockets[i]);
}

static void program_does(void)
{
	int socket = some_socket();
	switch (choose_below(20)) {
	case 0:
	case 1:
	case 2:
	case 3:
		receive_some(socket);
		break;
	case 4:
	case 5:
		send_some(socket);
		break;
	case 6:
	case 7:
		with_all(send_some);
		break;
	case 8:
	case 9:
		with_all(accept_some);
		break;
	case 10:
		open_some();
		break;
	case 11:
		many_at_once(socket);
		break;
	case 12:
		some_option(socket);
		break;
	case 13:
		poll_some();
		break;
	case 14:
		watch_some(socket);
		break;
	case 15:
		ask_about(socket);
		break;
	case 16:
		close_some();
		break;
	case 17:
		sys_shutdown(socket, (int)choose_below(4));
		break;
	case 18:
		connect_again(socket);
		break;
	case 19:
		if (choose_below(2))
			ask_name();
		else
			keep(some_place(), sys_dup(socket));
		break;
	}
}

/* The first socket starts the network; false: it cannot. */
static bool program_starts(void)
{
	long first = sys_socket(SYS_AF_INET, SYS_SOCK_DGRAM, 0);
	memset(sockets, -1, sizeof(sockets));
	watcher = -1;
	if (first >= 0)
		sys_close((int)first);
	return first >= 0;
}

static void program_opens(void)
{
	for (unsigned i = 0; i < 4; i++)
		open_listener(listening[i]);
	open_datagrams(5000);
}

static void program_ends(void)
{
	for (unsigned i = 0; i < SOCKETS; i++)
		if (sockets[i] >= 0)
			sys_close(sockets[i]);
	if (watcher >= 0)
		sys_close(watcher);
	memset(sockets, -1, sizeof(sockets));
	watcher = -1;
}

#endif
