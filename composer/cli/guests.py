"""What `run` and `debug` share: images named by words, as guests with what runs them here, and how their end is told."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from composer.cli.common import settings_of
from composer.cli.networks import console_of, machine_of, network_of, ports_of, reachable_hint
from composer.cli.standing import note_words
from composer.errors import Code, ComposerError, Diagnostic, Exit, Location, raise_any
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.model.image import GENERATED, IMAGE_FILE, Image
from composer.model.source import root_of
from composer.model.step import APP, OUT, RECIPES
from composer.model.target import Target
from composer.model.value import parse_size
from composer.pipeline.fresh import recall, store_folder
from composer.pipeline.read import read_image
from composer.pipeline.settings import Settings
from composer.run.command import boots_as
from composer.run.emulator import choose_host
from composer.run.guest import Ending, EndingKind, Guest, Host
from composer.run.launch import names_of

if TYPE_CHECKING:  # a fresh image is run without the modules that build
    from composer.pipeline.build import Built


PACKAGED = "oci:"  # begins the name of an image in an OCI layout


@dataclass(frozen=True, slots=True)
class Finished:
    """An image that can be run, and as a guest with the words of the command line."""

    word: str  # that named it on the command line
    image: Image
    guest: Guest


def prepared(args: argparse.Namespace, words: Sequence[str]) -> tuple[list[Finished], Host]:
    """The images that `words` name, built if they are stale, and what runs them here."""
    environment = tuple(_variable(text) for text in args.env)
    memory = _memory(args.memory)
    finished = [_finished(args, word, memory, environment) for word in words]
    target = _common_target([one.guest for one in finished])
    named, cache = _hypervisor(args, target), Path(store_folder())
    machine = machine_of(finished[0].image)
    host = choose_host(target, cache, teller(args), named, offline=args.offline, machine=machine)
    for one in finished:
        if hint := reachable_hint(one.image, one.guest):
            _tell(args, hint)
    return finished, host


def concluded(
    args: argparse.Namespace,
    finished: Sequence[Finished],
    endings: Sequence[Ending],
    more: Mapping[str, object] = MappingProxyType({}),
) -> int:
    """Tell how the guests ended, and programs `more` of each; raises ComposerError if that is not how one hopes for."""
    for one, ending in zip(finished, endings, strict=True):
        for line in ending.report:
            print(_with_users_paths(line, one), file=sys.stderr)
    if args.json:
        told = [{**_as_json(one, ending), **more} for one, ending in zip(finished, endings, strict=True)]
        print(json.dumps(told[0] if len(told) == 1 else told))
    raise_any(_complaints(endings, [one.guest for one in finished], args))
    return Exit.OK


def _common_target(guests: Sequence[Guest]) -> Target:
    """The target of all `guests`; several run beside each other under Xen alone."""
    target = guests[0].target
    if len(guests) == 1:
        return target
    for guest in guests:
        if guest.target.platform != "xen":
            message = f"several images run beside each other under Xen alone, and {guest.name} is for {guest.target}"
            hint = "name one image, or add `--target xen/aarch64`"
            raise ComposerError(Diagnostic(Code.USAGE, message, hint=hint))
    return target


def _hypervisor(args: argparse.Namespace, target: Target) -> Path | None:
    if args.hypervisor is not None and target.platform != "xen":
        message = f"--hypervisor is for guests of Xen, and the image is for {target}"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint="leave it out, or add `--target xen/aarch64`"))
    return None if args.hypervisor is None else Path(args.hypervisor)


def _complaints(endings: Sequence[Ending], guests: Sequence[Guest], args: argparse.Namespace) -> Iterator[Diagnostic]:
    """What the user is told; of several guests with each one's name. It is enough that one prints what is expected."""
    if any(ending.kind is EndingKind.EXPECTED for ending in endings):
        return
    for ending, name in zip(endings, names_of(guests), strict=True):
        complaint = _complaint(ending, args)
        if complaint is not None and len(guests) > 1:
            complaint = replace(complaint, message=f"{name}: {complaint.message}")
        if complaint is not None:
            yield complaint


def _with_users_paths(line: str, one: Finished) -> str:
    """A line of a back-trace with its source as the user would type it; of an image from elsewhere as it is."""
    head, separator, place = line.rpartition(" at ")
    root, _, rest = place.partition("/")
    manifest = Path(one.word)
    app = manifest if manifest.is_dir() else manifest.parent
    folders = {APP: app, RECIPES: shipped_folder(RECIPES), **source_folders(one)}
    if not separator or is_image(one.word) or root not in folders:
        return line
    return f"{head} at {display_path(folders[root] / rest)}"


