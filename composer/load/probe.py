"""What a compiler on this machine is: found, asked, tried with its flags, and digested."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.toolchain import Kind, Runtime, Toolchain, ToolchainFacts
from composer.model.value import Places

PROBE_SECONDS = 10.0  # for one answer; the first start of a program of 180 MB from a slow disk takes some
EXTRA = 'pip install "unikernel-composer[{}]"'


@dataclass(frozen=True, slots=True)
class _Manner:
    """How programs of one kind are asked."""

    version: tuple[str, ...]  # words of which the first that is answered prints the version
    parts: tuple[str, ...] = ()  # programs that the driver knows; the last is the linker
    extras: tuple[str, ...] = ()  # likewise, of which one may be absent
    compiler: tuple[str, ...] = ()  # words that make a compiler of the program
    linker: tuple[str, ...] = ()


# `zig cc` refuses the stack protector without a libc of its own and keeps a cache; `zig clang` is the plain driver.
_MANNERS: Mapping[Kind, _Manner] = MappingProxyType(
    {
        Kind.GCC: _Manner(("-dumpfullversion", "-dumpversion"), ("cc1", "as", "ld"), ("lto1",)),
        Kind.CLANG: _Manner(("-dumpversion",), ("ld.lld",)),
        Kind.ZIG: _Manner(("version",), compiler=("clang",), linker=("ld.lld",)),
    }
)
# What compilers that are mostly shared libraries name in themselves.
_LIBRARY = re.compile(rb"lib(?:LLVM|clang-cpp|lld[A-Za-z]*)[-.\w]*\.(?:so|dylib)[.\d]*")


@dataclass(frozen=True, slots=True)
class _Driver:
    """A compiler that is being asked."""

    facts: ToolchainFacts
    places: Places
    arch: str
    program: str  # absolute path

    @property
    def manner(self) -> _Manner:
        return _MANNERS[self.facts.kind]

    @property
    def command(self) -> tuple[str, ...]:
        return (self.program, *self.manner.compiler)

    def refuse(self, code: Code, message: str, at: Location, hint: str) -> ComposerError:
        return ComposerError(Diagnostic(code, f"{self.program} {message}", at, hint))


def drivers(facts: ToolchainFacts, arch: str) -> tuple[list[str], list[str]]:
    """Absolute paths of the programs that may be the toolchain's compiler, the likeliest first; and where none is."""
    found: list[str] = []
    missing: list[str] = []
    for places in _searches(facts, arch):
        for path in places:
            if os.access(path, os.X_OK) and Path(path).is_file():
                found.append(path)
                break  # of one name, as a shell does, only the first
            missing.append(path)
    return found, missing


def _searches(facts: ToolchainFacts, arch: str) -> Iterator[list[str]]:
    """Paths to be tried until one is there: in the Python package, then for each name on the PATH."""
    names = facts.architectures[arch].compiler
    if facts.wheel is not None:
        spec = importlib.util.find_spec(facts.wheel)  # does not import it
        folders = spec.submodule_search_locations if spec else None
        yield [str(Path(folder, name)) for folder in folders or () for name in names]
    on_path = [Path(folder).absolute() for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    yield from ([str(folder / name) for folder in on_path] for name in names)


def install_hint(facts: ToolchainFacts, arch: str) -> str:
    """How to have the toolchain on the usual systems."""
    package = debian_package(facts, arch)
    if package is None:
        return f"`{EXTRA.format(facts.name)}` (any system, without root)"
    return f"`sudo apt install {package}` (Debian, Ubuntu)"


def debian_package(facts: ToolchainFacts, arch: str) -> str | None:
    """Debian's packages that make up the toolchain for `arch` on this machine; None if it comes otherwise."""
    package = facts.architectures[arch].package
    return None if package is None else package.own if _is_own(arch) else package.cross


def _is_own(arch: str) -> bool:
    """Whether it is this machine's architecture."""
    import platform  # only an error needs it

    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine()) == arch


def flags_for(facts: ToolchainFacts, arch: str) -> dict[str, Any]:
    """The fields of a Toolchain that the description alone decides."""
    own = facts.architectures[arch]
    return {
        "flags": (*facts.flags, *own.flags),
        "profiles": facts.profiles,
        "link_flags": (*facts.link_flags, *own.link_flags),
        "large": own.large,
        "spells": facts.spells,
        "lto": facts.lto,
    }


