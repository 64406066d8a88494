/*
 * The client of DNS for sockets of the host: right answers, and any others. The sources themselves are part of it, over a file, servers and a
 * network of the test's.
 *
 *     host_names_test SEED ROUNDS
 */

#include <stdbool.h>

#include "host.h"

/* In place of linux_call.h: the host's kernel as the sources know it. */
#define LINUX_CALL_H
enum linux_call_number { LINUX_OPENAT, LINUX_READ, LINUX_CLOSE, LINUX_GETRANDOM, LINUX_RECVMSG };

static const char *file; /* what /etc/resolv.conf has; null: there is none */
static size_t file_read;

static long linux_call(enum linux_call_number number, long a, long b, long c, long d)
{
	size_t size;

	(void)d;
	switch (number) {
	case LINUX_OPENAT:
		file_read = 0;
		return file && strcmp((const char *)b, "/etc/resolv.conf") == 0 ? 5 : -2;
	case LINUX_READ:
		size = strlen(file + file_read);
		size = size < (size_t)c ? size : (size_t)c;
		size = size < 100 ? size : 100; /* a piece at a time */
		memcpy((char *)b, file + file_read, size);
		file_read += size;
		return (long)size;
	case LINUX_GETRANDOM:
		memset((char *)a, 0x5a, (size_t)b);
		return b;
	default:
		return 0;
	}
}

#include "lookup.c"
#include "servers.c"

struct reply {
	uint8_t bytes[MESSAGE_MOST];
	size_t size;
};

static struct reply replies[8]; /* in the order in which they come; after them nobody answers */
static unsigned reply_count, reply_next, asked_count;
static uint32_t asked[8];
static uint8_t question[MESSAGE_MOST];
static size_t question_size;
static struct socket the_socket;
static bool has_six = true;

uint64_t clock_monotonic(void)
{
	return 7;
}

long sys_socket(int family, int type, int protocol)
{
	(void)protocol;
	if (family == SYS_AF_INET6)
		return has_six ? 3 : -SYS_EAFNOSUPPORT;
	return family == SYS_AF_INET && (type & SYS_SOCK_TYPE) == SYS_SOCK_DGRAM ? 3 : -1;
}

long sys_connect(int descriptor, const struct sys_sockaddr *address, uint32_t size)
{
	const struct sys_sockaddr_in *to = (const void *)address;

	if (address->family == SYS_AF_INET6)
		return address->rest[6] == 0x20 ? 0 : -SYS_ENETUNREACH;
	CHECK(descriptor == 3 && size == sizeof(*to) && to->port == __builtin_bswap16(53), "another socket or port");
	asked[asked_count++ % 8] = to->address;
	return 0;
}

long sys_sendmsg(int descriptor, const struct sys_msghdr *message, int flags)
{
	(void)descriptor;
	(void)flags;
	question_size = message->pieces->size;
	memcpy(question, message->pieces->bytes, question_size);
	return (long)question_size;
}

long sys_close(int descriptor)
{
	CHECK(descriptor == 3, "another descriptor");
	return 0;
}

struct socket *host_socket(int descriptor, long *error)
{
	(void)descriptor;
	*error = 0;
	return &the_socket;
}

long host_try(struct socket *socket, struct patience *patience, enum linux_call_number number, long a, long b, long c)
{
	struct sys_msghdr *message = (struct sys_msghdr *)a;
	const struct reply *reply = &replies[reply_next];

	(void)b;
	(void)c;
	CHECK(socket == &the_socket && number == LINUX_RECVMSG && patience->deadline > 7, "it waits without an end");
	if (reply_next == reply_count)
		return -SYS_EAGAIN;
	reply_next++;
	CHECK(reply->size <= message->pieces->size, "no room");
	memcpy(message->pieces->bytes, reply->bytes, reply->size);
	return (long)reply->size;
}

/* A right answer to the question for a.b: `records` behind it. */
static struct reply *answer(unsigned code, unsigned count, const char *records, size_t size)
{
	static const uint8_t start[] = {0x5a, 0x5a, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 1, 'b', 0, 0, 1, 0, 1};
	struct reply *reply = &replies[reply_count++];

