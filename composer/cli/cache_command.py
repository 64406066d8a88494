"""`compose cache`: what is in the store, whether it is whole, and how to make it smaller."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from composer.cli.common import open_store
from composer.cli.tools import KEEP_DAYS
from composer.execute.clean import Cleaning, clean, inventory, sums
from composer.execute.store import Store
from composer.execute.trees import check_trees
from composer.load.paths import display_path
from composer.report.cache import as_json, as_table
from composer.report.show import show
from composer.report.text import spell_bytes

_DAY_SECONDS = 86400.0


def run(args: argparse.Namespace) -> int:
    """Show, check or clean."""
    with open_store() as store:
        if store.root.exists() and not store.root.is_dir():
            store.drafts()  # raises what every command would
        match args.subcommand:
            case "check":
                _check(args, store)
            case "gc":
                _clean(args, store)
            case _:
                _size(args, store)
    return 0


def _size(args: argparse.Namespace, store: Store) -> None:
    found = sums(inventory(store))
    if args.json:
        _print({"store": str(store.root), **as_json(found)})
    else:
        print(display_path(store.root))
        show(as_table(found), sys.stdout)


def _check(args: argparse.Namespace, store: Store) -> None:
    blobs = store.check()
    count, trees = check_trees(store)
    if args.json:
        _print({"blobs": blobs.blobs, "trees": count, "removed": [*blobs.evicted, *trees]})
        return
    for name in blobs.evicted:
        print(f"removed {name}: it had another content; what needs it makes it again")
    for name in trees:
        print(f"removed the tree {name}: its files were not as unpacked; it is unpacked again when it is needed")
    damaged = len(blobs.evicted) + len(trees)
    print(f"{blobs.blobs:,} files and {count:,} trees checked, {damaged:,} of them damaged")


def _clean(args: argparse.Namespace, store: Store) -> None:
    days = KEEP_DAYS if args.keep_days is None and args.max is None else args.keep_days
    before = None if days is None else time.time() - days * _DAY_SECONDS
    done = clean(store, before, args.max, is_dry=args.dry_run)
    if args.json:
        told: dict[str, Any] = {"removed": as_json(sums(done.removed)), "kept": as_json(sums(done.kept))}
        _print({"dry_run": args.dry_run, "in_use_bytes": done.in_use, **told})
    else:
        _tell(done, is_dry=args.dry_run)


def _tell(done: Cleaning, *, is_dry: bool) -> None:
    print("would remove" if is_dry else "removed")
    show(as_table(sums(done.removed)), sys.stdout)
    if done.in_use:
        print(f"{spell_bytes(done.in_use)} stay because commands that run now use them")
    left = sum(entry.bytes for entry in done.kept) + (sum(entry.bytes for entry in done.removed) if is_dry else 0)
    print(f"{spell_bytes(left)} are in the store")


def _print(value: object) -> None:
    print(json.dumps(value, indent=1))
