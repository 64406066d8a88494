/*
 * Random and spoilt frames through the card's driver, the glue, lwIP and the sockets, as they are in an image. Each round is a process of its
 * own, begun by a seed, so any can be played again alone.
 *
 *     frames_test SEED FIRST_ROUND ROUNDS FRAMES
 */

#include "frames_round.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUND_SECONDS = 200 };

/* What is so for a whole round. */
static void choose_round(void)
{
	static const uint32_t harms[] = {0, 20, 4, 2, 1}, programs[] = {3, 6, 12, 40}, refusals[] = {0, 0, 0, 300, 20};
	offered = random_features();
	set_config((uint16_t)(choose_below(4) ? 1500 : 576 + choose_below(900)));
	harmed = harms[choose_below(5)];
	round_.program = programs[choose_below(4)];
	memory.limits.most = choose_below(4) ? SIZE_MAX : (size_t)(300 + choose_below(2000)) << 10;
	memory.limits.refused = refusals[choose_below(5)];
}

static void run_round(uint64_t seed, uint64_t number, uint64_t frames)
{
	random_state = (seed + 1) * 0x9e3779b97f4a7c15 + number * 0xbf58476d1ce4e5b9;
	random_word();
	choose_round();
	if (!begin()) {
		CHECK(memory.limits.most != SIZE_MAX || memory.limits.refused, "the network does not start: %.*s", (int)written_length, written);
		return;
	}
	play(frames);
	end();
}

/* Whether the round ended as it should. */
static bool is_intact(uint64_t seed, uint64_t number, uint64_t frames)
{
	int end;
	pid_t child = fork();
	if (child == 0) {
		alarm(ROUND_SECONDS);
		run_round(seed, number, frames);
		_exit(0);
	}
	CHECK(waitpid(child, &end, 0) == child, "no child");
	if (WIFSIGNALED(end))
		fprintf(stderr, "signal %d\n", WTERMSIG(end));
	return WIFEXITED(end) && WEXITSTATUS(end) == 0;
}

int main(int argc, char **argv)
{
	CHECK(argc == 5, "usage: %s SEED FIRST_ROUND ROUNDS FRAMES", argv[0]);
	uint64_t seed = strtoull(argv[1], NULL, 0), first = strtoull(argv[2], NULL, 0), rounds = strtoull(argv[3], NULL, 0);
	uint64_t frames = strtoull(argv[4], NULL, 0);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(counts != MAP_FAILED, "no memory");
	for (uint64_t number = first; number < first + rounds; number++)
		if (!is_intact(seed, number, frames)) {
			fprintf(stderr, "broken: seed %" PRIu64 ", round %" PRIu64 " of %" PRIu64 " frames\n", seed, number, frames);
			return 1;
		}
	printf("frames %" PRIu64 " accepted %" PRIu64 " connected %" PRIu64 " six %" PRIu64 " streamed %" PRIu64 " datagrams %" PRIu64 " names %" PRIu64
	       " leases %" PRIu64 " refusals %" PRIu64 " losses %" PRIu64 "\n",
	       counts->frames, counts->accepted, counts->connected, counts->six, counts->streamed, counts->datagrams, counts->names, counts->leases,
	       counts->refusals, counts->losses);
	return 0;
}
