/*
 * Frames that are chosen for one guard of the network, where random ones would take long to come upon what it keeps away:
 *
 *     frames_chosen_test lease     a lease ends when there is no memory: a new one is asked for once there is some
 *     frames_chosen_test small     segments of one byte come too early: what they take together is bounded
 *     frames_chosen_test large     the largest do, of many connections: there is memory left for one more
 *     frames_chosen_test beyond    one reaches beyond the window, and all that was missing before it comes
 *     frames_chosen_test last      one is the last, and what covers it fills the window
 */

#include "frames_round.h"

#include "net_in_use.h"

enum { PEER = 0x0a000202, FIN = 1, SYN = 2, ACK = 0x10 };

static struct packet packet;

static void pass(uint64_t seconds)
{
	struct wait_queue nobody = {0};
	wait_on(&nobody, now + seconds * 1000000000);
	settle();
}

/* The packet comes. */
static void comes(void)
{
	make_sums(packet.bytes, packet.size);
	CHECK(card_deliver(packet.bytes, packet.size), "the driver has given no buffer");
	settle();
}

static bool has_said(const char *text)
{
	written[written_length] = '\0';
	bool is_said = strstr(written, text) != NULL;
	forget_written();
	return is_said;
}

/* All choices are the usual ones; the guest has the usual address, for a minute. */
static void start(size_t memory_most)
{
	choices.are_given = true;
	offered = ~UINT64_C(0);
	set_config(1500);
	memory.limits.most = memory_most;
	CHECK(begin(), "the network does not start");
	round_.is_over = true; /* nobody speaks but who is told to */
	for (int answer = 0; answer < 2; answer++) {
		make_lease(&packet);
		comes();
	}
	CHECK(has_said("network: 10.0.2.15\n"), "no address");
}

static void try_lease(void)
{
	start(SIZE_MAX);
	memory.limits.most = 0;
	pass(180);
	CHECK(has_said("network: the address is lost\n"), "the lease does not end");
	seen.lease_kind = 0;
	memory.limits.most = SIZE_MAX;
	pass(60);
	CHECK(seen.lease_kind == 1, "it does not ask again");
}

static int listener(void)
{
	struct name name = name_of(false, 0, listening[0]);
	int socket = (int)sys_socket(SYS_AF_INET, SYS_SOCK_STREAM | SYS_SOCK_NONBLOCK, 0);
	CHECK(!sys_bind(socket, &name.any, name.size) && !sys_listen(socket, 8), "no listener");
	return socket;
}

/* A connection from that port; NULL: there is none. */
static struct talk *connect_from(int to, uint16_t port)
{
	struct talk *talk = new_talk(false, PEER, port, listening[0]);
	segment(&packet, talk, SYN, talk->next, 0);
	comes();
	segment(&packet, talk, ACK, talk->next, 0);
	comes();
	return sys_accept4(to, NULL, NULL, SYS_SOCK_NONBLOCK) >= 0 ? talk : NULL;
}

/* A segment that begins so far behind the next byte. */
static void comes_early(struct talk *talk, uint32_t distance, uint32_t size)
{
	segment(&packet, talk, ACK, talk->next + distance, size);
	comes();
}

static void try_small(void)
{
	enum { SEGMENTS = 2000, MOST = 64 << 10 };
	struct talk *talk;
	size_t before;
	start(SIZE_MAX);
	talk = connect_from(listener(), 40000);
	CHECK(talk, "no connection");
	before = net_in_use().memory;
	for (uint32_t number = 0; number < SEGMENTS; number++)
		comes_early(talk, 1 + 2 * number, 1);
	CHECK(net_in_use().memory - before <= MOST, "%u bytes take %zu", SEGMENTS, net_in_use().memory - before);
}

static void try_large(void)
{
	enum { MEMORY = 1 << 20, CONNECTIONS = 16, SIZE = 1460, WINDOW = 65535 };
	int to;
	struct talk *talk;
	start(MEMORY);
	to = listener();
	for (uint16_t number = 0; number < CONNECTIONS; number++) {
		talk = connect_from(to, 40000 + number);
		CHECK(talk, "no connection after %u", number);
		for (uint32_t distance = 1; distance + SIZE < WINDOW; distance += SIZE)
			comes_early(talk, distance, SIZE);
	}
}

/* The next bytes, which the program does not read. */
static void comes_in_turn(struct talk *talk, uint32_t size)
{
	segment(&packet, talk, ACK, talk->next, size);
	talk->next += size;
	comes();
}

/* So much of the window is left. */
static struct talk *with_window(uint32_t left)
{
	enum { WINDOW = 65535, SIZE = 1000 };
	struct talk *talk;
	start(SIZE_MAX);
	talk = connect_from(listener(), 40000);
	CHECK(talk, "no connection");
	for (uint32_t room = WINDOW; room > left; room -= room - left < SIZE ? room - left : SIZE)
		comes_in_turn(talk, room - left < SIZE ? room - left : SIZE);
	return talk;
}

static void try_beyond(void)
{
	struct talk *talk = with_window(500);
	comes_early(talk, 200, 301);
	comes_in_turn(talk, 200);
}

static void try_last(void)
{
	struct talk *talk = with_window(500);
	segment(&packet, talk, ACK | FIN, talk->next + 200, 100);
	comes();
	comes_in_turn(talk, 500);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*begin)(void);
	} trials[] = {{"lease", try_lease}, {"small", try_small}, {"large", try_large}, {"beyond", try_beyond}, {"last", try_last}};
	static struct counts all;
	counts = &all;
	CHECK(argc == 2, "usage: %s TRIAL", argv[0]);
	for (size_t i = 0; i < sizeof(trials) / sizeof(*trials); i++)
		if (!strcmp(argv[1], trials[i].name)) {
			trials[i].begin();
			return 0;
		}
	CHECK(false, "no trial %s", argv[1]);
}