def probe(
    facts: ToolchainFacts, places: Places, arch: str, profile: str, program: str, *, is_pinned: bool
) -> Toolchain:
    """The toolchain whose driver is `program`; raises ComposerError if it will not do.

    A version that nobody has tried is taken only if it is pinned.
    """
    driver = _Driver(facts, places, arch, program)
    version = _version(driver)
    remarks = _untried(driver, version, is_pinned)
    _check_flags(driver, profile)
    parts = tuple(_part(driver, name) for name in driver.manner.parts)
    extras = (path for name in driver.manner.extras if (path := _located(driver, name)) is not None)
    runtime, absent = _runtime(driver)
    kept = (runtime.path,) if runtime.path else ()
    programs = (program, *parts, *extras, *_libraries(driver, (program, *parts)), *kept)
    return Toolchain(
        name=facts.name,
        version=version,
        reason="as asked for" if is_pinned else facts.architectures[arch].reason,
        compiler=driver.command,
        linker=(parts[-1] if parts else program, *driver.manner.linker),
        include=_include(driver),
        **flags_for(facts, arch),
        programs=programs,
        identity=digest.of_json([facts.kind, [digest.of_file(Path(path)) for path in programs]]),
        runtime=runtime,
        remarks=remarks,
        absent=absent,
    )


