/* Questions for the address of a name (RFC 1035, RFC 3596), one server after the other as the host has them. */

#include "clock.h"
#include "names.h"
#include "net_names.h"
#include "socket.h"
#include "sys_calls.h"

enum {
	SERVERS_MOST = 3, /* that hosts ask */
	ROUNDS = 2,
	ANSWERS_WITHIN = 2, /* seconds */
	MESSAGE_MOST = 512,
	HEADER = 12,
	LABEL_MOST = 63,
	NAME_MOST = 253,
	POINTER = 0xc0, /* in place of a label's length: the rest of the name is elsewhere */
	RECORD = 10,    /* bytes of a record between its name and its data */
	TYPE_CLASS = 4, /* bytes of both */
	NAME_UNKNOWN = 3,
};

#define SECOND UINT64_C(1000000000)

/* A kind of addresses: the type and class of its records, and its bytes. */
struct kind {
	uint8_t type_class[TYPE_CLASS], size;
};

static const struct kind four = {{0, 1, 0, 1}, 4}, six = {{0, 28, 0, 1}, 16};

struct message {
	uint8_t bytes[MESSAGE_MOST];
	size_t size;
};

/* Write the question; false: that is no name. */
static bool ask(struct message *question, const char *name, const struct kind *kind)
{
	uint8_t *to = question->bytes + HEADER;

	__builtin_memset(question->bytes, 0, HEADER);
	linux_call(LINUX_GETRANDOM, (long)question->bytes, 2, 0, 0);
	question->bytes[2] = 1; /* the server shall ask others */
	question->bytes[5] = 1; /* question */
	if (!*name || __builtin_strlen(name) > NAME_MOST)
		return false;
	while (*name) {
		size_t length = 0;

		while (name[length] && name[length] != '.')
			length++;
		if (!length || length > LABEL_MOST)
			return false;
		*to++ = (uint8_t)length;
		__builtin_memcpy(to, name, length);
		to += length;
		name += length + (name[length] == '.');
	}
	*to++ = 0;
	__builtin_memcpy(to, kind->type_class, TYPE_CLASS);
	question->size = (size_t)(to + TYPE_CLASS - question->bytes);
	return true;
}

static unsigned two_bytes(const uint8_t *bytes)
{
	return (unsigned)(bytes[0] << 8 | bytes[1]);
}

/* Where the name at `place` ends; beyond the message if it does not end in it. */
static size_t behind_name(const struct message *message, size_t place)
{
	while (place < message->size) {
		unsigned length = message->bytes[place];

		if (length >= POINTER)
			return place + 2;
		place += length + 1;
		if (!length)
			break;
	}
	return place;
}

/* Whether the message answers that question and no other. */
static bool is_answer(const struct message *message, const struct message *question)
{
	return message->size >= question->size && two_bytes(message->bytes) == two_bytes(question->bytes) && message->bytes[2] & 0x80 &&
	       __builtin_memcmp(message->bytes + HEADER, question->bytes + HEADER, question->size - HEADER) == 0;
}

/* The first address that an answer has, behind other names of the same host; else why there is none. */
static long address_in(const struct message *answer, size_t place, const struct kind *kind, void *address)
{
	unsigned failure = answer->bytes[3] & 15;

	if (failure)
		return failure == NAME_UNKNOWN ? -SYS_ENOENT : -SYS_EAGAIN;
	for (unsigned left = two_bytes(answer->bytes + 6); left; left--) {
		const uint8_t *record = answer->bytes + (place = behind_name(answer, place));

		if (place + RECORD > answer->size || (place += RECORD + two_bytes(record + 8)) > answer->size)
			return -SYS_EAGAIN; /* it is cut short */
		if (__builtin_memcmp(record, kind->type_class, TYPE_CLASS) == 0 && two_bytes(record + 8) == kind->size) {
			__builtin_memcpy(address, record + RECORD, kind->size);
			return 0;
		}
	}
	return -SYS_ENOENT;
}

static long wait_for_answer(struct socket *socket, const struct message *question, const struct kind *kind, void *address)
{
	struct patience patience = {true, 0, clock_monotonic() + ANSWERS_WITHIN * SECOND};
	struct message answer;
	struct sys_iovec piece = {answer.bytes, MESSAGE_MOST};
	struct sys_msghdr message = {.pieces = &piece, .count = 1};

	do {
		long size = host_try(socket, &patience, LINUX_RECVMSG, (long)&message, 0, 0);

		if (size < 0)
			return -SYS_EAGAIN;
		answer.size = (size_t)size;
	} while (!is_answer(&answer, question));
	return address_in(&answer, question->size, kind, address);
}

/* What one server says. */
static long ask_server(uint32_t server, struct message *question, const struct kind *kind, void *address)
{
	const struct sys_sockaddr_in to = {.family = SYS_AF_INET, .port = __builtin_bswap16(53), .address = server};
	struct sys_iovec piece = {question->bytes, question->size};
	struct sys_msghdr message = {.pieces = &piece, .count = 1};
	long descriptor = sys_socket(SYS_AF_INET, SYS_SOCK_DGRAM | SYS_SOCK_CLOEXEC, 0), result = -SYS_EAGAIN, error;

	if (descriptor < 0)
		return -SYS_EAGAIN;
	if (sys_connect((int)descriptor, (const struct sys_sockaddr *)&to, sizeof(to)) == 0 && sys_sendmsg((int)descriptor, &message, 0) >= 0)
		result = wait_for_answer(host_socket((int)descriptor, &error), question, kind, address);
	sys_close((int)descriptor);
	return result;
}

/* The servers of version 4, of those that the host has; how many. */
static unsigned find_servers(uint32_t servers[SERVERS_MOST])
{
	char text[NET_SERVER_TEXT];
	unsigned count = 0;

	for (unsigned number = 0; count < SERVERS_MOST && network_name_server(number, text, sizeof(text)); number++)
		count += host_parse_address(text, &servers[count]);
	return count;
}

static long look_up(const char *name, const struct kind *kind, void *address)
{
	uint32_t servers[SERVERS_MOST];
	unsigned count = find_servers(servers);
	struct message question;
	long result = -SYS_EAGAIN;

	if (!ask(&question, name, kind))
		return -SYS_ENOENT;
	for (unsigned attempt = 0; attempt < ROUNDS * count && result == -SYS_EAGAIN; attempt++)
		result = ask_server(servers[attempt % count], &question, kind, address);
	return result;
}

long network_lookup(const char *name, uint32_t *address)
{
	return look_up(name, &four, address);
}

/* Whether this machine has an address from which it could go there. */
static bool reaches(const void *address)
{
	struct sys_sockaddr_in6 to = {.family = SYS_AF_INET6, .port = __builtin_bswap16(53)};
	long descriptor = sys_socket(SYS_AF_INET6, SYS_SOCK_DGRAM | SYS_SOCK_CLOEXEC, 0), result;

	if (descriptor < 0)
		return false;
	__builtin_memcpy(to.address, address, sizeof(to.address));
	result = sys_connect((int)descriptor, (const struct sys_sockaddr *)&to, sizeof(to));
	sys_close((int)descriptor);
	return result == 0;
}

long network_lookup6(const char *name, bool waits, void *address)
{
	long result = look_up(name, &six, address);

	(void)waits; /* the host has its addresses, or has not */
	return result == 0 && !reaches(address) ? -SYS_ENETUNREACH : result;
}
