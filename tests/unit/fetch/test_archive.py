"""Places in their order, resumed downloads, and nothing taken whose sha256 is another; all servers are this process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer import digest
from composer.fetch import http as http_module
from composer.fetch import places as places_module
from composer.fetch.archive import Attempt, alone, bring
from composer.fetch.places import Search, places, pool_folder
from composer.model.source import Archive
from tests.support.servers import Server, serving

CONTENT = bytes(range(256)) * 4096
NAME = "lib_1.orig.tar.gz"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving({f"/{NAME}": CONTENT}) as made:
        yield made


@pytest.fixture(autouse=True)
def no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own package archives are not asked."""
    monkeypatch.setattr(places_module, "_apt_addresses", lambda: ("http://127.0.0.1:9/debian/",))
    monkeypatch.setattr(places_module, "_apt_proxies", lambda: {})


def archive(**places: str) -> Archive:
    return Archive(file=NAME, sha256=digest.of_bytes(CONTENT), **places)  # type: ignore[arg-type]


def got(wanted: Archive, search: Search, file: Path) -> str | tuple[Attempt, ...]:
    return bring(wanted, search, file, lambda _: None, lambda _here, _total: None)


def failures(wanted: Archive, search: Search, file: Path) -> tuple[Attempt, ...]:
    failed = got(wanted, search, file)
    assert isinstance(failed, tuple)
    return failed


def test_places_are_asked_in_their_order(tmp_path: Path) -> None:
    search = Search((tmp_path / "given",), (str(tmp_path), "http://mirror/x/"))
    wanted = archive(debian="libfoo", pypi="foo==1", npm="foo@1", url="https://upstream/foo.tar.gz")
    assert [place.name for place in places(wanted, search)] == [
        str(tmp_path / "given"),
        f"{tmp_path}/{NAME}",
        f"http://mirror/x/{NAME}",
        f"http://127.0.0.1:9/debian/pool/main/libf/libfoo/{NAME}",
        "PyPI's foo==1",
        "npm's foo@1",
        "https://upstream/foo.tar.gz",
    ]
    offline = Search(search.files, search.mirrors, offline=True)
    assert [place.name for place in places(wanted, offline)] == [str(tmp_path / "given"), f"{tmp_path}/{NAME}"]


def test_folders_of_the_pool() -> None:
    assert pool_folder("musl") == "pool/main/m/musl"
    assert pool_folder("libpng") == "pool/main/libp/libpng"
    assert pool_folder("lib") == "pool/main/lib/lib"


def test_a_file_that_is_given_is_known_by_its_content(tmp_path: Path) -> None:
    given, other = tmp_path / "renamed", tmp_path / "other"
    given.write_bytes(CONTENT)
    other.write_bytes(b"x")
    assert got(archive(), Search((other, given)), tmp_path / "here") == str(given)
    assert (tmp_path / "here").read_bytes() == CONTENT


def test_a_wrong_hash_is_told_with_both_and_the_next_place_is_asked(tmp_path: Path, server: Server) -> None:
    (tmp_path / NAME).write_bytes(b"damaged")
    search = Search(mirrors=(str(tmp_path), server.address))
    assert got(archive(), search, tmp_path / "here") == f"{server.address}/{NAME}"
    failed = got(archive(), Search(mirrors=(str(tmp_path),)), tmp_path / "here")
    assert failed == (Attempt(f"{tmp_path}/{NAME}", f"it has the sha256 {digest.of_bytes(b'damaged')}"),)
    assert not (tmp_path / "here").exists()


def test_every_place_says_why_it_has_not_got_it(tmp_path: Path, server: Server) -> None:
    wanted = archive(debian="lib", url=f"{server.address}/elsewhere")
    failed = got(wanted, Search(mirrors=(str(tmp_path),)), tmp_path / "here")
    assert failed == (
        Attempt(f"{tmp_path}/{NAME}", "No such file or directory"),
        Attempt(f"http://127.0.0.1:9/debian/pool/main/lib/lib/{NAME}", "it cannot be reached: Connection refused"),
        Attempt(f"{server.address}/elsewhere", "the server says 404 Not Found"),
    )


