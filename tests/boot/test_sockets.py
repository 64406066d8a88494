"""Sockets: what a program sees of them is what it sees on Linux, by either C library and with several threads."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import APPS, GUEST_SECONDS, KVM, LINUX, LINUX_ARM, ROOT, Workshop
from tests.support.lone_sockets import LONE_BEDS, Bed, lone_run

HOST_SECONDS = 30
SHARED = "sockets-shared"
HANGS_SECONDS = 3  # for a program that takes 0.4 if it does not hang
HANGS_6_SECONDS = 10  # for one that takes 0.6
each_bed = pytest.mark.parametrize("bed", LONE_BEDS.values(), ids=LONE_BEDS)

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
    "no address of a connection that is over": (
        "recipes/net/lwip/src/ipv6/sockets.c",
        "	if (pcb_of(socket)) /* not one",
        "	/* not one",
    ),
    "ports of streams that nobody can foresee": (
        "recipes/net/lwip/src/sockets/stream.c",
        "&to->address, to->port)) : choose_port(stream->pcb, &to->address);",
        "&to->address, to->port)) : socket_result(tcp_bind(stream->pcb, &to->address, 0));",
    ),
    "ports of datagrams that nobody can foresee": (
        "recipes/net/lwip/src/sockets/datagram.c",
        "&to->address, to->port)) : choose_port(datagrams->pcb, &to->address);",
        "&to->address, to->port)) : socket_result(udp_bind(datagrams->pcb, &to->address, 0));",
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


# The same of the sockets of the host.
_TRANSFER, _SOCKET, _WATCH = (f"recipes/net/host/src/{name}.c" for name in ("transfer", "socket", "watch"))
HOST_SWITCHED_OFF = {
    "who waits is woken": (_WATCH, "		descriptor_wake(&socket->waiters);\n", ""),
    "who polls is told": (_WATCH, "		descriptor_changed(&socket->object);\n", ""),
    "all is sent": (_TRANSFER, "waits && is_stream);", "false);"),
    "all is received": (_TRANSFER, "waits && takes_all && socket->is_stream);", "false && takes_all);"),
    "limits of time": (
        _TRANSFER,
        "	return clock_monotonic() +",
        "	return UINT64_C(3600000000000) + clock_monotonic() +",
    ),
    "no signal of the host's": (_TRANSFER, "flags | SYS_MSG_NOSIGNAL,", "flags,"),
    "a signal of ours": (_TRANSFER, "? descriptor_broken() : result", "? -SYS_EPIPE : result"),
    "no datagrams any more": (_TRANSFER, "host_ready(&socket->object) & DESCRIPTOR_HALF", "false"),
    "what may not wait": (_TRANSFER, " && !(socket->object.flags & SYS_O_NONBLOCK);", ";"),
    "the host's is closed": (_SOCKET, "	linux_call(LINUX_CLOSE, ((struct socket *)object)->host, 0, 0, 0);\n", ""),
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
    program = folder / names[0].replace("/", "-").removesuffix(".c")
    sources = [str(APPS / "sockets" / name) for name in names]
    subprocess.run(
        ["gcc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", str(program), *sources],
        check=True,
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


@each_bed
@pytest.mark.parametrize("manifest", PROGRAMS)
def test_sockets_say_what_they_say_on_linux(programs: Workshop, host: Path, bed: Bed, manifest: str) -> None:
    name, *sources = PROGRAMS[manifest]
    programs.build(APPS / "sockets" / manifest, target=bed.target, words=bed.words)
    assert lone_run(bed, programs.image(name, bed.target)) == on_linux(host, tuple(sources))


@pytest.mark.parametrize("bed", ["linux", "linux-arm", "linux-lwip"])
def test_calls_that_wait_let_others_run(programs: Workshop, host: Path, bed: str) -> None:
    here = LONE_BEDS[bed]
    programs.build(APPS / SHARED, target=here.target, words=here.words)
    assert lone_run(here, programs.image(SHARED, here.target)) == on_linux(host, (f"../{SHARED}/main.c",))


def says_otherwise(other: Workshop, manifest: Path, name: str, bed: Bed, seconds: float, expected: str) -> bool:
    """Whether the program says something else, crashes, or waits without an end."""
    other.build(manifest, target=bed.target, words=bed.words)
    try:
        return lone_run(bed, other.image(name, bed.target), seconds) != expected
    except (AssertionError, subprocess.TimeoutExpired):
        return True


@pytest.mark.parametrize("part", SWITCHED_OFF)
def test_without_a_part_they_say_something_else(programs: Workshop, host: Path, tmp_path: Path, part: str) -> None:
    other = programs.altered(tmp_path, [SWITCHED_OFF[part]])
    is_6 = "/ipv6/" in SWITCHED_OFF[part][0]
    manifest, seconds = ("ipv6.yaml", HANGS_6_SECONDS) if is_6 else ("unikernel.yaml", GUEST_SECONDS)
    name, *sources = PROGRAMS[manifest]
    expected, bed = on_linux(host, tuple(sources)), LONE_BEDS["linux-lwip"]
    assert says_otherwise(other, APPS / "sockets" / manifest, name, bed, seconds, expected)


@pytest.mark.parametrize("part", HOST_SWITCHED_OFF)
def test_without_a_part_those_of_the_host_say_something_else(
    programs: Workshop, host: Path, tmp_path: Path, part: str
) -> None:
    other = programs.altered(tmp_path, [HOST_SWITCHED_OFF[part]])
    expected, bed = on_linux(host, (f"../{SHARED}/main.c",)), LONE_BEDS["linux"]
    assert says_otherwise(other, APPS / SHARED, SHARED, bed, HANGS_SECONDS, expected)


@each_bed
def test_threads_share_sockets(programs: Workshop, bed: Bed) -> None:
    programs.build(APPS / "threads-sockets", target=bed.target, words=bed.words)
    told = lone_run(bed, programs.image("threads-sockets", bed.target))
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
    programs.build(APPS / "sockets/unikernel.yaml", target=LINUX, words=LONE_BEDS["linux-lwip"].words)
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


@pytest.mark.parametrize("target", [LINUX, LINUX_ARM])
def test_process_has_the_sockets_of_the_host_by_itself(programs: Workshop, target: str) -> None:
    manifest = ROOT / "manifests/httpreply/unikernel.yaml"
    programs.build(manifest, target=target)
    alive = {recipe["name"] for recipe in programs.facts("httpreply", target)["recipes"] if recipe["alive"]}
    assert "host" in alive
    assert not alive & {"lwip", "net-linux", "threads"}
    words = (str(manifest), "--target", target, "--out", str(programs.out))
    done = programs.call("why", "host", *words)
    assert "the app calls socket (" in done.output.decode(), done.told
    done = programs.call("why", "lwip", *words)
    assert "host provides net.stack in its place" in done.output.decode(), done.told
