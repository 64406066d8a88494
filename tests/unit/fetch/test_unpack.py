"""Archives of strangers: what they hold is there, and nothing reaches beyond the folder."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from composer.fetch import unpack as unpacking
from composer.fetch.unpack import Refused, unpack
from tests.support.archives import Compression, entry, tar, tar_of, zip_of

FILES = {"lib-1/README": "read me", "lib-1/src/a.c": "int a;\n"}


def unpacked(archive: Path, strip: int = 1) -> dict[str, str]:
    folder = archive.parent / "out"
    folder.mkdir()
    unpack(archive, strip, folder)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_a_tar_in_any_compression_is_unpacked_without_its_first_folder(tmp_path: Path, mode: Compression) -> None:
    assert unpacked(tar_of(tmp_path / "a.tar", FILES, mode)) == {"README": "read me", "src/a.c": "int a;\n"}


def test_a_zip_is_unpacked_too(tmp_path: Path) -> None:
    assert unpacked(zip_of(tmp_path / "a.whl", FILES), strip=0) == FILES


def test_programs_stay_programs_and_links_inside_stay_links(tmp_path: Path) -> None:
    entries = (
        entry("l/configure", b"#!", mode=0o755),
        entry("l/folder", kind=tarfile.DIRTYPE),
        entry("l/folder/up", kind=tarfile.SYMTYPE, link="../configure"),
        entry("l/same", kind=tarfile.LNKTYPE, link="l/configure"),
    )
    assert unpacked(tar(tmp_path / "a.tar", *entries)) == {"configure": "#!", "folder/up": "#!", "same": "#!"}
    assert os.access(tmp_path / "out/configure", os.X_OK)
    assert (tmp_path / "out/folder/up").readlink() == Path("../configure")


def test_members_that_are_no_longer_than_what_is_stripped_are_dropped(tmp_path: Path) -> None:
    assert unpacked(tar_of(tmp_path / "a.tar", {"top": "x", "l/kept": "y"})) == {"kept": "y"}


def test_names_that_differ_in_case_alone_are_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    archive = tar_of(tmp_path / "a.tar", {"l/Map": "x", "l/a": "y", "l/map": "z"})
    assert unpack(archive, 1, tmp_path / "out") == ("Map", "map")


HOSTILE = {
    "dots-at-once": ([entry("../evil", b"x")], "the member '../evil' would lie outside the folder"),
    "dots": ([entry("l/../../evil", b"x")], "the member 'l/../../evil' would lie outside the folder"),
    "absolute": ([entry("/etc/evil", b"x")], "the member '/etc/evil' has an absolute name"),
    "backslash": ([entry("l/..\\evil", b"x")], r"the member 'l/..\\evil' would lie outside the folder"),
    "drive": ([entry("c:/evil", b"x")], "the member 'c:/evil' has an absolute name"),
    "link-out": (
        [entry("l/x", kind=tarfile.SYMTYPE, link="../../evil")],
        "the member 'l/x' is a link to '../../evil', outside the archive",
    ),
    "link-absolute": (
        [entry("l/x", kind=tarfile.SYMTYPE, link="/etc/passwd")],
        "the member 'l/x' is a link to '/etc/passwd', outside the archive",
    ),
    "through-a-link": (
        [entry("l/d", kind=tarfile.SYMTYPE, link="."), entry("l/d/x", b"x")],
        "the member 'l/d/x' lies below 'd', which is no folder",
    ),
    # By its words the second link stays inside; by way of the first it does not.
    "link-by-way-of-a-link": (
        [
            entry("l/a/b/c", b"x"),
            entry("l/a/b/top", kind=tarfile.SYMTYPE, link="../.."),
            entry("l/x", kind=tarfile.SYMTYPE, link="a/b/top/../evil"),
        ],
        "the member 'l/x' is a link to 'a/b/top/../evil', outside the archive",
    ),
    "hard-link-out": (
        [entry("l/x", kind=tarfile.LNKTYPE, link="l/../../evil")],
        "the member 'l/../../evil' would lie outside the folder",
    ),
    "hard-link-to-nothing": (
        [entry("l/x", kind=tarfile.LNKTYPE, link="l/y")],
        "the member 'l/x' is a link to 'l/y', which is no file before it",
    ),
    "character-device": ([entry("l/null", kind=tarfile.CHRTYPE)], "the member 'l/null' is a device"),
    "block-device": ([entry("l/disk", kind=tarfile.BLKTYPE)], "the member 'l/disk' is a device"),
    "pipe": ([entry("l/pipe", kind=tarfile.FIFOTYPE)], "the member 'l/pipe' is a pipe"),
    "sparse": ([entry("l/x", kind=b"V")], "the member 'l/x' is neither a file, a folder nor a link"),
    "twice": ([entry("l/x", b"1"), entry("l/x", b"2")], "two members have the name 'l/x'"),
    "file-and-folder": (
        [entry("l/x", b"1"), entry("l/x/y", b"2")],
        "the member 'l/x/y' lies below 'x', which is no folder",
    ),
    "folder-then-file": ([entry("l/x/y", b"1"), entry("l/x", b"2")], "two members have the name 'l/x'"),
    "empty": ([], "it holds no file"),
    "long-name": ([entry(f"l/{'a' * 1100}", b"")], r"the name of the member 'l/aaa\S*…' is longer than 1,024 bytes"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_tar_is_refused_by_the_members_name(tmp_path: Path, kind: str) -> None:
    entries, told = HOSTILE[kind]
    archive = tar(tmp_path / "a.tar", *entries)
    with pytest.raises(Refused, match=f"^{told}$"):
        unpacked(archive)
    assert not list(tmp_path.glob("**/evil"))


@pytest.mark.parametrize("kind", ["dots-at-once", "link-out"])
def test_the_hostile_tars_would_do_harm_elsewhere(tmp_path: Path, kind: str) -> None:
    """What is refused above is no straw man: unpacked in good faith, it reaches beyond the folder."""
    entries, _ = HOSTILE[kind]
    folder = tmp_path / "a/b"
    folder.mkdir(parents=True)
    with tarfile.open(tar(tmp_path / "a.tar", *entries)) as archive:
        archive.extractall(folder, filter="fully_trusted")
    assert (tmp_path / "a/evil").exists() or not (folder / "l/x").resolve().is_relative_to(folder)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("../evil", "the member '../evil' would lie outside the folder"),
        ("/evil", "the member '/evil' has an absolute name"),
        ("x 120777", "the member 'x' is a link to '../y', outside the archive"),
        ("x 060644", "the member 'x' is neither a file nor a folder"),
    ],
)
def test_a_hostile_zip_is_refused(tmp_path: Path, word: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        unpacked(zip_of(tmp_path / "a.zip", {word: "../y"}), strip=0)


@pytest.mark.parametrize("strip", [1, 2])
@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_a_bomb_is_refused_also_where_its_member_would_be_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Compression, strip: int
) -> None:
    archive = tar(tmp_path / "a.tar", entry("l/zeros", bytes(1 << 20)), entry("l/a/last", b"x"), mode=mode)
    assert "last" in str(unpacked(archive, strip))  # within the bounds there is nothing to refuse
    shutil.rmtree(tmp_path / "out")
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1 << 19)
    with pytest.raises(Refused, match="it unpacks to more than 524,288 bytes"):
        unpacked(archive, strip)
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*")) <= 1 << 20


def test_a_zip_bomb_is_counted_by_what_it_gives_not_by_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = zip_of(tmp_path / "a.zip", {"zeros": "0" * (1 << 20)})
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1 << 19)
    with pytest.raises(Refused, match="'zeros' is where that is reached"):
        unpacked(archive, 0)


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tar_of(tmp_path / "a.tar", {f"l/{number}": "" for number in range(11)})
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 10)
    with pytest.raises(Refused, match="it has more than 10 members"):
        unpacked(archive)


def test_a_header_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    info = entry("l/x", bytes(2 << 20), kind=tarfile.XHDTYPE)
    with pytest.raises(Refused, match="what it says of a member has more than"):
        unpacked(tar(tmp_path / "a.tar", info))


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_a_tar_that_was_cut_short_is_damaged(tmp_path: Path, mode: Compression) -> None:
    archive = tar(tmp_path / "a.tar", entry("l/x", os.urandom(50_000)), mode=mode)
    archive.write_bytes(archive.read_bytes()[:20_000])
    with pytest.raises(Refused, match="is damaged"):
        unpacked(archive)


@pytest.mark.parametrize("content", [b"", b"not an archive at all", b"PK\x03\x04 but no more", b"\x1f\x8b\x08"])
def test_what_is_no_archive_is_damaged(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "a.tar"
    archive.write_bytes(content)
    with pytest.raises(Refused, match=r"it is damaged|it holds no file"):
        unpacked(archive)
