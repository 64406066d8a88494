"""`compose run` and the network: a page that a real client gets from each target, and what is left afterwards."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.composed import EXAMPLES, GUEST_SECONDS, KVM, KVM_ARM, LINUX, LINUX_ARM, ROOT, Workshop
from tests.support.running import running

HTTPREPLY = EXAMPLES / "httpreply"
ASKS = Path(__file__).parent / "clients/asks"
PAGE = b"<!doctype html><title>httpreply</title><p>Hello from a small machine!\n\n"
ADDRESS = r"http://127\.0\.0\.1:(\d+) leads to port (\d+) of the guest, which answers\n"
LWIP = ("--set", "network=lwip")
BENCHES = {
    "kvm": (KVM,),
    "kvm-q35": (KVM, "--set", "machine=q35"),
    "kvm-pc": (KVM, "--set", "machine=pc"),
    "kvm-microvm": (KVM, "--set", "machine=microvm"),
    "kvm-pci-by-option": (KVM, "--set", "virtio.bus=pci"),
    "kvm-arm": (KVM_ARM,),
    "kvm-arm-pci": (KVM_ARM, "--set", "virtio.bus=pci"),
    "linux": (LINUX, *LWIP),
    "linux-arm": (LINUX_ARM, *LWIP),
}
# A target, and a stack of the guest's own there.
STACKS = {KVM: (KVM,), KVM_ARM: (KVM_ARM,), LINUX: (LINUX, *LWIP)}
on_each_stack = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
on_each_process = pytest.mark.parametrize("target", [LINUX, LINUX_ARM])
on_each_target = pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return ("--target", *BENCHES[str(request.param)])


def page_of(port: str | int, host: str = "127.0.0.1") -> bytes:
    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=GUEST_SECONDS) as reply:
        body: bytes = reply.read()
    return body


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def frames_of(file: Path) -> Iterator[bytes]:
    """The frames of a pcap file of Ethernet."""
    content = file.read_bytes()
    magic, *_, kind = struct.unpack_from("<IHHiIII", content)
    assert (magic, kind) == (0xA1B2C3D4, 1)
    at = 24
    while at < len(content):
        _, _, size, _ = struct.unpack_from("<IIII", content, at)
        yield content[at + 16 : at + 16 + size]
        at += 16 + size


def test_page_is_served_at_the_printed_address(programs: Workshop, bench: tuple[str, ...]) -> None:
    with running(programs, *bench, "--publish", "8080", str(HTTPREPLY)) as run:
        port, guest = run.wait_for(ADDRESS).groups()
        assert guest == "8080"
        assert [page_of(port) for _ in range(20)] == [PAGE] * 20
        assert run.interrupt() == 8
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(port)))


def test_ports_of_the_manifest_are_honoured(programs: Workshop, tmp_path: Path) -> None:
    folder, port = tmp_path / "httpreply", free_port()
    shutil.copytree(HTTPREPLY, folder, ignore=shutil.ignore_patterns("build"))
    manifest = folder / "unikernel.yaml"
    text, count = re.subn(r"ports: .*", f'ports: ["{port}:8080", "8081/udp"]', manifest.read_text())
    assert count == 1
    manifest.write_text(text)
    with running(programs, "--target", KVM, str(folder)) as run:
        assert run.wait_for(ADDRESS).groups() == (str(port), "8080")
        run.wait_for(r"127\.0\.0\.1:\d+ leads to port 8081 of the guest \(UDP\)\n")
        assert page_of(port) == PAGE


def test_nothing_is_announced_that_nobody_answers(programs: Workshop) -> None:
    with running(programs, "--target", KVM, "--publish", "81", str(HTTPREPLY)) as run:
        run.wait_for(r"nobody in the guest has answered on port 81 yet \(127\.0\.0\.1:\d+ leads there\)\n")
        assert re.search(ADDRESS, run.said) is None


def test_without_ports_one_is_told_how_to_have_some(programs: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "httpreply"
    shutil.copytree(HTTPREPLY, folder, ignore=shutil.ignore_patterns("build"))
    manifest = folder / "unikernel.yaml"
    manifest.write_text(re.sub(r"ports: .*\n", "", manifest.read_text()))
    with running(programs, "--target", LINUX, *LWIP, str(folder)) as run:
        run.wait_for("no port of this machine leads to the guest: .*--publish 8080:80")
        run.wait_for("network: 10.0.2.15")


@on_each_stack
def test_time_that_is_over_leaves_nothing_behind(programs: Workshop, stack: tuple[str, ...]) -> None:
    with running(programs, "--target", *stack, "--publish", "8080", "--timeout", "2", str(HTTPREPLY)) as run:
        assert run.process.wait(GUEST_SECONDS * 4) == 4


@pytest.mark.parametrize(("address", "gateway"), [("10.7.0.2/24", "10.7.0.1"), ("192.168.9.6/30", "192.168.9.5")])
@on_each_target
def test_fixed_address_has_a_network_that_fits(programs: Workshop, target: str, address: str, gateway: str) -> None:
    words = ("--target", target, "--set", f"net.address={address}", "--set", f"net.gateway={gateway}")
    with running(programs, *words, "--publish", "8080", str(HTTPREPLY)) as run:
        port = run.wait_for(ADDRESS)[1]
        assert page_of(port) == PAGE
        assert f"network: {address.split('/')[0]}\n" in run.said


@on_each_stack
def test_frames_are_recorded(programs: Workshop, tmp_path: Path, stack: tuple[str, ...]) -> None:
    file = tmp_path / "a,b.pcap"
    mac = () if LINUX in stack else ("--mac", "52:54:00:0a:0b:0c")
    words = ("--target", *stack, "--publish", "8080", "--pcap", str(file), *mac)
    with running(programs, *words, str(HTTPREPLY)) as run:
        assert page_of(run.wait_for(ADDRESS)[1]) == PAGE
    frames = list(frames_of(file))
    asked = [frame for frame in frames if b"GET / HTTP/1.1" in frame]
    answered = [frame for frame in frames if b"HTTP/1.1 200 OK" in frame]
    assert len(asked) == len(answered) == 1
    assert asked[0][:6] == answered[0][6:12]
    if mac:
        assert answered[0][6:12] == bytes.fromhex("5254000a0b0c")


@pytest.mark.parametrize(("server", "client"), [(KVM, LINUX), (LINUX, KVM), (KVM_ARM, KVM), (LINUX, LINUX)])
def test_guests_talk_on_a_wire_of_their_own(programs: Workshop, server: str, client: str) -> None:
    wire = f"test-{free_port()}"
    words = ("--wire", wire, "--set")
    with running(programs, "--target", server, *words, "net.address=10.7.0.2/24", str(HTTPREPLY)) as run:
        run.wait_for("network: 10.7.0.2\n")
        done = programs.run(ASKS, "10.7.0.2", "8080", words=("--target", client, *words, "net.address=10.7.0.3/24"))
        assert done.status == 0, done.told
        assert done.output.endswith(PAGE)
        other = ("--target", client, "--wire", f"{wire}-else", "--timeout", "3", "--set", "net.address=10.7.0.3/24")
        done = programs.run(ASKS, "10.7.0.2", "8080", words=other)
        assert (done.status, PAGE in done.output) == (4, False), done.told


class Answer(BaseHTTPRequestHandler):
    """A server of this machine."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from here\n")

    def log_message(self, format: str, *args: object) -> None:
        """Tests have their own words."""


