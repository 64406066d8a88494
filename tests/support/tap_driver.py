"""`python -m tests.support.tap_driver WHAT STORE OUT …` in a network namespace of its own, where it makes a tap.

probe                   does nothing else
pages STORE OUT TURN…   for each TURN, which is a target and more words, runs httpreply on the tap and prints `Hello` if it
                        gets the page
busy, no-tap, foreign   runs httpreply with a tap that it cannot have, and prints its exit status; 77: cannot be tried
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence

from tests.support.composed import COMPOSE, EXAMPLES, LINUX, ROOT

TAP = "tap0"
SECONDS = 40.0
SKIPPED = 77
CAPBSET_DROP, CAP_NET_ADMIN = 24, 12


def ip(*words: str) -> None:
    """`ip` with `words`, which must succeed."""
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL)


def start(words: Sequence[str], store: str, out: str, tap: str, before: Callable[[], None]) -> subprocess.Popen[bytes]:
    """httpreply as `compose run` runs it on `tap`."""
    fixed = ("--quiet", "--out", out, "--set", "net.address=10.9.0.2/24", "--tap", tap)
    return subprocess.Popen(
        [*COMPOSE, "run", *fixed, "--target", *words, str(EXAMPLES / "httpreply")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COMPOSE_STORE": store},
        stdin=subprocess.DEVNULL,
        stdout=2,
        preexec_fn=before,
    )


def page() -> str:
    """What is served at the guest's address; "" if nothing is for a while."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen("http://10.9.0.2:8080/", timeout=5) as reply:
                return str(reply.read().decode())
        except OSError:
            time.sleep(0.2)
    return ""


def pages(store: str, out: str, *turns: str) -> int:
    """Print `Hello` for each turn whose page comes."""
    for turn in turns:
        with start(turn.split(), store, out, TAP, lambda: None) as process:
            sys.stdout.write("Hello\n" if "Hello" in page() else "nothing\n")
            process.terminate()
        ip("neigh", "flush", "dev", TAP)
    return 0


def refused(how: str, store: str, out: str) -> int:
    """Print the status of a run whose tap cannot be had."""
    before: Callable[[], None] = lambda: None  # noqa: E731
    if how == "busy":
        descriptor = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(descriptor, 0x400454CA, struct.pack("16sH22x", TAP.encode(), 0x1002))
    elif how == "foreign":
        ip("tuntap", "del", TAP, "mode", "tap")
        made = subprocess.run(["ip", "tuntap", "add", TAP, "mode", "tap", "user", "4711"], check=False)
        if made.returncode:
            sys.stdout.write("only root can give a tap to somebody else")
            return SKIPPED
        before = lambda: ctypes.CDLL(None).prctl(CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0)  # noqa: E731
    with start([LINUX], store, out, "lo" if how == "no-tap" else TAP, before) as process:
        sys.stdout.write(f"status {process.wait(SECONDS)}\n")
    return 0


def main() -> int:
    what, *words = sys.argv[1:]
    ip("link", "set", "lo", "up")
    ip("tuntap", "add", TAP, "mode", "tap")
    ip("address", "add", "10.9.0.1/24", "dev", TAP)
    ip("link", "set", TAP, "up")
    if what == "probe":
        return 0
    return pages(*words) if what == "pages" else refused(what, *words)


if __name__ == "__main__":
    sys.exit(main())
