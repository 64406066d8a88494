"""`compose inspect`: what a file from anywhere is, from what it was made, and how it is protected."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from composer.execute.store import Store
from composer.pipeline.fresh import store_folder
from composer.pipeline.inspect import inspect
from composer.report.inspect import as_json, as_text, difference_as_json, difference_as_text
from composer.report.show import show_all


def run(args: argparse.Namespace) -> int:
    """Print what is known of the file, or how it differs from another."""
    store = Store(Path(store_folder()))
    store.enter()
    try:
        found = inspect(Path(args.image), store)
        old = None if args.diff is None else inspect(Path(args.diff), store)
    finally:
        store.close()
    if args.json:
        print(json.dumps(as_json(found) if old is None else difference_as_json(old, found), indent=1))
    else:
        show_all(as_text(found) if old is None else difference_as_text(old, found), sys.stdout)
    return 0