@pytest.fixture
def here() -> Iterator[int]:
    """The port of a server of pages on this machine."""
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()


@on_each_stack
def test_guest_reaches_this_machine_by_its_gateway(programs: Workshop, here: int, stack: tuple[str, ...]) -> None:
    done = programs.run(ASKS, "10.0.2.2", str(here), words=("--target", *stack))
    assert done.status == 0, done.told
    assert done.output.endswith(b"from here\n")


@on_each_stack
def test_debugger_has_the_same_network(programs: Workshop, here: int, stack: tuple[str, ...]) -> None:
    if KVM_ARM in stack and shutil.which("gdb-multiarch") is None:
        pytest.skip("gdb-multiarch is not here")
    words = ("--out", str(programs.out), "--target", *stack, "--batch", "--gdb-command", "continue", str(ASKS))
    done = programs.call("debug", *words, "--", "10.0.2.2", str(here))
    assert done.status == 0, done.told
    assert b"breakpoint 1, main (argc=3, " in done.output
    assert b"200 OK" in done.output  # the last of it may come behind a line of gdb


def test_dry_run_prints_a_command_that_works(programs: Workshop) -> None:
    words = ("--quiet", "--out", str(programs.out), "--target", KVM, "--publish", "8080", "--dry-run")
    command = programs.call("run", *words, str(HTTPREPLY)).output.decode()
    found = re.search(r"hostfwd=tcp:127\.0\.0\.1:(\d+)-:8080", command)
    assert found is not None, command
    with subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"network: 10.0.2.15\n"
            time.sleep(0.5)
            assert page_of(found[1]) == PAGE
        finally:
            process.kill()


def test_dry_run_of_a_process_shows_what_carries_its_frames(programs: Workshop) -> None:
    words = (
        "--quiet",
        "--out",
        str(programs.out),
        "--target",
        LINUX,
        *LWIP,
        "--dry-run",
        "--wire",
        "w",
        str(HTTPREPLY),
    )
    switch, process = programs.call("run", *words).output.decode().splitlines()
    assert "-machine none" in switch
    assert "mcast=239." in switch
    assert process.endswith("httpreply.elf")


