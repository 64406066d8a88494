"""Where an archive may be, in the order in which one looks: what the user names first, the network last."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from composer import digest
from composer.fetch import http
from composer.fetch.clients import npm_pack, run_client
from composer.fetch.http import NotThere, Received
from composer.model.source import Archive

_APT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Search:
    """What the user says of where to look."""

    files: tuple[Path, ...] = ()  # known by what they hold, not by their names
    mirrors: tuple[str, ...] = ()  # folders, or the beginning of addresses
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One place to look in."""

    name: str  # for people
    bring: Callable[[Path, Received], None]  # into a file; raises NotThere
    resumes: bool = False  # whether it goes on with the bytes that the file has


def places(archive: Archive, search: Search) -> Iterator[Place]:
    """Every place where `archive` may be."""
    for file in search.files:
        yield Place(str(file), _copier(file, archive.sha256))
    for mirror in search.mirrors:
        if is_address(mirror):
            if not search.offline:
                yield _addressed(f"{mirror.rstrip('/')}/{quote(archive.file)}", {})
        else:
            yield Place(f"{mirror}/{archive.file}", _copier(Path(mirror, archive.file)))
    if not search.offline:
        yield from _public_places(archive)


def _public_places(archive: Archive) -> Iterator[Place]:
    if archive.debian is not None:
        found, proxies = _apt_addresses(), _apt_proxies()
        for base in found:
            yield _addressed(f"{base}{pool_folder(archive.debian)}/{quote(archive.file)}", proxies)
        if not found:
            yield Place(f"Debian's source package {archive.debian}", _nowhere("this machine's apt names no archive"))
    if archive.pypi is not None:
        yield Place(f"PyPI's {archive.pypi}", _from_pip(archive))
    if archive.npm is not None:
        yield Place(f"npm's {archive.npm}", _from_npm(archive))
    if archive.url is not None:
        yield _addressed(archive.url, {})


def pool_folder(package: str) -> str:
    """The folder of a source package in an archive's pool: packages whose names begin with `lib` have longer initials."""
    initial = package[:4] if package.startswith("lib") else package[0]
    return f"pool/main/{initial}/{package}"


def is_address(mirror: str) -> bool:
    """Whether a mirror is no folder."""
    return mirror.startswith(("http://", "https://"))


def _addressed(address: str, proxies: Mapping[str, str]) -> Place:
    return Place(address, lambda file, received: http.get(address, file, received, proxies), resumes=True)


def _copier(origin: Path, sha256: str | None = None) -> Callable[[Path, Received], None]:
    """Copies `origin`; with `sha256` only if it has that, for a file that the user names may be another archive."""

    def bring(file: Path, received: Received) -> None:
        try:
            if sha256 is not None and (found := digest.of_file(origin)) != sha256:
                raise NotThere(f"it has the sha256 {found}")
            shutil.copyfile(origin, file)
            size = file.stat().st_size
        except OSError as error:
            raise NotThere(error.strerror or str(error)) from error
        received(size, size)

    return bring


def _nowhere(reason: str) -> Callable[[Path, Received], None]:
    def bring(_file: Path, _received: Received) -> None:
        raise NotThere(reason)

    return bring


@cache
def _apt_addresses() -> tuple[str, ...]:
    """The base addresses of the machine's package archives, each once, in apt's order."""
    lines = _asked("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    http_alone = (line.removeprefix("mirror+") for line in lines if line.startswith(("http", "mirror+http")))
    return tuple(dict.fromkeys(f"{line.rstrip('/')}/" for line in http_alone))


@cache
def _apt_proxies() -> Mapping[str, str]:
    """Proxies that apt alone is told of."""
    told = (line.partition(" ") for line in _asked("apt-config", "dump", "--format", "%f %v%n"))
    names = {f"Acquire::{scheme}::Proxy": scheme for scheme in ("http", "https")}
    return {names[name]: value for name, _, value in told if name in names and value not in ("", "DIRECT")}


def _asked(*argv: str) -> list[str]:
    """The lines that a program prints; none where it is not there or fails."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_APT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.splitlines()


def _from_pip(archive: Archive) -> Callable[[Path, Received], None]:
    """By pip, which knows the user's own index. It is given the digest, so it looks into no other file."""

    def bring(file: Path, received: Received) -> None:
        with tempfile.TemporaryDirectory(prefix="compose-pip-") as folder:
            wanted = Path(folder, "wanted.txt")
            wanted.write_text(f"{archive.pypi} --hash=sha256:{archive.sha256}\n")
            words = ("--no-deps", "--require-hashes", "--disable-pip-version-check", "--no-input", "--quiet")
            argv = (sys.executable, "-m", "pip", "download", *words, "--dest", f"{folder}/got", "-r", str(wanted))
            run_client("pip", argv)
            _take(Path(folder, "got"), archive, file, "pip", received)

    return bring


def _from_npm(archive: Archive) -> Callable[[Path, Received], None]:
    """By npm, which knows the user's own registry."""

    def bring(file: Path, received: Received) -> None:
        with tempfile.TemporaryDirectory(prefix="compose-npm-") as folder:
            npm_pack(str(archive.npm), Path(folder))
            _take(Path(folder), archive, file, "npm", received)

    return bring


def _take(folder: Path, archive: Archive, file: Path, client: str, received: Received) -> None:
    """Copy the file in `folder` that is `archive`, if there is one."""
    got = [path for path in folder.glob("*") if digest.of_file(path) == archive.sha256]
    if not got:
        raise NotThere(f"{client} brought no file with that sha256")
    shutil.copyfile(got[0], file)
    size = file.stat().st_size
    received(size, size)
