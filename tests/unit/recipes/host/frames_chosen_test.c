/*
 * Frames that are chosen for one guard of the network, where random ones would take long to come upon what it keeps away:
 *
 *     frames_chosen_test lease     a lease ends when there is no memory: a new one is asked for once there is some
 */

#include "frames_round.h"

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

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*begin)(void);
	} trials[] = {{"lease", try_lease}};
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
