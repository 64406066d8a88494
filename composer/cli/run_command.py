"""`compose run`: run an image, after building what is stale."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from composer.cli.common import settings_of
from composer.errors import Code, ComposerError, Diagnostic, Exit, Location
from composer.load.document import display_path
from composer.load.shipped import shipped_folder
from composer.model.image import Image
from composer.model.step import APP, RECIPES
from composer.model.target import Target
from composer.model.value import parse_size
from composer.pipeline.fresh import recall, store_folder
from composer.pipeline.read import IMAGE_FILE, read_image
from composer.pipeline.settings import Settings
from composer.run.command import boots_as, command_for
from composer.run.emulator import choose_host
from composer.run.engine import run_guest
from composer.run.guest import Ending, EndingKind, Guest, Host, XenHost

if TYPE_CHECKING:  # a fresh image is run without the modules that build
    from composer.pipeline.build import Built


@dataclass(frozen=True, slots=True)
class Finished:
    """An image that can be run."""

    image: Image
    folder: Path


def run(args: argparse.Namespace) -> int:
    """Run the image of the manifest's first target, or of the one that --target names."""
    made, guest, host = prepared(args)
    if args.dry_run:
        assert not isinstance(host, XenHost), "not merged yet"
        print(shlex.join(command_for(guest, host)))
        return Exit.OK
    ending = run_guest(
        guest,
        host,
        stdin=_descriptor(sys.stdin),
        stdout=2 if args.json else 1,
        timeout_seconds=args.timeout,
        expect=args.expect,
    )
    return concluded(args, made, ending)


def prepared(args: argparse.Namespace) -> tuple[Finished, Guest, Host]:
    """The image that the words name, built if it is stale, as a guest with its words, and what runs it here."""
    environment = tuple(_variable(text) for text in args.env)
    memory = _memory(args.memory)
    made = _finished(args)
    guest = _guest(made, memory, args.arguments, environment)
    return made, guest, choose_host(guest.target, Path(store_folder()), lambda line: _tell(args, line))


def concluded(args: argparse.Namespace, made: Finished, ending: Ending) -> int:
    """Tell how the guest ended; raises ComposerError if that is not how one hopes for."""
    for line in ending.report:
        print(_with_users_paths(line, args), file=sys.stderr)
    if args.json:
        print(json.dumps(_as_json(made, ending)))
    complaint = _complaint(ending, args)
    if complaint is not None:
        raise ComposerError(complaint)
    return Exit.OK


def _with_users_paths(line: str, args: argparse.Namespace) -> str:
    """A line of a back-trace with its source as the user would type it; of an image from elsewhere as it is."""
    head, separator, place = line.rpartition(" at ")
    root, _, rest = place.partition("/")
    if not separator or is_image(args) or root not in (APP, RECIPES):
        return line
    manifest = Path(args.manifest)
    folder = shipped_folder(RECIPES) if root == RECIPES else manifest if manifest.is_dir() else manifest.parent
    return f"{head} at {display_path(folder / rest)}"


def is_image(args: argparse.Namespace) -> bool:
    return str(args.manifest).endswith((".elf", ".img", ".json"))


def _descriptor(stream: object) -> int | None:
    """Python has no stdin at all where it was closed before the start."""
    return None if stream is None else 0


def _tell(args: argparse.Namespace, line: str) -> None:
    if not args.quiet:
        print(line, file=sys.stderr)


