"""From words to settings, and what all commands share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.store import Store
from composer.fetch.places import Search, is_address
from composer.model.image import Image
from composer.pipeline.fresh import store_folder
from composer.pipeline.look import View, look
from composer.pipeline.project import load_project
from composer.pipeline.settings import Settings
from composer.report.progress import Loudness, Progress

MIRROR_VARIABLE = "COMPOSE_MIRROR"
_SOURCE_HINT = "--source names an archive, such as musl_1.2.3.orig.tar.gz"
_MIRROR_HINT = (
    "--mirror and $COMPOSE_MIRROR name a folder of archives, or an address that begins with http:// or https://"
)


def settings_of(args: argparse.Namespace, manifest: str) -> Settings:
    """What the command line says about `manifest`."""
    return Settings(
        manifest=Path(manifest),
        targets=tuple(args.target),
        assignments=tuple(args.assignments),
        recipes=tuple(Path(folder) for folder in args.recipes),
        out=Path(args.out) if args.out else None,
        jobs=args.jobs,
        search=search_of(args),
        keep_going=getattr(args, "keep_going", False),
    )


def search_of(args: argparse.Namespace) -> Search:
    """Where upstream sources are looked for; raises ComposerError for what is not there."""
    for word in args.source:
        if not Path(word).is_file():
            raise ComposerError(Diagnostic(Code.FILE_MISSING, "there is no such file", Location(word), _SOURCE_HINT))
    mirrors = (*args.mirror, *filter(None, [os.environ.get(MIRROR_VARIABLE)]))
    for word in mirrors:
        if not is_address(word) and not Path(word).is_dir():
            raise ComposerError(Diagnostic(Code.FILE_MISSING, "there is no such folder", Location(word), _MIRROR_HINT))
    return Search(tuple(Path(file) for file in args.source), mirrors, args.offline)


def progress_of(args: argparse.Namespace) -> Progress:
    """Progress on stderr, as loud as the command line says."""
    loudness = Loudness.QUIET if args.quiet else Loudness.VERBOSE if args.verbose else Loudness.NORMAL
    return Progress(sys.stderr, loudness)


@contextmanager
def open_store() -> Iterator[Store]:
    """The store of this user; what is unfinished in it is removed on every way out."""
    store = Store(Path(store_folder()))
    store.enter()
    try:
        yield store
    finally:
        store.close()


@contextmanager
def views(args: argparse.Namespace) -> Iterator[Iterator[View]]:
    """What is decided for each target of the manifest; the store is open while the views are used."""
    project = load_project(settings_of(args, args.manifest))
    with open_store() as store:
        yield (look(project, target, store, progress_of(args)) for target in project.loaded.targets)


def built(view: View) -> Image:
    """The image of a view; raises ComposerError if there is none."""
    if view.image is None:
        message = f"there is no image of this manifest for {view.selection.target} as it is now"
        raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, hint="build it first: `compose build`"))
    return view.image
