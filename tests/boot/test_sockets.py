"""Sockets: what a program sees of them is what it sees on Linux, by either C library and with several threads."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, ROOT, Workshop
from tests.support.lone_sockets import lone_run

HOST_SECONDS = 30
each_target = pytest.mark.parametrize("target", [LINUX, KVM, KVM_ARM])

# Parts that matter, each taken away once: a file, its text, and what stands there instead.
SWITCHED_OFF = {
    "the end of a connection that was refused": (
        "recipes/net/lwip/src/sockets/stream.c",
        "	stream->state = stream->state == STREAM_CONNECTING ? STREAM_FAILED : STREAM_OVER;\n",
        "	stream->state = STREAM_OVER;\n",
    ),
    "a connection that lwIP forgets": (
        "recipes/net/lwip/src/sockets/stream.c",
        "	stream->pcb = NULL;\n	if (stream->has_ended && stream->is_write_shut)\n",
        "	if (stream->has_ended && stream->is_write_shut)\n",
    ),
    "a small buffer to receive": (
        "recipes/net/lwip/src/sockets/stream.c",
        "	if (window >= TCP_WND) {\n",
        "	if (window) {\n",
    ),
    "a small buffer to send": (
        "recipes/net/lwip/src/sockets/stream_transfer.c",
        "return share < asked ? share : asked;",
        "return share + 0 * asked;",
    ),
    "a small buffer for datagrams": (
        "recipes/net/lwip/src/sockets/datagram.c",
        "datagrams->waiting < (size_t)datagrams->socket.receive_bytes ?",
        "datagrams->waiting < WAITING_USUAL ?",
    ),
    "both versions on a port": (
        "recipes/net/lwip/src/ipv6/sockets.c",
        "return to->port && is_taken(",
        "return false && is_taken(",
    ),
    "version 4 in sockets of version 6": (
        "recipes/net/lwip/src/ipv6/sockets.c",
        "		IP_SET_TYPE(&to->address, family_type(socket));\n",
        "		(void)0;\n",
    ),
    "refusals by ICMP of version 6": (
        "recipes/net/lwip/src/ipv6/packets.c",
        "message[0] == ICMP6_TYPE_DUR && message[1] == ICMP6_DUR_PORT",
        "false",
    ),
    "refusals by ICMP": (
        "recipes/net/lwip/src/stack/guard.c",
        "		look_for_refusal(packet, &layers);\n",
        "		(void)packet;\n",
    ),
    "a closed descriptor leaves epoll": (
        "recipes/posix/events/src/epoll.c",
        "			forget((struct member *)watch);\n",
        "			strike((struct member *)watch);\n",
    ),
    "edges of epoll": (
        "recipes/posix/events/src/epoll.c",
        "			else if (!(member->wanted & SYS_EPOLLET))\n",
        "			else\n",
    ),
    "once in epoll": (
        "recipes/posix/events/src/epoll.c",
        "				member->wanted = 0;\n",
        "				(void)0;\n",
    ),
    "levels of epoll": (
        "recipes/posix/events/src/epoll.c",
        "				enlist(member);\n",
        "				(void)0;\n",
    ),
}


# The programs, by their manifests.
PROGRAMS = {
    "unikernel.yaml": ("sockets", "main.c", "compare.c", "streams.c", "datagrams.c", "waiting.c"),
    "musl.yaml": ("sockets-musl", "main.c", "compare.c", "streams.c", "datagrams.c", "waiting.c"),
    "ipv6.yaml": ("sockets-ipv6", "ipv6.c", "compare.c"),
    "ipv6-musl.yaml": ("sockets-ipv6-musl", "ipv6.c", "compare.c"),
}


@functools.cache
def on_linux(folder: Path, names: tuple[str, ...]) -> str:
    """What the program of those sources prints as a process of the host."""
    program = (folder / names[0]).with_suffix("")
    sources = [str(APPS / "sockets" / name) for name in names]
    subprocess.run(
        ["gcc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(program), *sources], check=True
    )
    done = subprocess.run(
        [str(program)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=HOST_SECONDS, check=True
    )
    assert done.stdout.endswith("end\n")
    return done.stdout


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for programs of the host."""
    return tmp_path_factory.mktemp("host")


@each_target
@pytest.mark.parametrize("manifest", PROGRAMS)
def test_sockets_say_what_they_say_on_linux(programs: Workshop, host: Path, target: str, manifest: str) -> None:
    name, *sources = PROGRAMS[manifest]
    programs.build(APPS / "sockets" / manifest, target=target)
    assert lone_run(target, programs.image(name, target)) == on_linux(host, tuple(sources))


@pytest.mark.parametrize("part", SWITCHED_OFF)
def test_without_a_part_they_say_something_else(programs: Workshop, host: Path, tmp_path: Path, part: str) -> None:
    other = programs.altered(tmp_path, [SWITCHED_OFF[part]])
    manifest = "ipv6.yaml" if "/ipv6/" in SWITCHED_OFF[part][0] else "unikernel.yaml"
    name, *sources = PROGRAMS[manifest]
    other.build(APPS / "sockets" / manifest, target=LINUX)
    try:
        told = lone_run(LINUX, other.image(name, LINUX))
    except (AssertionError, subprocess.TimeoutExpired):
        return  # a crash, or a wait without an end
    assert told != on_linux(host, tuple(sources))


@each_target
def test_threads_share_sockets(programs: Workshop, target: str) -> None:
    programs.build(APPS / "threads-sockets", target=target)
    told = lone_run(target, programs.image("threads-sockets", target))
    assert told.splitlines() == [
        "echo: 1200 rounds, 0 failed",
        "counted: 300, each some: 1",
        "ended: 0",
        "ended: 0",
        "connect: 0",
        "accepted: 0",
        "end",
    ]


def test_socket_without_a_card_is_refused(programs: Workshop) -> None:
    programs.build(APPS / "sockets/unikernel.yaml", target=LINUX)
    image = programs.image("sockets", LINUX)
    done = subprocess.run(
        [str(image)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=HOST_SECONDS, check=False
    )
    assert b"network: there is no network card\n" in done.stdout
    assert b"bound: ENODEV\n" in done.stdout or b"No such device" in done.stdout


def test_the_reason_of_the_stack_is_the_line_that_calls_it(programs: Workshop) -> None:
    manifest = ROOT / "manifests/httpreply/unikernel.yaml"
    programs.build(manifest, target=KVM)
    done = programs.call("why", "lwip", str(manifest), "--target", KVM, "--out", str(programs.out))
    assert "the app calls socket (" in done.output.decode(), done.told
