"""The folder that a step runs in, and the shell line that runs it there once more."""

from __future__ import annotations

import shlex
from pathlib import Path

from composer.execute.pool import Command
from composer.execute.store import Store
from composer.execute.world import World
from composer.model.step import Step


def stage(step: Step, world: World, store: Store, folder: Path) -> None:
    """Lay out `folder`, which must not exist: roots and inputs as symbolic links, the folders of outputs.

    Links to blobs rather than copies or hard links: they cost nothing, and they work where the store
    belongs to another user. Raises OSError as the file system does.
    """
    folder.mkdir(parents=True)
    for name, root in world.plan.roots.items():
        (folder / name).symlink_to(root, target_is_directory=True)
    for path in (*step.outputs, step.depfile or "out/"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for path in step.inputs:
        if not world.is_rooted(path):
            link = folder / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(store.path_of(world.digest_of(path)))


def shell_line(command: Command) -> str:
    """What a person types to run the command again."""
    step = command.step
    settings = [f"{name}={value}" for name, value in step.environment]
    return (
        f"cd {shlex.quote(str(command.folder))} && {shlex.join(['env', '-i', *settings, step.program, *command.argv])}"
    )