	memcpy(reply->bytes, start, sizeof(start));
	reply->bytes[3] |= (uint8_t)code;
	reply->bytes[7] = (uint8_t)count;
	memcpy(reply->bytes + sizeof(start), records, size);
	reply->size = sizeof(start) + size;
	return reply;
}

#define ADDRESS "\300\14\0\1\0\1\0\0\0\74\0\4\12\11\0\1"
#define ALIAS "\300\14\0\5\0\1\0\0\0\74\0\4\1c\300\16"
#define ANSWER(code, count, records) answer(code, count, records, sizeof(records) - 1)

static long ask_for(const char *name, uint32_t *address)
{
	reply_next = asked_count = 0;
	return network_lookup(name, address);
}

static long ask_for_6(const char *name, void *address)
{
	reply_next = asked_count = 0;
	return network_lookup6(name, false, address);
}

static void servers(void)
{
	static const char *const wanted[] = {"10.0.0.256", "10.0.0", "fe80::1", "1.2.3.4.5", "10.0.0.1", "10.0.0.2", "127.0.0.53"};
	enum { COUNT = sizeof(wanted) / sizeof(wanted[0]) };
	char text[NET_SERVER_TEXT];
	uint32_t found[3];
	unsigned number = 0;

	file = NULL;
	CHECK(!network_name_server(0, text, sizeof(text)), "a server without a file");
	file = "# nameserver 9.9.9.9\n;nameserver 9.9.9.9\nnameserver10.0.0.1\nnameserver 10.0.0.256\nnameserver 10.0.0\nnameserver\n"
	       "nameserver fe80::1\nnameserver 1.2.3.4.5\noptions ndots:1\nnameserver\t10.0.0.1 \nsearch nameserver 8.8.8.8\n"
	       "nameserver a-word-that-is-longer-than-any-address-with-what-stands-behind-it\nnameserver   10.0.0.2\n\nnameserver 127.0.0.53";
	for (; number < COUNT && network_name_server(number, text, sizeof(text)); number++)
		CHECK(!strcmp(text, wanted[number]), "server %u is %s", number, text);
	CHECK(number == COUNT && !network_name_server(number, text, sizeof(text)), "%u servers", number);
	CHECK(find_servers(found) == 3, "not all servers of version 4");
	CHECK(!memcmp(found, "\12\0\0\1\12\0\0\2\177\0\0\65", 12), "other servers: %x %x %x", found[0], found[1], found[2]);
}

static void right_answers(void)
{
	uint32_t address = 0;

	reply_count = 0;
	ANSWER(0, 1, ADDRESS);
	CHECK(ask_for("a.b", &address) == 0 && !memcmp(&address, "\12\11\0\1", 4), "no address");
	CHECK(ask_for("a.b.", &address) == 0, "a name that ends with a dot");
	CHECK(question_size == replies[0].size - sizeof(ADDRESS) + 1, "another question");
	CHECK(!memcmp(question + HEADER, replies[0].bytes + HEADER, question_size - HEADER), "another question");
	CHECK(ask_for("", &address) == -SYS_ENOENT && ask_for("a..b", &address) == -SYS_ENOENT, "no names");
	reply_count = 0;
	ANSWER(0, 2, ALIAS ADDRESS);
	CHECK(ask_for("a.b", &address) == 0 && !memcmp(&address, "\12\11\0\1", 4), "no address of another name");
	reply_count = 0;
	ANSWER(3, 0, "");
	CHECK(ask_for("a.b", &address) == -SYS_ENOENT && asked_count == 1, "a name that is not there");
	reply_count = 0;
	ANSWER(0, 1, ALIAS);
	CHECK(ask_for("a.b", &address) == -SYS_ENOENT, "a name without an address");
	reply_count = 0;
	ANSWER(0, 1, "\300\14\0\1\0\1\0\0\0\74\0\2\12\11");
	CHECK(ask_for("a.b", &address) == -SYS_ENOENT, "half of an address");
	reply_count = 0;
	ANSWER(2, 0, "");
	ANSWER(0, 1, ADDRESS);
	CHECK(ask_for("a.b", &address) == 0 && asked_count == 2 && asked[0] != asked[1], "a server that fails");
	reply_count = 0;
	CHECK(ask_for("a.b", &address) == -SYS_EAGAIN && asked_count == 6, "nobody answers, %u", asked_count);
	file = "";
	CHECK(ask_for("a.b", &address) == -SYS_EAGAIN && asked_count == 0, "nobody is there");
	file = "nameserver 10.0.0.1\n";
}

