"""Xen from the machine's own package sources, from the user's files, and from nowhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from composer import digest
from composer.errors import Code, ComposerError
from composer.fetch import hypervisor as subject
from composer.fetch.apt import NotToBeHad, Package, download
from composer.fetch.hypervisor import hypervisor
from composer.run.probes import arm64_image
from tests.unit.fetch.test_deb import package

BINARY = arm64_image(b"Xen version")


def silent(line: str) -> None:
    pass


def fails(cache: Path, named: Path | None = None) -> str:
    with pytest.raises(ComposerError) as caught:
        hypervisor(cache, named, silent)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_HYPERVISOR
    return str(diagnostic)


def test_package_comes_from_apt_is_recorded_and_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    path = hypervisor(tmp_path / "cache", None, lines.append)
    record = json.loads((tmp_path / "cache/hypervisor.json").read_text())
    assert record["package"] == "xen-hypervisor-4.17-arm64"
    assert record["version"] in lines[-1]
    assert record["package_sha256"] in lines[-1]
    assert digest.of_file(path) == record["sha256"]
    assert set(path.parent.iterdir()) == {path.parent / "hypervisor.json", path}
    monkeypatch.setenv("PATH", str(tmp_path))  # without apt
    assert hypervisor(tmp_path / "cache", None, lines.append) == path
    assert len(lines) == 2


def test_package_that_no_source_has_is_told_with_where_was_looked() -> None:
    with pytest.raises(NotToBeHad) as caught:
        download("no-such-package-of-compose", "arm64")
    assert caught.value.looked


def fake_apt(folder: Path, sha256: str, content: str) -> str:
    """A PATH on which apt-get promises one digest and brings this content."""
    script = folder / "bin/apt-get"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"*--print-uris*) echo \"'http://x/y.deb' xen_1_arm64.deb 3 SHA256:{sha256}\";;\n"
        f"*download*) printf '{content}' >xen_1_arm64.deb;;\n"
        "esac\n"
    )
    script.chmod(0o755)
    return str(script.parent)


def test_package_with_another_digest_than_the_index_says_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_apt(tmp_path, "0" * 64, "evil"))
    assert "sha256" in fails(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_package_with_the_digest_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opposite of the test before: the same apt with an honest digest is believed."""
    monkeypatch.setenv("PATH", fake_apt(tmp_path, digest.of_bytes(b"good"), "good"))
    assert download("xen", "arm64") == Package("xen", "1", "http://x/y.deb", digest.of_bytes(b"good"), b"good")


def test_machine_without_apt_is_told_how_to_hand_one_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = fails(tmp_path / "cache")
    assert "apt-get is not on this machine" in told
    assert "--hypervisor FILE" in told


def use(monkeypatch: pytest.MonkeyPatch, content: bytes, started: Callable[[], object] = lambda: None) -> None:
    def downloaded(name: str, arch: str) -> Package:
        started()
        return Package(name, "1", "there", digest.of_bytes(content), content)

    monkeypatch.setattr(subject, "download", downloaded)


def test_two_that_fetch_at_once_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)
    use(monkeypatch, made(tmp_path).read_bytes(), both.wait)
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(hypervisor(tmp_path / "cache", None, silent))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert found[0].read_bytes() == BINARY
    assert set((tmp_path / "cache").iterdir()) == {tmp_path / "cache/hypervisor.json", found[0]}


@pytest.mark.parametrize("harm", ["record", "binary", "lost"])
def test_damaged_cache_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    starts: list[int] = []
    use(monkeypatch, made(tmp_path).read_bytes(), lambda: starts.append(1))
    path = hypervisor(tmp_path / "cache", None, silent)
    match harm:
        case "record":
            (tmp_path / "cache/hypervisor.json").write_text("[1")
        case "binary":
            path.write_bytes(BINARY[:-1] + b"x")
        case _:
            path.unlink()
    assert hypervisor(tmp_path / "cache", None, silent).read_bytes() == BINARY
    assert len(starts) == 2


def made(folder: Path) -> Path:
    """A package with a hypervisor that is an Image."""
    package(folder)
    (folder / "root/boot/xen-4.17-arm64").write_bytes(BINARY)
    subprocess.run(["dpkg-deb", "-b", str(folder / "root"), str(folder / "made.deb")], check=True, capture_output=True)
    shutil.rmtree(folder / "root")
    return folder / "made.deb"


def test_users_own_package_is_unpacked_and_found_again(tmp_path: Path) -> None:
    deb = made(tmp_path)
    path = hypervisor(tmp_path / "cache", deb, silent)
    assert path.read_bytes() == BINARY
    assert hypervisor(tmp_path / "cache", deb, silent) == path
    assert not (tmp_path / "cache/hypervisor.json").exists()  # the next run without it fetches the distribution's


def test_users_own_hypervisor_is_used_where_it_is(tmp_path: Path) -> None:
    binary = tmp_path / "xen"
    binary.write_bytes(BINARY)
    assert hypervisor(tmp_path / "cache", binary, silent) == binary
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"!<arch>\n", arm64_image(b"a guest"), b"Xen version"])
def test_file_that_is_no_hypervisor_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "xen").write_bytes(content)
    assert str(tmp_path / "xen") in fails(tmp_path / "cache", tmp_path / "xen")


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in fails(tmp_path / "cache", tmp_path / "xen")


def test_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ComposerError) as caught:
        hypervisor(tmp_path / "file", made(tmp_path), silent)
    assert caught.value.diagnostics[0].code is Code.STORE_UNWRITABLE
