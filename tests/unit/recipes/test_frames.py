"""Random and spoilt frames through the network of an image, compiled with sanitizers; more of them by tests/bench/fuzz_frames.py."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from composer.pipeline.fresh import store_folder
from tests.support import frames
from tests.support.frames import Broken, Network, Plant, Rounds

SEED = int(os.environ.get("FRAMES_SEED", "1"))
ROUNDS = 200  # of 2,000 frames each; the least that any of them shows is in SEEN
SEEN = {"accepted", "connected", "six", "streamed", "datagrams", "names", "leases", "refusals"}

CORE = "upstream/lwip/src/core"
OVERFLOW = Plant("src/stack/guard.c", " || packet->len < layers->length + TCP_HLEN", "")
USE_AFTER_FREE = Plant(
    "src/sockets/datagram.c",
    "\tpbuf_free(datagram->packet);\n\tlwip_memory_give(datagram);\n",
    "\tlwip_memory_give(datagram);\n\tpbuf_free(datagram->packet);\n",
)

# What keeps lwIP from harm, each taken away alone.
GUARDS = {
    "bytes behind a short frame": Plant("src/stack/device.c", "length < LEAST ? LEAST : length", "length"),
    "headers in one piece": Plant("src/stack/device.c", "frame->length < HEADERS || ", ""),
    "size of segments": Plant("src/stack/guard.c", "has_size(options) || ", ""),
    "half of all numbers": Plant("src/stack/guard.c", " || pcb->rcv_nxt - segment->seqno == UINT32_C(1) << 31", ""),
    "least of the window": Plant("src/sockets/stream.c", "pcb->snd_wnd_max < 2", "false"),
}
# Likewise, but it takes many frames until one of them is missed.
RARE = {
    "an early end": Plant("src/stack/guard.c", "(is_last || TCP_SEQ_GT", "(TCP_SEQ_GT"),
    "beyond the window": Plant(
        "src/stack/guard.c", "(is_last || TCP_SEQ_GT(end, pcb->rcv_nxt + pcb->rcv_wnd))", "is_last"
    ),
    "agreed twice": Plant(
        "src/stack/guard.c", "pcb->state == SYN_RCVD && TCPH_FLAGS(segment) & TCP_ACK ? ERR_VAL : ERR_OK", "ERR_OK"
    ),
    "no probe without bytes": Plant(f"{CORE}/tcp.c", "ticking with empty send buffer", "another text"),
    "no probe without a window": Plant(f"{CORE}/tcp_out.c", "Can't split segment into length 0", "another text"),
}
RARE_ROUNDS = 5000
# What of frames_chosen_test.c shows a guard, how it is taken away, and what is then told.
CHOSEN = {
    "lease": (Plant("src/dhcp/address.c", "client.state == DHCP_STATE_OFF", "false"), "it does not ask again"),
    "small": (Plant(f"{CORE}/tcp_in.c", "ooseq_qlen > ooseq_max_qlen", "0"), "2000 bytes take"),
    "large": (Plant(f"{CORE}/tcp_in.c", "ooseq_blen > ooseq_max_blen", "0"), "no connection after"),
    "beyond": (RARE["beyond the window"], "AddressSanitizer: ILL"),
    "last": (RARE["an early end"], "AddressSanitizer: ILL"),
}
LONG = pytest.mark.skipif("FRAMES_LONG" not in os.environ, reason="takes many minutes; FRAMES_LONG=1 does it")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return frames.network(tmp_path_factory.mktemp("network"))


def test_frames_break_nothing_and_leave_nothing_behind(network: Network) -> None:
    """FRAMES_SEED chooses others; the seed is in what fails."""
    happened = Rounds(SEED, 0, ROUNDS).play(frames.by_chance(network))
    assert happened["frames"] > ROUNDS * frames.FRAMES * 0.8
    assert {name for name in SEEN if happened[name]} == SEEN, f"seed {SEED} shows too little: {happened}"


@pytest.mark.parametrize(
    ("plant", "said"), [(OVERFLOW, "heap-buffer-overflow"), (USE_AFTER_FREE, "heap-use-after-free")]
)
def test_what_is_planted_is_caught_and_can_be_seen_again(network: Network, plant: Plant, said: str) -> None:
    program = frames.by_chance(network, plant)
    with pytest.raises(Broken, match=f"AddressSanitizer: {said} .*planted.c") as first:
        Rounds(1, 0, ROUNDS).play(program)
    told = re.search(r"broken: seed 1, round (\d+) of", str(first.value))
    assert told is not None
    with pytest.raises(Broken, match=told[0]) as again:
        Rounds(1, int(told[1]), 1).play(program)
    assert summary(again.value) == summary(first.value)


def summary(broken: Broken) -> list[str]:
    return [line for line in str(broken).splitlines() if line.startswith("SUMMARY")]


def is_missed(network: Network, guard: Plant, rounds: int) -> None:
    with pytest.raises(Broken):
        Rounds(1, 0, rounds).play(frames.by_chance(network, guard))


@pytest.mark.slow
@pytest.mark.parametrize("name", GUARDS)
def test_no_guard_can_be_left_out(network: Network, name: str) -> None:
    is_missed(network, GUARDS[name], ROUNDS)


def what_fails(program: Path, trial: str) -> str:
    return subprocess.run([program, trial], capture_output=True, text=True, errors="replace", check=False).stderr


def test_chosen_frames_break_nothing(network: Network) -> None:
    program = frames.chosen(network)
    assert {trial: what_fails(program, trial) for trial in CHOSEN} == dict.fromkeys(CHOSEN, "")


@pytest.mark.parametrize("trial", CHOSEN)
def test_chosen_frames_do_harm_where_their_guard_is_left_out(network: Network, trial: str) -> None:
    guard, told = CHOSEN[trial]
    assert told in what_fails(frames.chosen(network, guard), trial)


@LONG
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", RARE)
def test_no_rare_guard_can_be_left_out(network: Network, name: str) -> None:
    is_missed(network, RARE[name], RARE_ROUNDS)


@LONG
@pytest.mark.timeout(1200)
def test_the_fuzzer_of_clang_is_guided_to_what_is_planted(tmp_path: Path) -> None:
    network = frames.network(tmp_path, frames.guided_build(Path(store_folder())))
    for plant, said in ((OVERFLOW, "heap-buffer-overflow"), (USE_AFTER_FREE, "heap-use-after-free")):
        program = frames.guided(network, plant)
        words: list[str | Path] = [program, "-seed=1", "-len_control=0", "-max_len=3000", "-max_total_time=60"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
        assert re.search(f"AddressSanitizer: {said} .*planted.c", done.stderr), done.stderr
        kept = sorted(tmp_path.glob("crash-*"))[-1]
        again = subprocess.run([program, kept], capture_output=True, text=True, errors="replace", check=False)
        assert said in again.stderr, again.stderr
        kept.unlink()
