"""`compose debug`: a guest that waits for a debugger, with gdb or for somebody else's."""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from composer.cli.common import settings_of
from composer.cli.guests import Finished, concluded, is_image, prepared, require_symbols, source_folders, teller
from composer.errors import Code, ComposerError, Diagnostic, Exit, Location
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.model.step import RECIPES
from composer.model.target import Target
from composer.pipeline.launch import LAUNCH_FILE, LAUNCH_PORT, as_text, launch_entry, write_entry
from composer.pipeline.project import load_project
from composer.run.debug import debug_machine, debug_process, serve_process
from composer.run.engine import run_guests
from composer.run.gdb import (
    choose_gdb,
    gdb_command,
    process_commands,
    process_end,
    remote_commands,
    remote_end,
    require_gdbserver,
    shell_line,
    source_commands,
)
from composer.run.guest import Emulator, Ending, Guest, Host, Interpreter, XenHost
from composer.run.plug import plugged
from composer.run.stub import Attachment, Stub, free_address, machine_stub, process_stub

SERVING = "gdb server on"  # how the line begins that tells an editor that it may connect


@dataclass(frozen=True, slots=True)
class _Console:
    """Where the guest's console is, if not here."""

    stdin: int | None
    stdout: int
    path: Path | None = None


def run(args: argparse.Namespace) -> int:
    """Debug the image of the manifest's first target, or of the one that --target names."""
    _check_words(args)
    (made,), host = prepared(args, [args.manifest])
    guest = made.guest
    require_symbols(guest)
    gdb = choose_gdb(guest.target.arch) if not args.server else None
    sources = _sources(args, made)
    if args.vscode:
        return _write_launch_entry(args, made, sources, gdb or "gdb")
    with tempfile.TemporaryDirectory(prefix="compose-debug-") as folder, _console(args) as console:
        if gdb is None:
            ending = _serve(args, guest, host, console, Path(folder), sources)
        elif host is None:
            ending = _debug_process(args, guest, console, gdb, Path(folder), sources)
        else:
            ending = _debug_machine(args, guest, host, console, gdb, Path(folder), sources)
    return Exit.OK if ending is None else concluded(args, [made], [ending])


def _check_words(args: argparse.Namespace) -> None:
    """Raise ComposerError for words that do not go together."""
    served = args.server or args.vscode
    problems = (
        (args.server and args.vscode, "--server and --vscode exclude each other", "take one of them"),
        (args.json and not served, "--json says nothing about a person at gdb", "add --server or --vscode"),
        (args.port is not None and not served, "--port is for a debugger of your own", "add --server or --vscode"),
        (
            served and (args.batch or args.gdb_command),
            "--batch and --gdb-command are for the gdb that compose starts",
            "leave out --server and --vscode",
        ),
        (
            args.vscode and is_image(args.manifest),
            "--vscode writes beside a manifest, and this is an image",
            "name a manifest",
        ),
    )
    for wrong, message, hint in problems:
        if wrong:
            raise ComposerError(Diagnostic(Code.USAGE, message, hint=hint))


@contextmanager
def _console(args: argparse.Namespace) -> Iterator[_Console]:
    """The guest's console: a file or another terminal that --console names, else our own output.

    Our input is the guest's only where no gdb of ours reads it.
    """
    here = 2 if args.json else 1
    if args.console is None:
        yield _Console(0 if sys.stdin is not None and (args.server or args.batch) else None, here)
        return
    path = Path(args.console).absolute()
    try:
        is_terminal = path.exists() and stat.S_ISCHR(path.stat().st_mode)
        flags = os.O_RDWR | os.O_NOCTTY if is_terminal else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(path, flags, 0o644)
    except OSError as error:
        message = f"the guest's console cannot be there: {error.strerror}"
        hint = "name a file, or a terminal as `tty` tells it"
        raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message, Location(args.console), hint)) from None
    try:
        yield _Console(descriptor if is_terminal else None, descriptor, path)
    finally:
        os.close(descriptor)


def _sources(args: argparse.Namespace, made: Finished) -> Mapping[str, Path]:
    """The folders that debug information names; of an image from elsewhere the app's is not known."""
    if is_image(args.manifest):
        given = {f"{RECIPES}-{number}": Path(folder).absolute() for number, folder in enumerate(args.recipes, 1)}
        return {RECIPES: shipped_folder(RECIPES), **given, **source_folders(made)}
    project = load_project(settings_of(args, args.manifest)).for_target(Target.parse(made.image.target))
    return {**{root: Path(folder) for root, folder in project.roots.items()}, **source_folders(made)}


def _debug_machine(
    args: argparse.Namespace,
    guest: Guest,
    host: Emulator | Interpreter | XenHost,
    console: _Console,
    gdb: str,
    folder: Path,
    sources: Mapping[str, Path],
) -> Ending | None:
    left = folder / "left"
    with _stub(guest, None, folder) as stub:
        commands = (*source_commands(sources), *remote_commands(stub.address, args.place))
        argv = _with_script(args, guest, gdb, folder, remote_end(stub.farewell, left), commands)
        return debug_machine(
            guest,
            host,
            stub,
            argv,
            left,
            stdin=console.stdin,
            stdout=console.stdout,
            batch=args.batch,
            tell=teller(args),
        )


