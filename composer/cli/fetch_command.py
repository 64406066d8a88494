"""`compose fetch`: upstream sources, so that a build needs no network."""

from __future__ import annotations

import argparse
import json

from composer.cli.common import open_store, progress_of, settings_of
from composer.execute.store import Store
from composer.pipeline.provide import provide
from composer.pipeline.upstream import Tree


def run(args: argparse.Namespace) -> int:
    """Get all that the manifests need, and print what there is and where it came from."""
    with open_store() as store:
        found: dict[str, Tree] = {}
        for manifest in args.manifests:
            found.update(provide(settings_of(args, manifest), store, progress_of(args)))
        rows = [_row(source, tree, store) for source, tree in sorted(found.items())]
    if args.json:
        print(json.dumps(rows, indent=1))
    else:
        print("".join(map(_spell, rows)), end="")
    return 0


def _row(source: str, tree: Tree, store: Store) -> dict[str, object]:
    blob = store.path_of(tree.archive.sha256)
    return {
        "source": source,
        "file": tree.archive.file,
        "sha256": tree.archive.sha256,
        "bytes": blob.stat().st_size if blob.is_file() else None,
        "from": tree.origin or "the store",
        "folder": str(tree.files),
    }


def _spell(row: dict[str, object]) -> str:
    size = f"{row['bytes']:,} bytes " if row["bytes"] is not None else ""
    return f"{row['source']}: {row['file']}, {size}from {row['from']}\n"
