"""`compose clean`: remove what was built from a manifest. The store stays: it belongs to all manifests."""

from __future__ import annotations

import argparse
import json
import shutil

from composer.cli.common import settings_of
from composer.errors import Code, ComposerError, Diagnostic
from composer.load.paths import display_path
from composer.pipeline.project import load_project


def run(args: argparse.Namespace) -> int:
    """Remove the folders of the manifest's targets."""
    settings = settings_of(args, args.manifest)
    project = load_project(settings)
    folders = [project.folder_of(target) for target in project.loaded.targets]
    removed = [folder for folder in folders if folder.is_dir()]
    try:
        for folder in removed:
            shutil.rmtree(folder)
        if project.out.is_dir() and not any(project.out.iterdir()):
            project.out.rmdir()
    except OSError as error:
        message = f"cannot remove {error.filename}: {error.strerror}"
        raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message, hint="check who owns it")) from error
    if args.json:
        print(json.dumps({"removed": [str(folder) for folder in removed]}))
    else:
        for folder in removed:
            print(f"removed {display_path(folder)}")
    return 0
