"""`compose package`: images as registries and container tools keep them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from composer.cli.build_command import build_all
from composer.cli.common import open_store, settings_of
from composer.errors import Code, ComposerError, Diagnostic
from composer.model.image import IMAGE_FILE
from composer.package.documents import Packaged, package
from composer.package.podman import load
from composer.package.save import check_place, save
from composer.pipeline.build import Built


def run(args: argparse.Namespace) -> int:
    """Build what is stale, and write or load the image of each target."""
    if args.oci is None and not args.load:
        raise ComposerError(Diagnostic(Code.USAGE, "neither --oci nor --load is given", hint="add --oci DIR"))
    if args.oci is not None:
        check_place(Path(args.oci))
    with open_store() as store:
        made = build_all(args, [settings_of(args, args.manifest)], store)
    images = [_packaged(built) for built in made]
    if args.oci is not None:
        save(Path(args.oci), images)
    loaded = [load(image) for image in images] if args.load else []
    for name in () if args.json else loaded:
        print(f"podman has {name}")
    rows = [_row(built, image) for built, image in zip(made, images, strict=True)]
    if args.json:
        print(json.dumps({"layout": args.oci, "images": rows, "loaded": loaded}, indent=1))
    elif args.oci is not None:
        for row in rows:
            print(f"oci:{args.oci}:{row['tag']}: {row['bytes']:,} bytes, {row['digest']}")
    return 0


def _packaged(built: Built) -> Packaged:
    files = {name: (built.folder / name).read_bytes() for name in built.image.files}
    return package(built.image, (built.folder / IMAGE_FILE).read_bytes(), files)


def _row(built: Built, image: Packaged) -> dict[str, object]:
    return {
        "target": built.image.target,
        "tag": image.tag,
        "digest": image.descriptor["digest"],
        "bytes": sum(map(len, image.blobs.values())),
    }
