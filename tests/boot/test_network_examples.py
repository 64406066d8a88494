"""The examples of the network, each used by real clients through a tap, on each kind of machine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.composed import EXAMPLES, ROOT, Workshop
from tests.support.tap import BEDS, GUEST, HOST, Guest, Wire, why_not, wire

TALK = ROOT / "tests/support/talk.py"
PAGES = EXAMPLES / "http-keepalive/rootfs/www"
NETWORKS = {"linux": ("--set", "network=lwip")}  # of beds that have another one by themselves
each_process = pytest.mark.parametrize("bed", ["linux", "host"])
REACHED = f"network: {GUEST}\n".encode()

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")


@pytest.fixture
def here() -> Iterator[Wire]:
    with wire() as made:
        yield made


@pytest.fixture(params=BEDS)
def bed(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def started(workshop: Workshop, here: Wire, name: str, bed: str, *words: str) -> Guest:
    """The example, once its machine runs."""
    target = BEDS[bed].target
    workshop.build(EXAMPLES / name / "unikernel.yaml", target=target, words=NETWORKS.get(bed, ()))
    return here.start(BEDS[bed], workshop.image(name, target), *words)


def serving(workshop: Workshop, here: Wire, name: str, bed: str, port: int) -> Guest:
    """The example, once it can be reached."""
    guest = started(workshop, here, name, bed)
    if BEDS[bed].card:
        guest.wait_for(REACHED)
    else:
        here.wait_for_port(port)
    return guest


def talk(here: Wire, what: str) -> list[str]:
    """What an unusual client tells."""
    done = here.client(sys.executable, str(TALK), what)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def load(here: Wire, guest: Guest, *words: str) -> None:
    """Requests by ab, of which none may fail."""
    done = here.client("ab", "-q", "-s", "10", *words, f"http://{GUEST}:8080/")
    told = done.stdout.decode()
    assert done.returncode == 0, (told, done.stderr.decode(), guest.told)
    assert re.search(r"Failed requests: +0\n", told), told
    count = words[words.index("-n") + 1]
    assert re.search(rf"Complete requests: +{count}\n", told), told


def test_a_page_for_each_connection(programs: Workshop, here: Wire, bed: str) -> None:
    guest = serving(programs, here, "httpreply", bed, 8080)
    done = here.client("curl", "-sS", f"http://{GUEST}:8080/")
    assert b"Hello from a small machine!" in done.stdout, done.stderr.decode()
    load(here, guest, "-n", "2000", "-c", "10")


def test_files_by_connections_that_stay(programs: Workshop, here: Wire, bed: str) -> None:
    guest = serving(programs, here, "http-keepalive", bed, 8080)
    address = f"http://{GUEST}:8080"
    words = (
        "curl",
        "-sS",
        "-w",
        "%{http_code} %{num_connects}\n",
        f"{address}/",
        f"{address}/style.css",
        f"{address}/no",
    )
    done = here.client(*words)
    page, style = (PAGES / "index.html").read_text(), (PAGES / "style.css").read_text()
    assert done.stdout.decode() == f"{page}200 1\n{style}200 0\n404 Not Found\n404 0\n", done.stderr.decode()
    head = here.client("curl", "-sSI", f"{address}/style.css").stdout.decode()
    assert head.startswith("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n"), head
    assert f"Content-Length: {len(style)}\r\n" in head
    assert talk(here, "pipeline") == [
        "order True 201",
        "bodies {0}",
        "style True",
        "last True True",
        "too long HTTP/1.1 431 Request Header Fields Too Large",
        "not done HTTP/1.1 501 Not Implemented",
    ]
    load(here, guest, "-k", "-n", "5000", "-c", "10")
    load(here, guest, "-n", "1000", "-c", "10")


def test_datagrams_come_back(programs: Workshop, here: Wire, bed: str) -> None:
    serving(programs, here, "udp-echo", bed, 5000)
    assert here.client("nc", "-u", "-w1", GUEST, "5000", data=b"hello").stdout == b"hello"
    assert talk(here, "datagrams") == ["right 9"]


def test_what_one_says_the_others_hear(programs: Workshop, here: Wire, bed: str) -> None:
    serving(programs, here, "chat", bed, 7000)
    assert talk(here, "chat") == [
        r"first hears b'* 2 comes in\n' b'* 3 comes in\n'",
        r"first b'2: hello\n' b'2: there\n'",
        r"third b'2: hello\n' b'2: there\n'",
        r"first b'* 3 goes\n'",
    ]


def test_page_of_a_host_by_its_name(programs: Workshop, here: Wire, bed: str) -> None:
    server = [sys.executable, "-u", "-m", "http.server", "-d", str(PAGES), "8000"]
    with subprocess.Popen(here.inside(*server), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # it listens
            guest = started(programs, here, "tcp-client", bed, "here.test", "8000", "/style.css")
            assert (PAGES / "style.css").read_text() in guest.end().replace("\r", "")
        finally:
            process.kill()


@each_process
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nothing.test", "80"), "nothing.test: No such name\n"),
        (("silent.test", "80"), "silent.test: No answer for now; try again later\n"),
        (("here.test", "no-service"), "here.test: No such service for this type of socket\n"),
        (("here.test", "http"), "here.test: Connection refused\n"),
        (("10.9.0.1", "8001"), "10.9.0.1: Connection refused\n"),
    ],
)
def test_host_that_cannot_be_reached_is_told(
    programs: Workshop, here: Wire, bed: str, words: tuple[str, ...], told: str
) -> None:
    guest = started(programs, here, "tcp-client", bed, *words)
    assert guest.end().endswith(told)
    assert guest.process.returncode == 1


def test_fixed_address_asks_the_server_that_the_manifest_says(programs: Workshop) -> None:
    manifest = EXAMPLES / "tcp-client/unikernel.yaml"
    out, target = programs.out / "fixed", BEDS["q35"].target
    words = ("--set", f"net.address={GUEST}/24", "--set", f"net.dns={HOST}")
    done = programs.call("build", "--quiet", "--out", str(out), *words, "--target", target, str(manifest))
    assert done.status == 0, done.told
    image = out / "tcp-client" / target.replace("/", "-") / "tcp-client.elf"
    with wire("dhcp") as alone:
        told = alone.start(BEDS["q35"], image, "here.test", "8001").end()
        assert told.replace("\r", "").endswith("here.test: Connection refused\n")


def test_server_that_the_manifest_says_is_asked_instead_of_that_of_a_lease(programs: Workshop, here: Wire) -> None:
    """Nobody answers there, though the server of the lease would."""
    manifest = EXAMPLES / "tcp-client/unikernel.yaml"
    out, target = programs.out / "said", BEDS["linux"].target
    words = ("--set", "net.dns=10.9.0.77", "--target", target)
    done = programs.call("build", "--quiet", "--out", str(out), *words, str(manifest))
    assert done.status == 0, done.told
    image = out / "tcp-client" / target.replace("/", "-") / "tcp-client.elf"
    told = here.start(BEDS["linux"], image, "here.test", "8001").end()
    assert told.endswith("here.test: No answer for now; try again later\n")


@each_process
def test_musl_asks_the_servers_that_the_network_told(programs: Workshop, here: Wire, bed: str) -> None:
    own = replace(programs, out=programs.out / "musl")
    target, words = BEDS[bed].target, ("--set", "libc=musl", *NETWORKS.get(bed, ()))
    own.build(EXAMPLES / "tcp-client/unikernel.yaml", target=target, words=words)
    image = own.image("tcp-client", target)
    told = here.start(BEDS[bed], image, "here.test", "8001").end()
    assert told.endswith("here.test: Connection refused\n")
    told = here.start(BEDS[bed], image, "nothing.test", "80").end()
    assert told.endswith("nothing.test: Name does not resolve\n")
