"""A failed step, told so that one can act on it."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

from composer import digest
from composer.errors import Code, Diagnostic
from composer.execute.faults import ROOM_WORDS, no_room
from composer.execute.pool import Command, Ended
from composer.execute.stage import shell_line, stage
from composer.execute.store import Store
from composer.execute.world import World
from composer.load.paths import display_path
from composer.model.step import APP, IMAGE, IMAGE_FILES, Step

TAIL_LINES = 20


def diagnose(ended: Ended, text: str, world: World, store: Store, log_folder: Path) -> Diagnostic:
    """Why the step failed, with the end of what it printed; leaves the log and a folder to run it again."""
    step = ended.command.step
    if ended.status == -signal.SIGXFSZ or any(words in text for words in ROOM_WORDS):
        return no_room(f"the outputs of '{step.label}'")
    lines = for_people(text, world).splitlines()
    tail = [f"    {line}" for line in lines[-TAIL_LINES:]] or ["    (it printed nothing)"]
    if len(lines) > TAIL_LINES:
        tail.insert(0, f"    … {len(lines) - TAIL_LINES} lines before")
    log, again = _leave(step, text, world, store, log_folder)
    told = [f"'{step.label}' {_manner(ended)}:", *tail, f"  asked for by: {_asker(step)}", f"  log: {log}"]
    return Diagnostic(Code.STEP_FAILED, "\n".join(told), hint=f"run it again: {again}")


def not_started(step: Step, error: OSError) -> Diagnostic:
    """The program could not be started at all."""
    head = f"'{step.label}', which {_asker(step)} asked for, cannot start {step.program}: {error.strerror}"
    return Diagnostic(Code.STEP_FAILED, head, hint=f"see that {step.program} exists and is a program")


def missing_output(step: Step, path: str) -> Diagnostic:
    """The step ended well and yet did not make a file it promised."""
    head = f"'{step.label}', which {_asker(step)} asked for, ended well but made no file '{path}'"
    return Diagnostic(
        Code.STEP_OUTPUT_MISSING,
        head,
        hint="a flag may keep the compiler from writing it: see `compose plan --verbose`",
    )


def changed_inputs(step: Step, paths: tuple[str, ...]) -> Diagnostic:
    """Sources were edited while the step read them."""
    names = ", ".join(f"'{path}'" for path in paths)
    head = f"{names} changed while '{step.label}' ran, so its result was not kept"
    return Diagnostic(Code.INPUT_CHANGED, head, hint="run the same command again")


def lost_input(step: Step, path: str) -> Diagnostic:
    """A blob that the step reads vanished from the store."""
    head = f"'{path}', which '{step.label}' reads, is missing or damaged in the store"
    return Diagnostic(Code.STORE_CORRUPT, head, hint="run the same command again: it is made anew")


def slug(label: str) -> str:
    """A file name for a label, readable and unique."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip("-.")[:80]
    return f"{readable}-{digest.of_bytes(label.encode())[:8]}"


def _asker(step: Step) -> str:
    return {APP: "the app", IMAGE: "the image", IMAGE_FILES: "the manifest's files"}.get(
        step.asker, f"recipe {step.asker}"
    )


def for_people(text: str, world: World) -> str:
    """What a compiler printed, with the files that it names at the beginning of a line as the user knows them."""

    return re.sub(
        r"(?m)^((?:In file included from | +from )?)([\w-]+/[^\s:,]+)(?=[:,])",
        lambda found: found[1] + world.shown(found[2]),
        text,
    )


def _manner(ended: Ended) -> str:
    if ended.is_late:
        return f"did not end within {ended.seconds:.0f} s and was stopped"
    if ended.status < 0:
        return f"was ended by signal {_signal_name(-ended.status)}"
    return f"failed with exit status {ended.status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _leave(step: Step, text: str, world: World, store: Store, log_folder: Path) -> tuple[str, str]:
    """The log's path and the shell line; what cannot be written must not hide why the step failed."""
    folder = log_folder.absolute() / slug(step.label)
    log = folder.with_name(f"{folder.name}.log")
    command = Command(step, folder, log)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        stage(step, world, store, folder)
        log.write_text(f"$ {shell_line(command)}\n{text}", errors="surrogateescape")
    except OSError as error:
        return f"none, {log} cannot be written: {error.strerror}", shell_line(command)
    return display_path(log), shell_line(command)