def on_port(folder: Path, port: int, ports: str) -> Path:
    """httpreply on that port, with `ports` in its manifest."""
    shutil.copytree(HTTPREPLY, folder, ignore=shutil.ignore_patterns("build"))
    for name, old, new in (
        ("main.c", "8080", str(port)),
        ("unikernel.yaml", 'ports: ["8080:8080"]', f"ports: {ports}"),
    ):
        text = (folder / name).read_text()
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize("ports", ["[{0}]", '["{0}:{0}"]'])
@on_each_process
def test_process_answers_at_this_machines_own_port(programs: Workshop, tmp_path: Path, target: str, ports: str) -> None:
    port = free_port()
    folder = on_port(tmp_path / "httpreply", port, ports.format(port))
    with running(programs, "--target", target, str(folder)) as run:
        assert run.wait_for(ADDRESS).groups() == (str(port), str(port))
        assert [page_of(port) for _ in range(20)] == [PAGE] * 20
        assert run.interrupt() == 8
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_process_without_ports_is_told_of_when_they_are_named(programs: Workshop, tmp_path: Path) -> None:
    port = free_port()
    folder = on_port(tmp_path / "httpreply", port, "[]")
    with running(programs, "--target", LINUX, str(folder)) as run:
        run.wait_for("the guest's ports are this machine's: .*--publish 8080")
    with running(programs, "--target", LINUX, "--publish", str(port), "--publish", f"{port}/udp", str(folder)) as run:
        assert run.wait_for(ADDRESS).groups() == (str(port), str(port))
        run.wait_for(rf"127\.0\.0\.1:{port} leads to port {port} of the guest \(UDP\)\n")


def test_port_that_is_another_here_brings_a_stack_of_its_own(programs: Workshop, tmp_path: Path) -> None:
    port = free_port()
    folder = on_port(tmp_path / "httpreply", 8080, f'["{port}:8080"]')
    with running(programs, "--target", LINUX, str(folder)) as run:
        assert run.wait_for(ADDRESS).groups() == (str(port), "8080")
        assert page_of(port) == PAGE
    words = ("--target", LINUX, "--out", str(programs.out), *programs.pin, str(folder))
    assert "because the manifest asks for net.address" in programs.call("why", "lwip", *words).told


@on_each_process
def test_process_reaches_this_machine_as_itself(programs: Workshop, here: int, target: str) -> None:
    done = programs.run(ASKS, "127.0.0.1", str(here), words=("--target", target))
    assert done.status == 0, done.told
    assert done.output.endswith(b"from here\n")


def test_dry_run_of_a_process_with_sockets_of_the_host_is_the_process(programs: Workshop) -> None:
    words = (
        "--quiet",
        "--out",
        str(programs.out),
        "--target",
        LINUX,
        "--publish",
        str(free_port()),
        "--dry-run",
        str(ASKS),
    )
    (process,) = programs.call("run", *words).output.decode().splitlines()
    assert process.endswith("asks.elf")


def test_why_names_the_line_that_calls_socket(programs: Workshop) -> None:
    words = ("--out", str(programs.out), "--target", KVM, str(HTTPREPLY))
    line = 1 + (HTTPREPLY / "main.c").read_text().split(" socket(")[0].count("\n")
    done = programs.call("why", "lwip", *words)
    assert f"because the app calls socket ({HTTPREPLY.relative_to(ROOT)}/main.c:{line})" in done.told


def in_a_namespace(*words: str) -> subprocess.CompletedProcess[str]:
    """The driver of taps, with rights in a network of its own."""
    rights = "-n" if os.geteuid() == 0 else "-rn"
    command = ("unshare", rights, sys.executable, "-m", "tests.support.tap_driver", *words)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=8 * GUEST_SECONDS, check=False)


@pytest.fixture
def tap(programs: Workshop) -> tuple[str, str]:
    """Words for the driver: the store and the folder of images."""
    if in_a_namespace("probe").returncode:
        pytest.skip("no tap can be made here")
    for target in (KVM, KVM_ARM, LINUX):
        words = ("--quiet", "--out", str(programs.out), *programs.pin, "--set", "net.address=10.9.0.2/24")
        done = programs.call("build", *words, "--target", target, str(HTTPREPLY))
        assert done.status == 0, done.told
    return str(programs.store), str(programs.out)


def test_page_comes_by_a_tap(tap: tuple[str, str], tmp_path: Path) -> None:
    """The same tap for one after the other: what a machine made of it harms no process."""
    turns = [KVM, LINUX, KVM_ARM, LINUX, f"{LINUX} --pcap {tmp_path}/frames"]
    done = in_a_namespace("pages", *tap, *turns)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.splitlines() == ["Hello"] * len(turns), (done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("busy", "error[X007]: the tap 'tap0' is in use\n  hint: end the guest that has it, or make another\n"),
        ("no-tap", "error[X007]: the device 'lo' is no tap\n  hint: `ip tuntap` lists those that are\n"),
        ("foreign", "error[X007]: you may not open the tap 'tap0'\n  hint: it belongs to somebody else: "),
    ],
)
def test_tap_that_cannot_be_had_is_told(tap: tuple[str, str], how: str, message: str) -> None:
    done = in_a_namespace(how, *tap)
    if done.returncode == 77:
        pytest.skip(done.stdout)
    assert message in done.stderr, (done.stdout, done.stderr)
    assert "status 36" in done.stdout
