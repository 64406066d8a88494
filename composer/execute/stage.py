"""The folder that a step runs in, and the shell line that runs it there once more."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from pathlib import Path

from composer.execute.pool import Command
from composer.execute.store import Store
from composer.execute.world import World
from composer.model.step import TOOLS, Foreign, Step


def stage(step: Step, world: World, store: Store, folder: Path) -> None:
    """Lay out `folder`, which must not exist: roots and inputs as symbolic links, the folders of outputs.

    Links to blobs rather than copies or hard links: they cost nothing, and they work where the store
    belongs to another user. Raises OSError as the file system does.
    """
    folder.mkdir(parents=True)
    if step.foreign is not None:
        _stage_foreign(step, step.foreign, world, store, folder)
        return
    for name, root in world.plan.roots.items():
        (folder / name).symlink_to(root, target_is_directory=True)
    for path in (*step.outputs, step.depfile or "out/"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for path in step.inputs:
        if not world.is_rooted(path):
            link = folder / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(store.path_of(world.digest_of(path)))


def _stage_foreign(step: Step, foreign: Foreign, world: World, store: Store, folder: Path) -> None:
    """Copies of all inputs, which the step may write to, and the host's tools by name."""
    tools = folder / TOOLS
    tools.mkdir()
    for name, path in foreign.tools:
        (tools / name).symlink_to(path)
    for path, place in foreign.copies:
        there = folder / place
        there.parent.mkdir(parents=True, exist_ok=True)
        origin = Path(world.physical(path)) if world.is_rooted(path) else store.path_of(world.digest_of(path))
        if origin.is_dir():
            shutil.copytree(origin, there, symlinks=True)
        else:
            shutil.copy2(origin, there)
    for here, _, files in os.walk(folder):
        for name in (".", *files):
            file = Path(here, name)
            if not file.is_symlink():
                file.chmod(file.stat().st_mode | stat.S_IWUSR)
    (folder / foreign.folder).mkdir(parents=True, exist_ok=True)
    for _, place in foreign.made:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)


def shell_line(command: Command) -> str:
    """What a person types to run the command again."""
    step = command.step
    settings = [f"{name}={value}" for name, value in command.environment.items()]
    words = shlex.join(["env", "-i", *settings, step.program, *command.argv])
    return f"cd {shlex.quote(str(command.starts_in))} && {words}"