def require_symbols(guest: Guest) -> None:
    """Raise ComposerError (IMAGE_UNREADABLE) if a file of the image is not there that tells where its functions are."""
    for file in (guest.image, guest.debug):
        if not file.is_file():
            message = "this file of the image is not there"
            raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(file)), "build it again"))


def source_folders(one: Finished) -> Mapping[str, Path]:
    """Logical root -> folder of each upstream source of the image, which is in the store, and of generated sources."""
    from composer.execute.store import Store
    from composer.execute.trees import files_of

    store = Store(Path(store_folder()))
    trees = {root_of(source): files_of(store, key) for source, key in one.image.trees.items()}
    generated = one.guest.image.parent / GENERATED
    return {**trees, OUT: generated} if generated.is_dir() else trees


def is_image(word: str) -> bool:
    """Whether `word` names a finished image, not a manifest."""
    return word.startswith(PACKAGED) or word.endswith((".elf", ".img", ".json"))


def teller(args: argparse.Namespace) -> Callable[[str], None]:
    """What prints a line for people, unless they want none."""
    return lambda line: _tell(args, line)


def _tell(args: argparse.Namespace, line: str) -> None:
    if not args.quiet:
        print(line, file=sys.stderr, flush=True)


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


def _finished(
    args: argparse.Namespace, word: str, memory: int | None, environment: tuple[tuple[str, str], ...]
) -> Finished:
    place = _place_of(args, word)
    image, folder = read_image(place), place if place.is_dir() else place.parent
    target = Target.parse(image.target)
    files = (folder / f"{image.name}{boots_as(target)}", folder / f"{image.name}.dbg")
    if memory is not None:
        _require_room(files[0], memory, target.platform)
    network, ports = network_of(args, image), ports_of(args, image)
    guest = Guest(
        *files, target, memory or image.memory, args.arguments, environment, network, ports, console_of(image)
    )
    return Finished(word, image, guest)


def _place_of(args: argparse.Namespace, word: str) -> Path:
    """The image that `word` names, built or unpacked if need be: its description, a file beside that, or the folder."""
    if word.startswith(PACKAGED):
        from composer.cli.packages import unpacked

        return unpacked(word.removeprefix(PACKAGED), args.target)
    return Path(word) if is_image(word) else _built(args, word)


def _built(args: argparse.Namespace, word: str) -> Path:
    """The description of the image that the manifest `word` is for, built if it is stale."""
    settings = replace(settings_of(args, word), first_only=True)
    words = note_words(args, "run", word)
    remark, _, text = (recall(words) or _build(args, words, settings)).partition("\n")
    if remark:
        _tell(args, remark)
    return Path(text)


def _build(args: argparse.Namespace, words: Sequence[str], settings: Settings) -> str:
    from composer.cli.build_command import build_noted

    return build_noted(args, words, [settings], _spell_first)


def _spell_first(made: Sequence[Built]) -> str:
    """What to say of a choice, if there was one, and on a second line the description of the image to run."""
    first = made[0]
    count = len(first.workshop.project.loaded.targets)
    remark = "" if count == 1 else f"running {first.image.target}, the first of {count} targets"
    return f"{remark}\n{first.folder / IMAGE_FILE}"


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
        case EndingKind.EXIT:
            return _complaint_of_exit(ending, args)
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
            hint = "try more --memory; `--verbose` shows all that Xen says"
            return Diagnostic(Code.EMULATOR_DIED, f"Xen gave up, or gave up the guest{said}", hint=hint)
        case EndingKind.RESET:
            message = "the machine was reset or turned off without a word from the guest"
            return Diagnostic(
                Code.GUEST_TRAPPED, message, hint="try more --memory; it may have failed before it could report"
            )
        case EndingKind.DIED:
            said = "".join(f"\n    {line}" for line in ending.emulator_said)
            hint = "see the command with `compose run --dry-run`, and try it"
            return Diagnostic(Code.EMULATOR_DIED, f"the emulator {_manner(ending.status)}{said}", hint=hint)


def _complaint_of_exit(ending: Ending, args: argparse.Namespace) -> Diagnostic | None:
    if ending.status:
        hint = "its main returned that, or it was passed to exit"
        return Diagnostic(Code.GUEST_STATUS, f"the guest ended with status {ending.status}", hint=hint)
    if args.expect is None:
        return None
    message = f"the guest ended without printing {args.expect!r}"
    return Diagnostic(Code.GUEST_SILENT, message, hint="look at what it printed above")


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
