/*
 * The same as frames_test.c, with choices that a fuzzer makes of what it has seen to lead anywhere new. One process plays all its inputs,
 * one after the other; each begins with an address and with nothing open, and ends so.
 */

#include "frames_round.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void choose_from(const uint8_t *bytes, size_t size)
{
	choices.next = bytes;
	choices.end = bytes + size;
	choices.are_given = true;
	random_state = 1;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static struct counts all;
	static const uint8_t usual[200];
	(void)argc;
	(void)argv;
	counts = &all;
	choose_from(usual, sizeof(usual));
	round_.program = UINT32_MAX;
	offered = ~UINT64_C(0);
	set_config(1500);
	CHECK(begin(), "the network does not start");
	play(UINT64_MAX);
	end();
	CHECK(all.leases == 1, "nobody gives an address");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const uint32_t refusals[] = {0, 0, 0, 0, 0, 0, 300, 20};
	choose_from(bytes, size);
	harmed = choose_below(8);
	round_.program = 2 + choose_below(8);
	memory.limits.refused = refusals[choose_below(8)];
	play(UINT64_MAX);
	end();
	return 0;
}