def _run(driver: _Driver, argv: Sequence[str], text: str = "") -> str | None:
    """What the command prints, None if it fails; raises ComposerError if it does not end."""
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return None
    with process:
        try:
            output, _ = process.communicate(text, timeout=PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise _hangs(driver, argv) from None
    return output.strip() if process.returncode == 0 else None


def _hangs(driver: _Driver, argv: Sequence[str]) -> ComposerError:
    asked = " ".join(argv[1:3])
    message = f"did not answer `{asked}` within {PROBE_SECONDS:.0f} s and was stopped"
    hint = "run it by hand; another toolchain can be chosen by `--toolchain`"
    return driver.refuse(Code.COMPILER_HANGS, message, driver.places.at("architectures", driver.arch, "compiler"), hint)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _version(driver: _Driver) -> str:
    answers = (_run(driver, (driver.program, word)) for word in driver.manner.version)
    version = next(filter(None, answers), "")
    facts = driver.facts
    if _number(version) < _number(facts.min_version):
        message = f"is version {version or 'unknown'}; {facts.name} needs {facts.min_version} or newer"
        hint = f"install {facts.name} {facts.min_version} or newer, and have it before this one on the PATH"
        raise driver.refuse(Code.COMPILER_TOO_OLD, message, driver.places.at("min_version"), hint)
    return version


def _untried(driver: _Driver, version: str, is_pinned: bool) -> tuple[str, ...]:
    facts = driver.facts
    if facts.untried_from is None or _number(version) < _number(facts.untried_from):
        return ()
    message = f"is version {version}, and nobody has tried {facts.untried_from} or newer"
    if is_pinned:
        return (f"{driver.program} {message}",)
    hint = f"`--toolchain {facts.name}` takes it all the same; one that was tried: {install_hint(facts, driver.arch)}"
    raise driver.refuse(Code.COMPILER_UNTRIED, message, driver.places.at("untried_from"), hint)


def _check_arch(driver: _Driver) -> None:
    own = driver.facts.architectures[driver.arch]
    target = [flag for flag in own.flags if flag.startswith("--target=")]
    if not _accepts(driver, *target):
        at = driver.places.at("architectures", driver.arch, "compiler")
        hint = f"install one that does: {install_hint(driver.facts, driver.arch)}"
        raise driver.refuse(Code.COMPILER_WRONG_ARCH, f"does not make code for {driver.arch}", at, hint)


def _located(driver: _Driver, name: str) -> str | None:
    answer = _run(driver, (*driver.command, f"-print-prog-name={name}"))
    return shutil.which(answer) if answer else None


def _part(driver: _Driver, name: str) -> str:
    path = _located(driver, name)
    if path is None:
        at = driver.places.at("architectures", driver.arch, "compiler")
        raise driver.refuse(Code.NO_COMPILER, f"has no '{name}' to work with", at, _part_hint(driver, name))
    return path


def _part_hint(driver: _Driver, name: str) -> str:
    if driver.facts.kind is Kind.GCC and name in ("as", "ld"):
        return "install it: `sudo apt install binutils` (Debian, Ubuntu), `sudo dnf install binutils` (Fedora)"
    return f"install it: {install_hint(driver.facts, driver.arch)}"


def _include(driver: _Driver) -> str:
    """The folder of the compiler's own headers."""
    if driver.facts.kind is not Kind.ZIG:
        return _run(driver, (*driver.command, "-print-file-name=include")) or ""
    return next((str(place.parent) for place in _own_files(driver, "include/stddef.h")), "")


def _own_files(driver: _Driver, name: str) -> Iterator[Path]:
    """A file of the program's own library, as zig looks for it itself: below each folder above the program."""
    above = Path(driver.program).resolve().parents
    places = (folder / "lib" / below / name for folder in above for below in ("", "zig"))
    return (place for place in places if place.is_file())


def _runtime(driver: _Driver) -> tuple[Runtime, tuple[str, ...]]:
    """The first runtime that is there, and absolute paths where better ones would be."""
    absent: list[str] = []
    for facts in driver.facts.runtimes:
        if facts.make:
            found = next(_own_files(driver, facts.source), None)
            path, make = str(found or ""), tuple(word.replace("{arch}", driver.arch) for word in facts.make)
        else:
            path, make = (
                _run(driver, (*driver.command, *(word.format(arch=driver.arch) for word in facts.ask))) or "",
                (),
            )
        if Path(path).is_file():
            return Runtime(facts.name, facts.license, os.path.realpath(path), make), tuple(absent)
        absent += [path] if Path(path).is_absolute() else []
    return Runtime("", "", "", install=_runtime_hint(driver)), tuple(absent)


def _runtime_hint(driver: _Driver) -> str:
    """How to have a runtime."""
    packages = (facts.package for facts in driver.facts.runtimes if facts.package is not None)
    names = (package.own if _is_own(driver.arch) else package.cross for package in packages)
    ways = " or ".join(f"`sudo apt install {name}`" for name in names)
    return f"{ways} (Debian, Ubuntu)" if ways else install_hint(driver.facts, driver.arch)


def _libraries(driver: _Driver, programs: Sequence[str]) -> tuple[str, ...]:
    """Shared libraries that hold most of the compiler, where its programs are only their front doors."""
    if driver.facts.kind is not Kind.CLANG:
        return ()
    found: dict[str, None] = {}
    for program in programs:
        for name in sorted({match.decode() for match in _LIBRARY.findall(Path(program).read_bytes())}):
            beside = Path(program).resolve().parent.parent / "lib" / name
            answer = str(beside) if beside.is_file() else _run(driver, (*driver.command, f"-print-file-name={name}"))
            if answer and Path(answer).is_file():
                found[os.path.realpath(answer)] = None
    return tuple(found)


def _check_flags(driver: _Driver, profile: str) -> None:
    """Compile next to nothing with all flags; on a failure find what is to blame."""
    facts, places, arch = driver.facts, driver.places, driver.arch
    listed = [(flag, places.at("flags", index)) for index, flag in enumerate(facts.flags)]
    listed += [
        (flag, places.at("architectures", arch, "flags", index))
        for index, flag in enumerate(facts.architectures[arch].flags)
    ]
    listed += [(flag, places.at("profiles", profile, index)) for index, flag in enumerate(facts.profiles[profile])]
    if _accepts(driver, *(flag for flag, _ in listed)):
        return
    _check_arch(driver)
    target = [flag for flag, _ in listed if flag.startswith("--target=")]
    culprits = [(flag, at) for flag, at in listed if not _accepts(driver, *target, flag)]
    flag, at = culprits[0] if culprits else ("its flags together", places.at("flags"))
    hint = f"install a newer {facts.name}, or correct the toolchain's flags"
    raise driver.refuse(Code.COMPILER_LACKS_FLAG, f"does not accept {flag}", at, hint)


def _accepts(driver: _Driver, *flags: str) -> bool:
    """Whether it compiles with `flags`, and for the architecture, by the macro that every such compiler defines."""
    text = f"#ifndef __{driver.arch}__\n#error another architecture\n#endif\n"
    return _run(driver, (*driver.command, *flags, "-S", "-o", os.devnull, "-x", "c", "-"), text) is not None