def _debug_process(
    args: argparse.Namespace, guest: Guest, console: _Console, gdb: str, folder: Path, sources: Mapping[str, Path]
) -> Ending | None:
    record = folder / "end"
    commands = (*source_commands(sources), *process_commands(guest, args.place, console.path))
    argv = _with_script(args, guest, gdb, folder, process_end(record), commands)
    with plugged(guest, teller(args)) as plug:
        return debug_process(argv, record, plug.third)


def _with_script(
    args: argparse.Namespace, guest: Guest, gdb: str, folder: Path, end: str, commands: tuple[str, ...]
) -> tuple[str, ...]:
    """The command of gdb, with what it begins with in a file of `folder`."""
    script = folder / "begin.gdb"
    script.write_text("\n".join([end, *commands, ""]), errors="surrogateescape")
    return gdb_command(gdb, guest.debug, script, args.gdb_command, args.batch)


def _stub(guest: Guest, port: int | None, folder: Path) -> AbstractContextManager[Stub]:
    return process_stub(port, folder) if guest.target.platform == "linux" else machine_stub(port or 0)


def _serve(
    args: argparse.Namespace, guest: Guest, host: Host, console: _Console, folder: Path, sources: Mapping[str, Path]
) -> Ending | None:
    port = args.port or 0
    if host is None:
        program, address = require_gdbserver(), free_address(port)
        argv = (program, "--once", "--no-startup-with-shell", address, str(guest.image), *guest.arguments)
        with plugged(guest, teller(args)) as plug:
            return serve_process(
                argv,
                dict(guest.environment),
                lambda: _announce(args, guest, address, sources),
                stdin=console.stdin,
                stdout=console.stdout,
                third=plug.third,
            )
    with _stub(guest, port, folder) as stub:
        _announce(args, guest, stub.address, sources)
        attachment = Attachment(stub)
        endings = run_guests(
            [guest], host, stdin=console.stdin, stdout=console.stdout, tell=teller(args), attachment=attachment
        )
        return endings[0]


def _announce(args: argparse.Namespace, guest: Guest, address: str, sources: Mapping[str, Path]) -> None:
    """Say how to connect: a line for people, or one of JSON."""
    commands = (*source_commands(sources), *remote_commands(address, args.place))
    try:
        gdb = choose_gdb(guest.target.arch)
    except ComposerError:  # somebody else's debugger may be elsewhere
        gdb = "gdb"
    if args.json:
        value = {
            "address": address,
            "gdb": gdb,
            "symbols": str(guest.debug.absolute()),
            "image": str(guest.image.absolute()),
            "target": str(guest.target),
            "sources": {name: str(path) for name, path in sources.items()},
            "commands": commands,
        }
        print(json.dumps(value), flush=True)
    else:
        print(f"{SERVING} {address}; the guest waits. Connect with", file=sys.stderr)
        print(f"  {shell_line(Path(gdb).name, guest.debug.absolute(), commands)}", file=sys.stderr, flush=True)


def _write_launch_entry(args: argparse.Namespace, made: Finished, sources: Mapping[str, Path], gdb: str) -> int:
    """Put the entry into .vscode/launch.json beside the manifest, or print it."""
    guest = made.guest
    port = LAUNCH_PORT if args.port is None else args.port
    entry = launch_entry(
        f"compose: {made.image.name} for {guest.target}",
        guest.debug.absolute(),
        gdb,
        port,
        _server_words(args, guest, port),
        SERVING,
        source_commands(sources),
    )
    file = settings_of(args, args.manifest).folder / LAUNCH_FILE
    try:
        write_entry(file, entry)
    except ValueError:
        print(as_text(entry), end="")
        message = "this is not plain JSON (it may have comments), so it is left as it is"
        raise ComposerError(
            Diagnostic(Code.LAUNCH_FILE, message, Location(display_path(file)), "add the entry above by hand")
        ) from None
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message, Location(display_path(file)))) from None
    print(as_text(entry) if args.json else f"{display_path(file)}: {entry['name']}\n", end="")
    return Exit.OK


def _network_words(args: argparse.Namespace) -> Iterator[str]:
    for forward in args.publish:
        yield from ("--publish", str(forward))
    for word in ("tap", "wire", "pcap", "mac"):
        if (value := getattr(args, word)) is not None:
            yield from (f"--{word}", value if word != "pcap" else str(Path(value).absolute()))


def _server_words(args: argparse.Namespace, guest: Guest, port: int) -> tuple[str, ...]:
    """The command with which an editor starts what it connects to."""
    manifest = str(Path(args.manifest).absolute())
    return (
        *(sys.executable, "-m", "composer", "debug", manifest, "--server"),
        *("--target", str(guest.target), "--port", str(port)),
        *(word for assignment in args.assignments for word in assignment.words.split(" ", 1)),
        *(word for folder in args.recipes for word in ("--recipes", str(Path(folder).absolute()))),
        *(() if args.out is None else ("--out", str(Path(args.out).absolute()))),
        *(word for setting in args.env for word in ("--env", setting)),
        *(() if args.memory is None else ("--memory", args.memory)),
        *_network_words(args),
        *(("--", *args.arguments) if args.arguments else ()),
    )