def test_a_transfer_that_broke_off_is_resumed(tmp_path: Path, server: Server) -> None:
    server.cut = 100_000
    wanted, file = archive(url=f"{server.address}/{NAME}"), tmp_path / "here"
    (failed,) = failures(wanted, Search(), file)
    assert re.search("transfer broke off", failed.said)
    assert file.read_bytes() == CONTENT[:100_000]
    server.cut = None
    assert got(wanted, Search(), file) == f"{server.address}/{NAME}"
    assert server.asked[-1] == (f"/{NAME}", "bytes=100000-")
    assert file.read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("left", [b"of another file", CONTENT + b"too long", CONTENT])
def test_a_beginning_that_is_not_that_of_the_file_does_no_harm(
    tmp_path: Path, server: Server, ranges: bool, left: bytes
) -> None:
    server.ranges = ranges
    file = tmp_path / "here"
    file.write_bytes(left)
    assert got(archive(url=f"{server.address}/{NAME}"), Search(), file) == f"{server.address}/{NAME}"
    assert file.read_bytes() == CONTENT


def test_a_server_that_says_nothing_more_is_left(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_module, "STALL_SECONDS", 0.2)
    server.cut, server.stalls = 1000, True
    (failed,) = failures(archive(url=f"{server.address}/{NAME}"), Search(), tmp_path / "here")
    assert failed.said == "the transfer broke off: nothing came for 0 seconds"


def test_a_server_that_sends_for_ever_is_left(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MOST_BYTES", 1000)
    (failed,) = failures(archive(url=f"{server.address}/{NAME}"), Search(), tmp_path / "here")
    assert failed.said == "it has 1,048,576 bytes, more than the 1,000 that a source may have"


def test_progress_is_told_in_bytes(tmp_path: Path, server: Server) -> None:
    seen: list[tuple[int, int | None]] = []
    wanted = archive(url=f"{server.address}/{NAME}")
    bring(wanted, Search(), tmp_path / "here", lambda _: None, lambda here, total: seen.append((here, total)))
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 3


def test_pip_is_told_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it pip would run the set-up of a file that nobody has checked."""
    seen: list[str] = []

    def fake(_client: str, argv: tuple[str, ...]) -> None:
        seen.extend(argv)
        seen.append(Path(argv[-1]).read_text())
        folder = Path(argv[argv.index("--dest") + 1])
        folder.mkdir()
        (folder / "foo-1.whl").write_bytes(CONTENT)

    monkeypatch.setattr(places_module, "run_client", fake)
    assert got(archive(pypi="foo==1"), Search(), tmp_path / "here") == "PyPI's foo==1"
    assert "--require-hashes" in seen
    assert seen[-1] == f"foo==1 --hash=sha256:{digest.of_bytes(CONTENT)}\n"
    assert (tmp_path / "here").read_bytes() == CONTENT


def test_npm_only_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own npm, by a script in its place: it brings one file that is wanted beside one that is not."""
    npm = tmp_path / "npm"
    npm.write_text(
        f'#!/bin/sh\necho "$@" >{tmp_path}/words\necho no >"$5/other.tgz"\ncp {tmp_path}/content "$5/foo-1.tgz"\n'
    )
    npm.chmod(0o755)
    (tmp_path / "content").write_bytes(CONTENT)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    wanted = archive(npm="@some/foo@1.0.0")
    assert got(wanted, Search(), tmp_path / "here") == "npm's @some/foo@1.0.0"
    assert (tmp_path / "here").read_bytes() == CONTENT
    words = (tmp_path / "words").read_text().split()
    assert "--ignore-scripts" in words
    assert words[-1] == "@some/foo@1.0.0"
    (tmp_path / "content").write_bytes(b"another")
    (failed,) = failures(wanted, Search(), tmp_path / "there")
    assert failed.said == "npm brought no file with that sha256"


def test_without_npm_that_is_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (failed,) = failures(archive(npm="foo@1"), Search(), tmp_path / "here")
    assert failed.said == "npm cannot be started: No such file or directory"


def test_of_two_processes_the_second_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    script = (
        "import sys, time; from pathlib import Path; from composer.fetch.archive import alone\n"
        f"with alone(Path({str(lock)!r}), print):\n    print('has it', flush=True); time.sleep(600)\n"
    )
    told: list[str] = []
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"has it\n"
        timer = threading.Timer(0.2, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        with alone(lock, told.append):
            assert process.wait() == -signal.SIGKILL
        timer.join()
    assert told == [f"process {process.pid}"]
