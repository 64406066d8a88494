"""IPv6 as an option: real clients reach a guest by it through a tap, and it reaches others; without the option there is none."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest

from tests.support.composed import APPS, EXAMPLES, KVM, KVM_ARM, LINUX, Workshop
from tests.support.tap import BEDS, GUEST, GUEST6, HOST, HOST6, Guest, Wire, why_not, wire

TALK = "tests.support.talk6"
PAGES = EXAMPLES / "http-keepalive/rootfs/www"
LINK_LOCAL = "fe80::5054:ff:fe12:3456"
FIXED = ("--set", "net.address6=fd09::2/64", "--set", "net.gateway6=fd09::1")

WHY_NOT = why_not()
with_tap = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")
each_machine = pytest.mark.parametrize("bed", ["q35", "virt"])


@pytest.fixture
def here() -> Iterator[Wire]:
    with wire() as made:
        yield made


def built(programs: Workshop, folder: Path, bed: str, *words: str) -> Path:
    """The image, in a folder of its own for these words."""
    target = BEDS[bed].target
    out = programs.out / "ipv6" / "".join(words).replace("/", "-")
    done = programs.call(
        "build",
        "--quiet",
        "--out",
        str(out),
        *programs.pin,
        "--set",
        "net.ipv6=true",
        *words,
        "--target",
        target,
        str(folder),
    )
    assert done.status == 0, done.told
    return Workshop(programs.checkout, programs.store, out).image(folder.name, target)


def served(programs: Workshop, here: Wire, bed: str) -> Guest:
    """The server for both versions, which has got its addresses."""
    guest = here.start(BEDS[bed], built(programs, APPS / "ipv6", bed))
    guest.wait_for(f"network: {GUEST6}\n".encode())
    return guest


def talk(here: Wire, what: str) -> list[str]:
    done = here.client(sys.executable, "-m", TALK, what)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def asked(here: Wire, host: str, *words: str) -> str:
    """The first line of what the server says to curl."""
    done = here.client("curl", "-gsS", *words, f"http://{host}:8080/")
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout) > 19000
    return done.stdout.decode().split("\n")[0]


@with_tap
@each_machine
def test_guest_is_reached_by_the_address_that_a_router_advertises(programs: Workshop, here: Wire, bed: str) -> None:
    guest = served(programs, here, bed)
    for words in (("-s", "4000", GUEST6), (f"{LINK_LOCAL}%tap0",)):
        done = here.client("ping", "-6", "-q", "-c", "3", "-i", "0.2", "-W", "5", *words)
        assert b"3 received" in done.stdout, (done.stdout, guest.told)
    assert asked(here, f"[{GUEST6}]", "-6") == HOST6
    assert asked(here, GUEST) == f"::ffff:{HOST}"
    assert asked(here, f"[{LINK_LOCAL}%25tap0]", "-6").startswith("fe80::")
    assert talk(here, "datagrams") == ["right 7"]


@with_tap
def test_many_neighbours_and_lies_change_nothing(programs: Workshop, here: Wire) -> None:
    served(programs, here, "q35")
    assert talk(here, "lies") == ["page True"]
    assert talk(here, "neighbours") == ["page True"]
    assert talk(here, "unanswered") == ["held True"]


def fetched(programs: Workshop, here: Wire, bed: str, name: str, *words: str) -> str:
    """What a guest prints that is to fetch a page from a host here."""
    server = [sys.executable, "-u", "-m", "http.server", "-b", "::", "-d", str(PAGES), "8000"]
    with subprocess.Popen(here.inside(*server), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # it listens
            image = built(programs, EXAMPLES / "tcp-client", bed, *words)
            return here.start(BEDS[bed], image, name, "8000", "/style.css").end().replace("\r", "")
        finally:
            process.kill()


@with_tap
@each_machine
def test_page_of_a_host_that_has_ipv6_alone(programs: Workshop, here: Wire, bed: str) -> None:
    assert (PAGES / "style.css").read_text() in fetched(programs, here, bed, "six.test")


@with_tap
@each_machine
def test_fixed_address_has_a_gateway_and_asks_the_server_that_is_said(programs: Workshop, bed: str) -> None:
    with wire("dhcp", "router") as here:
        told = fetched(programs, here, bed, "far.test", *FIXED, "--set", "net.dns=fd09::1")
    assert (PAGES / "style.css").read_text() in told
    assert "network: fd09::2\n" in told


@with_tap
def test_musl_asks_the_server_that_a_router_advertises(programs: Workshop) -> None:
    with wire("dhcp") as here:
        told = fetched(programs, here, "q35", "six.test", "--set", "libc=musl")
    assert (PAGES / "style.css").read_text() in told


class Server(HTTPServer):
    """A server of this machine's loopback address of IPv6."""

    address_family = socket.AF_INET6


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_guest_reaches_this_machine_by_the_router_that_qemu_is(programs: Workshop, target: str) -> None:
    words = ("--target", target, "--set", "net.ipv6=true", "--set", "network=lwip")
    with Server(("::1", 0), SimpleHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        done = programs.run(EXAMPLES / "tcp-client", "fec0::2", str(server.server_port), "/nothing", words=words)
        server.shutdown()
        thread.join()
    assert done.status == 0, done.told
    assert b"network: fec0::" in done.output
    assert b"404 File not found" in done.output


def test_without_the_option_there_is_no_ipv6(programs: Workshop) -> None:
    """The socket is refused, and the image has no code for it."""
    program = APPS / "ipv6"
    done = programs.call(
        "build",
        "--quiet",
        "--out",
        str(programs.out),
        "--set",
        "net.ipv6=false",
        "--set",
        "network=lwip",
        "--target",
        LINUX,
        str(program),
    )
    assert done.status == 0, done.told
    image = programs.image("ipv6", LINUX)
    names = subprocess.run(["nm", image.with_suffix(".dbg")], capture_output=True, text=True, check=True).stdout
    assert "ip6_" not in names
    assert "nd6_" not in names
    ended = subprocess.run([image], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout + ended.stderr) == (1, "socket: Address family not supported by protocol\n")
