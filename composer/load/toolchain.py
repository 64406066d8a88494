"""Toolchains: `toolchains/*.yaml` read, and the one for an architecture found on this machine.

A toolchain is known by the content of the programs that do the work (driver, cc1, as, ld), never by the
version that it prints: distributions patch compilers without changing it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic
from composer.load.check import check
from composer.load.document import read_document
from composer.load.suggest import hint_for
from composer.model.toolchain import Toolchain, ToolchainFacts
from composer.model.value import Places

PROBE_SECONDS = 30.0
_PROGRAMS = ("cc1", "as", "ld")


def load_toolchains(folder: Path) -> Mapping[str, tuple[ToolchainFacts, Places]]:
    """Every toolchain that the folder describes, by name."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path, "toolchain")
        facts = check(ToolchainFacts, document)
        found[facts.name] = (facts, document.places)
    return found


def find_toolchain(
    toolchains: Mapping[str, tuple[ToolchainFacts, Places]], arch: str, memo: Path, profile: str
) -> Toolchain:
    """The toolchain for `arch` on this machine; raises ComposerError if there is none that will do.

    `memo` is a file that remembers the last probe by the size, time and inode of each program, so that
    a build need not read 40 MB of compiler again; it may be missing, stale or garbage.
    """
    candidates = [entry for entry in toolchains.values() if entry[0].arch == arch]
    if not candidates:
        hint = hint_for(arch, {entry[0].arch for entry in toolchains.values()}, "architectures")
        raise ComposerError(Diagnostic(Code.NO_COMPILER, f"no toolchain is described for '{arch}'", None, hint))
    facts, places = candidates[0]
    driver = next((path for name in facts.compiler if (path := shutil.which(name))), None)
    if driver is None:
        message = f"no C compiler for {arch} on this machine: looked for {', '.join(facts.compiler)}"
        raise ComposerError(Diagnostic(Code.NO_COMPILER, message, places.at("compiler"), install_hint("gcc")))
    remembered = _recall(memo, facts, driver, profile)
    if remembered is not None:
        return remembered
    toolchain = _probe(facts, places, driver, profile)
    _remember(memo, toolchain, profile)
    return toolchain


def install_hint(package: str) -> str:
    """The line that installs a package on the usual distributions."""
    return f"install it: `sudo apt install {package}` (Debian, Ubuntu), `sudo dnf install {package}` (Fedora)"


def _probe(facts: ToolchainFacts, places: Places, driver: str, profile: str) -> Toolchain:
    version = _ask(driver, "-dumpfullversion") or _ask(driver, "-dumpversion")
    if _number(version) < _number(facts.min_version):
        message = f"{driver} is version {version or 'unknown'}; {facts.name} needs {facts.min_version} or newer"
        hint = f"install gcc {facts.min_version} or newer, and have it before this one on the PATH"
        raise ComposerError(Diagnostic(Code.COMPILER_TOO_OLD, message, places.at("min_version"), hint))
    programs = {name: _program(driver, name, places) for name in _PROGRAMS}
    _check_flags(facts, places, driver, profile)
    identity = digest.of_json(
        {name: digest.of_file(Path(path)) for name, path in {"driver": driver, **programs}.items()}
    )
    include = _ask(driver, "-print-file-name=include")
    return Toolchain(facts, driver, programs["ld"], (driver, *programs.values()), version, identity, include)


def _ask(driver: str, *arguments: str) -> str:
    """What the driver prints, or nothing if it cannot be run."""
    try:
        done = subprocess.run(
            [driver, *arguments],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _program(driver: str, name: str, places: Places) -> str:
    answer = _ask(driver, f"-print-prog-name={name}")
    path = shutil.which(answer) if answer else None
    if path is None:
        message = f"{driver} has no '{name}' to work with"
        hint = install_hint("binutils" if name in ("as", "ld") else "gcc")
        raise ComposerError(Diagnostic(Code.NO_COMPILER, message, places.at("compiler"), hint))
    return path


def _check_flags(facts: ToolchainFacts, places: Places, driver: str, profile: str) -> None:
    """Compile nothing with all flags; on a failure find the flag that is to blame."""
    listed = [(flag, places.at("flags", index)) for index, flag in enumerate(facts.flags)]
    listed += [(flag, places.at("profiles", profile, index)) for index, flag in enumerate(facts.profiles[profile])]
    if _accepts(driver, *(flag for flag, _ in listed)):
        return
    culprits = [(flag, at) for flag, at in listed if not _accepts(driver, flag)]
    flag, at = culprits[0] if culprits else ("its flags together", places.at("flags"))
    message = f"{driver} does not accept {flag}"
    hint = "install a newer gcc, or correct the toolchain's flags"
    raise ComposerError(Diagnostic(Code.COMPILER_LACKS_FLAG, message, at, hint))


def _accepts(driver: str, *flags: str) -> bool:
    try:
        done = subprocess.run(
            [driver, *flags, "-S", "-o", os.devnull, "-x", "c", os.devnull],
            capture_output=True,
            timeout=PROBE_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _stamp(path: str) -> list[Any]:
    """What changes when a program is replaced."""
    status = Path(path).stat()
    return [path, status.st_size, status.st_mtime_ns, status.st_ino]


def _memo_key(facts: ToolchainFacts, driver: str, profile: str) -> str:
    return digest.of_json([facts.model_dump(mode="json"), driver, profile])


def _recall(memo: Path, facts: ToolchainFacts, driver: str, profile: str) -> Toolchain | None:
    try:
        entry = json.loads(memo.read_bytes())[_memo_key(facts, driver, profile)]
        fresh = all(_stamp(stamp[0]) == stamp for stamp in entry["stamps"])
        if not fresh:
            return None
        programs = tuple(stamp[0] for stamp in entry["stamps"])
        return Toolchain(
            facts, driver, entry["linker"], programs, entry["version"], entry["identity"], entry["include"]
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _remember(memo: Path, toolchain: Toolchain, profile: str) -> None:
    """Write the probe down; a memo that cannot be written only costs time."""
    entry: dict[str, Any] = {
        "stamps": [_stamp(program) for program in toolchain.programs],
        "linker": toolchain.linker,
        "version": toolchain.version,
        "identity": toolchain.identity,
        "include": toolchain.include,
    }
    draft = memo.with_name(f"{memo.name}.{os.getpid()}")
    try:
        memo.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({_memo_key(toolchain.facts, toolchain.compiler, profile): entry}))
        draft.replace(memo)
    except OSError:
        with suppress(OSError):
            draft.unlink()
