"""Which gdb debugs a guest, and what it is told; what is told is pure text."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic
from composer.load.packages import install_line, os_release
from composer.run.guest import Guest

# Architecture -> gdb's name for it.
_ARCHITECTURES = MappingProxyType({"x86_64": "i386:x86-64", "aarch64": "aarch64"})
_MULTIARCH = "gdb-multiarch"  # Debian's gdb knows its own architecture only
_PROBE_SECONDS = 20.0  # gdb answers in a tenth of one


def choose_gdb(arch: str) -> str:
    """The path of a gdb of this machine that knows `arch`.

    Raises `ComposerError` (NO_DEBUGGER) with the line that installs one.
    """
    is_ours = arch == os.uname().machine
    names = ("gdb", _MULTIARCH) if is_ours else (_MULTIARCH, "gdb")
    for name in names:
        program = shutil.which(name)
        if program is not None and (is_ours or name == _MULTIARCH or _knows(program, arch)):
            return program
    message = f"there is no gdb on this machine that knows {arch}"
    raise ComposerError(Diagnostic(Code.NO_DEBUGGER, message, hint=install_line(names[:1], os_release())))


def require_gdbserver() -> str:
    """The path of gdbserver; raises `ComposerError` (NO_DEBUGGER) with the line that installs it."""
    program = shutil.which("gdbserver")
    if program is None:
        message = "the process of a linux guest is served by gdbserver, which is not on this machine"
        raise ComposerError(Diagnostic(Code.NO_DEBUGGER, message, hint=install_line(["gdbserver"], os_release())))
    return program


def _knows(program: str, arch: str) -> bool:
    argv = (program, "-nx", "-batch", "-ex", f"set architecture {_ARCHITECTURES.get(arch, arch)}")
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"ndefined" not in done.stderr


def source_commands(sources: Mapping[str, Path]) -> tuple[str, ...]:
    """Where the folders that debug information names are on this machine (composer/DESIGN.md, "Logical paths")."""
    return tuple(f"set substitute-path {name} {_word(folder)}" for name, folder in sources.items())


def remote_commands(address: str, place: str) -> tuple[str, ...]:
    """Connect to a gdb server and run to `place`.

    The breakpoint is one of the processor: at the first instruction code is neither mapped nor always in place,
    so none could be written into it.
    """
    return (f"target remote {address}", f"thbreak {place}", "continue")


def process_commands(guest: Guest, place: str, terminal: Path | None) -> tuple[str, ...]:
    """Run the process `guest` to `place`, with its own words and environment and nothing of ours."""
    settings = shlex.join([f"{name}={value}" for name, value in guest.environment])
    return (
        f"exec-file {_word(guest.image)}",
        f"set exec-wrapper env -i {settings}",
        f"set args {shlex.join(guest.arguments)}",
        *(() if terminal is None else (f"set inferior-tty {terminal}",)),
        f"tbreak {place}",
        "run",
    )


def remote_end(farewell: str, left: Path) -> str:
    """What gdb does before it quits: leave a guest that is still there by the command `farewell`, and make `left`."""
    return _on_quit(f"  if $_thread != 0\n    {farewell}\n    shell : >{shlex.quote(str(left))}\n  end\n")


def process_end(record: Path) -> str:
    """What gdb does before it quits: write to `record` how the process that it ran has ended."""
    told = "".join(
        f'  if !$_isvoid($_exit{how})\n    eval "shell echo {how} %d >{shlex.quote(str(record))}", $_exit{how}\n  end\n'
        for how in ("code", "signal")
    )
    return _on_quit(told)


def _on_quit(body: str) -> str:
    return f"define hook-quit\n{body}end\n"


def gdb_command(program: str, symbols: Path, script: Path, commands: Sequence[str], batch: bool) -> tuple[str, ...]:
    """The argv of a gdb that carries out `script`, then `commands`, and then asks a person, or with `batch` quits."""
    last = (*commands, "quit") if batch else commands  # without the word, a batch would end without its hook
    return (
        program,
        "-q",
        *(("-nx", "-batch") if batch else ()),
        *("-x", str(script)),
        *(word for command in last for word in ("-ex", command)),
        str(symbols),
    )


def shell_line(program: str, symbols: Path, commands: Sequence[str]) -> str:
    """The line for a shell that starts gdb with `commands`."""
    return shlex.join([program, *(word for command in commands for word in ("-ex", command)), str(symbols)])


def _word(path: Path) -> str:
    """A path as one word of a command of gdb."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