#define ADDRESS_6(first) "\300\14\0\34\0\1\0\0\0\74\0\20" first "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\5"

/* The same of IPv6. */
static void addresses_of_ipv6(void)
{
	char address[16];

	for (int turn = 0; turn < 2; turn++) {
		reply_count = 0;
		(turn ? ANSWER(0, 2, ADDRESS ADDRESS_6("\x20")) : ANSWER(0, 1, ADDRESS_6("\x20")))->bytes[18] = 28;
		CHECK(ask_for_6("a.b", address) == 0 && !memcmp(address, "\x20\1\0\0\0\0\0\0\0\0\0\0\0\0\0\5", 16), "no address");
		CHECK(question[question_size - 3] == 28, "another question");
	}
	has_six = false;
	CHECK(ask_for_6("a.b", address) == -SYS_ENETUNREACH, "an address that no socket reaches");
	has_six = true;
	reply_count = 0;
	ANSWER(0, 1, ADDRESS_6("\x21"))->bytes[18] = 28;
	CHECK(ask_for_6("a.b", address) == -SYS_ENETUNREACH, "an address without a way there");
	reply_count = 0;
	ANSWER(0, 1, ADDRESS)->bytes[18] = 28;
	CHECK(ask_for_6("a.b", address) == -SYS_ENOENT, "an address of version 4");
}

/* What is no answer to the question is passed by: another number, another name, a question, half of it. */
static void strangers(void)
{
	uint32_t address = 0;

	reply_count = 0;
	ANSWER(0, 1, "\300\14\0\1\0\1\0\0\0\74\0\4\1\1\1\1")->bytes[0] ^= 1;
	ANSWER(0, 1, "")->size = 9;
	ANSWER(0, 1, "\300\14\0\1\0\1\0\0\0\74\0\4\1\1\1\1")->bytes[13] = 'x';
	ANSWER(0, 1, "\300\14\0\1\0\1\0\0\0\74\0\4\1\1\1\1")->bytes[2] &= 0x7f;
	ANSWER(0, 1, ADDRESS);
	CHECK(ask_for("a.b", &address) == 0 && !memcmp(&address, "\12\11\0\1", 4) && asked_count == 1, "a stranger is believed");
	reply_count = 0;
	ANSWER(0, 1, ADDRESS)->size -= 3;
	CHECK(ask_for("a.b", &address) == -SYS_EAGAIN, "an answer that is cut short");
}

static void any_answers(unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++) {
		uint32_t address;
		long result;

		reply_count = 0;
		ANSWER(0, 2, ALIAS ADDRESS);
		for (size_t left = 1 + random_below(6); left; left--)
			replies[0].bytes[12 + random_below(replies[0].size - 12)] = (uint8_t)random_word();
		replies[0].bytes[7] = (uint8_t)random_word();
		memcpy(replies[0].bytes, "\132\132\201\200", 4);
		memcpy(replies[0].bytes + 12, "\1a\1b\0\0\1\0\1", 9);
		if (random_below(2))
			replies[0].size -= random_below(replies[0].size);
		else
			while (replies[0].size < MESSAGE_MOST && random_below(400))
				replies[0].bytes[replies[0].size++] = (uint8_t)random_word();
		result = ask_for("a.b", &address);
		CHECK(result == 0 || result == -SYS_ENOENT || result == -SYS_EAGAIN, "round %u: %ld", round, result);
	}
}

int main(int count, char **words)
{
	unsigned rounds = count > 2 ? (unsigned)atoi(words[2]) : 0;

	random_state ^= strtoull(words[1], NULL, 10) * 2;
	servers();
	right_answers();
	addresses_of_ipv6();
	strangers();
	any_answers(rounds);
	printf("intact, %u rounds of seed %s\n", rounds, words[1]);
	return 0;
}
