"""Downloads one Debian package of any architecture through the machine's own apt, and installs nothing.

apt gets a root of its own (lists, cache, an empty status file), so that it neither needs rights nor changes the
machine; sources, keys, proxies and passwords stay those of the machine. The digest is that of apt's signed index.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from composer import digest

_UPDATE_SECONDS = 300.0
_DOWNLOAD_SECONDS = 300.0
_QUERY_SECONDS = 60.0
_URI = re.compile(r"'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})")
_CONFIGURATION = """
#clear APT::Update;
#clear DPkg::Post-Invoke;
APT::Architecture "{arch}";
#clear APT::Architectures;
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear Acquire::IndexTargets::deb::DEP-11;
Dir::State "{root}/state";
Dir::State::Lists "{root}/lists";
Dir::State::status "{root}/status";
Dir::Cache "{root}/cache";
"""


class NotToBeHad(Exception):
    """Why the package cannot be had, as the end of a sentence, and where was looked."""

    def __init__(self, reason: str, looked: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.looked = tuple(looked)


@dataclass(frozen=True, slots=True)
class Package:
    """A downloaded package whose bytes are what the signed index promises."""

    name: str
    version: str
    uri: str
    sha256: str
    content: bytes


def download(name: str, arch: str) -> Package:
    """The newest version of the package `name` for `arch` that the machine's sources have. Raises `NotToBeHad`."""
    if shutil.which("apt-get") is None:
        raise NotToBeHad("apt-get is not on this machine")
    with tempfile.TemporaryDirectory(prefix="compose-apt-") as folder:
        apt = _Apt(Path(folder), arch)
        complaint = apt.update()
        uri, file, sha256 = apt.find(f"{name}:{arch}", complaint)
        content = apt.content_of(f"{name}:{arch}", file)
    found = digest.of_bytes(content)
    if found != sha256:
        raise NotToBeHad(f"what came from {uri} has the sha256 {found}, and the signed index says {sha256}")
    return Package(name, unquote(file).split("_")[1], uri, sha256, content)


class _Apt:
    """apt-get with a root of its own."""

    def __init__(self, root: Path, arch: str) -> None:
        self._root = root
        for folder in ("state", "lists/partial", "cache/archives/partial"):
            (root / folder).mkdir(parents=True)
        (root / "status").touch()
        (root / "apt.conf").write_text(_CONFIGURATION.format(arch=arch, root=root))

    def update(self) -> str:
        """Read the signed indexes; what went wrong, which is no failure yet: it may be about other sources."""
        done = self._run(_UPDATE_SECONDS, "update")
        errors = [line for line in done.stderr.splitlines() if line.startswith("E: ")]
        return "; ".join(line.removeprefix("E: ") for line in errors[:2])

    def find(self, package: str, complaint: str) -> tuple[str, str, str]:
        """Address, file name and sha256 of `package`."""
        match = _URI.search(self._run(_QUERY_SECONDS, "download", "--print-uris", package).stdout)
        if match is None:
            looked = self._run(_QUERY_SECONDS, "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages")
            reason = complaint or "no source of this machine has it"
            raise NotToBeHad(reason, sorted(set(looked.stdout.splitlines())))
        return match[1], match[2], match[4]

    def content_of(self, package: str, file: str) -> bytes:
        """The bytes of `package`."""
        done = self._run(_DOWNLOAD_SECONDS, "download", package)
        try:
            return (self._root / file).read_bytes()
        except OSError:
            reason = done.stderr.strip().splitlines()[-1:] or ["apt-get did not say why"]
            raise NotToBeHad(f"the download failed: {reason[0]}") from None

    def _run(self, seconds: float, *words: str) -> subprocess.CompletedProcess[str]:
        argv = ["apt-get", f"--config-file={self._root}/apt.conf", "-q", *words]
        try:
            return subprocess.run(
                argv,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotToBeHad(f"`apt-get {words[0]}` took more than {seconds:.0f} seconds") from None
        except OSError as error:
            raise NotToBeHad(f"apt-get cannot be started: {error.strerror}") from error