def _variable(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise ComposerError(Diagnostic(Code.USAGE, f"--env {text} is not K=V", hint="write --env NAME=VALUE"))
    return name, value


def _memory(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_size(text)
    except ValueError as error:
        raise ComposerError(Diagnostic(Code.USAGE, f"--memory {text} is not accepted", hint=str(error))) from None


def _finished(args: argparse.Namespace) -> Finished:
    """The image that the words name; built first if they name a manifest."""
    path = Path(args.manifest)
    if is_image(args):
        return Finished(read_image(path), path.parent)
    settings = replace(settings_of(args, args.manifest), first_only=True)
    words = (
        "run",
        args.manifest,
        *args.target,
        *(assignment.words for assignment in settings.assignments),
        *(f"--recipes={folder}" for folder in args.recipes),
        f"--out={args.out}",
    )
    remark, _, text = (recall(words) or _build(args, words, settings)).partition("\n")
    if remark:
        _tell(args, remark)
    description = Path(text)
    return Finished(read_image(description), description.parent)


def _build(args: argparse.Namespace, words: Sequence[str], settings: Settings) -> str:
    from composer.cli.build_command import build_noted

    return build_noted(args, words, [settings], _spell_first)


def _spell_first(made: Sequence[Built]) -> str:
    """What to say of a choice, if there was one, and on a second line the description of the image to run."""
    first = made[0]
    count = len(first.workshop.project.loaded.targets)
    remark = "" if count == 1 else f"running {first.image.target}, the first of {count} targets"
    return f"{remark}\n{first.folder / IMAGE_FILE}"


def _guest(
    finished: Finished, memory: int | None, arguments: tuple[str, ...], environment: tuple[tuple[str, str], ...]
) -> Guest:
    image = finished.image
    platform, _, arch = image.target.partition("/")
    target = Target(platform, arch)
    files = (finished.folder / f"{image.name}{boots_as(target)}", finished.folder / f"{image.name}.dbg")
    if memory is not None:
        _require_room(files[0], memory, platform)
    return Guest(*files, target, memory or image.memory, arguments, environment)


def _require_room(image: Path, memory: int, platform: str) -> None:
    """Raise ComposerError where `memory` bytes cannot be had: a machine too small hangs without a word."""
    from composer.run.room import room_of

    if platform == "linux":
        hint = "set `memory` in the manifest: a process has its heap from when it is linked"
        raise ComposerError(Diagnostic(Code.USAGE, "--memory is for machines, and this image is a process", hint=hint))
    if not image.is_file():
        return  # told when it is started
    try:
        end = room_of(image.read_bytes())
    except ComposerError:
        message = "this is not a whole image"
        raise ComposerError(
            Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(image)), "build it again")
        ) from None
    if end > memory:
        message = f"--memory {memory >> 10}KiB is too little: the image alone takes the first {end:,} bytes of memory"
        hint = f"write --memory {-(-end // (1 << 20))}MiB or more"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint=hint))


def _complaint(ending: Ending, args: argparse.Namespace) -> Diagnostic | None:
    """What the user is told of an end that is not the one hoped for."""
    match ending.kind:
        case EndingKind.EXPECTED:
            return None
        case EndingKind.EXIT if ending.status == 0 and args.expect is None:
            return None
        case EndingKind.EXIT if ending.status == 0:
            message = f"the guest ended without printing {args.expect!r}"
            return Diagnostic(Code.GUEST_SILENT, message, hint="look at what it printed above")
        case EndingKind.EXIT:
            hint = "its main returned that, or it was passed to exit"
            return Diagnostic(Code.GUEST_STATUS, f"the guest ended with status {ending.status}", hint=hint)
        case EndingKind.ABORT:
            return Diagnostic(Code.GUEST_TRAPPED, "the guest aborted", hint="its last lines above say why")
        case EndingKind.TRAP:
            hint = "the report above names the function and the line"
            return Diagnostic(Code.GUEST_TRAPPED, f"the guest trapped ({ending.status})", hint=hint)
        case EndingKind.TIMEOUT:
            message = f"the guest was still running after {args.timeout:g} seconds and was stopped"
            return Diagnostic(Code.GUEST_TIMEOUT, message, hint="give it longer with --timeout, or see where it hangs")
        case EndingKind.PANIC:
            said = "".join(f"\n    {line}" for line in ending.emulator_said)
            hint = "see all that Xen says with -v"
            return Diagnostic(Code.GUEST_TRAPPED, f"the hypervisor ended the guest{said}", hint=hint)
        case EndingKind.RESET:
            message = "the machine was reset or turned off without a word from the guest"
            return Diagnostic(
                Code.GUEST_TRAPPED, message, hint="try more --memory; it may have failed before it could report"
            )
        case EndingKind.DIED:
            said = "".join(f"\n    {line}" for line in ending.emulator_said)
            hint = "see the command with `compose run --dry-run`, and try it"
            return Diagnostic(Code.EMULATOR_DIED, f"the emulator {_manner(ending.status)}{said}", hint=hint)


def _manner(status: int | None) -> str:
    """How a process ended."""
    if status is not None and status < 0:
        return f"was ended by the signal {signal.Signals(-status).name}"
    return f"failed with status {status}"


def _as_json(finished: Finished, ending: Ending) -> dict[str, object]:
    return {
        "name": finished.image.name,
        "target": finished.image.target,
        "end": ending.kind.value,
        "status": ending.status,
        "seconds": round(ending.seconds, 3),
        "report": ending.report,
    }
