"""Every mistake of a user, with the exact text and exit status that we promise for it.

A folder holds what a user would have, `mistake.yaml` the command, its exit status and the circumstances
(mistake.py names the keys), `expected.txt` all of stderr. What differs from one machine or run to the next is
replaced there by the rules of `_normal`, and by nothing else.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import composer
from composer.execute.store import Store
from composer.load.shipped import shipped_folder
from tests.mistakes import situations
from tests.mistakes.mistake import EXPECTED, HERE, Mistake, copy, names, read
from tests.mistakes.situations import Scene
from tests.support.preloaded import Call, called, can_be_forked

COMPOSE = (sys.executable, "-m", "composer")
LIMIT_SECONDS = 120.0
UMASK = 0o022


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store for all mistakes, so that recipes are compiled once."""
    return tmp_path_factory.mktemp("mistakes") / "store"


@pytest.fixture
def scene(tmp_path: Path, shared_store: Path) -> Iterator[Scene]:
    tools = tmp_path / "tools"
    tools.mkdir()
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": str(Path(composer.__file__).parent.parent),
        "COMPOSE_STORE": str(shared_store),
    }
    made = Scene(tmp_path / "here", tools, shared_store, environment)
    yield made
    for folder in made.restore:
        folder.chmod(0o755)


def _run(words: tuple[str, ...], scene: Scene) -> tuple[int, str, str]:
    if scene.in_child is None and scene.meanwhile is None and can_be_forked(scene.environment):
        call = Call(words, scene.environment, scene.folder, UMASK, is_leader=True)
        status, output, errors = called(call, LIMIT_SECONDS)
        return status, output.decode(), errors.decode()
    with subprocess.Popen(
        (*COMPOSE, *words),
        cwd=scene.folder,
        env=scene.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        umask=UMASK,
        start_new_session=True,
        preexec_fn=scene.in_child,
    ) as process:
        try:
            if scene.meanwhile is not None:
                scene.meanwhile(process)
            stdout, stderr = process.communicate(timeout=LIMIT_SECONDS)
        except BaseException:
            os.killpg(process.pid, 9)
            raise
    return process.returncode, stdout, stderr


def _normal(text: str, scene: Scene) -> str:
    """`text` without what differs between machines and runs."""
    # Which steps have to run depends on what the store has; how long they take, on the machine.
    text = re.sub(r"(?m)^\[ *\d+/\d+\] \d+\.\ds .*\n", "", text)
    # Likewise which archives, and whether this machine has bubblewrap.
    text = re.sub(r"(?m)^(getting \S+ from |note: without bubblewrap).*\n", "", text)
    text = re.sub(r"&& env -i HOME=.*", "&& env -i <programs that make sources>", text)
    # A failed step's command: environment, compiler and the toolchain's flags.
    text = re.sub(r"&& env -i .*? -MD ", "&& env -i <compiler> -MD ", text)
    places = {
        scene.folder: "<here>",
        scene.store: "<store>",
        scene.tools: "<tools>",
        shipped_folder("recipes"): "<recipes>",
        shipped_folder("toolchains"): "<toolchains>",
    }
    for word, name in scene.names.items():
        text = text.replace(word, name)
    for path, name in places.items():
        text = text.replace(str(path), name)
    # Line numbers in our own recipes and toolchains, and addresses: they change with every edit there.
    text = re.sub(r"(<(?:recipes|toolchains)>/[^:\s]+)(:\d+)+", r"\1:<line>", text)
    return re.sub(r"\b0x[0-9a-f]{5,}\b", "<address>", text)


def _leftovers(scene: Scene) -> list[str]:
    """What a command that failed must not leave: images, unfinished files, drafts of the store."""
    build = scene.folder / "build"
    unwanted = [path for path in build.rglob("*") if path.suffix in (".elf", ".dbg", ".img") or path.name[0] == "."]
    drafts = [path for path in (scene.store / "v1/drafts").glob("*") if path.is_dir()]
    return [str(path) for path in (*unwanted, *drafts)]


def _processes(scene: Scene) -> list[str]:
    """Command lines of living processes that work in the scene's folders or were told of them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            place = str((entry / "cwd").readlink())
        except OSError:
            continue
        about = f"{place}\0{words}"
        if words and any(str(folder) in about for folder in (scene.folder.parent, scene.store)):
            found.append(words.replace("\0", " "))
    return found


def _remaining(scene: Scene) -> list[str]:
    """Processes that do not end by themselves now that the command has."""
    deadline = time.monotonic() + 10
    while (found := _processes(scene)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _seen(mistake: Mistake, scene: Scene) -> tuple[int, str, str]:
    if mistake.situation is not None:
        getattr(situations, mistake.situation)(scene)
    status, stdout, stderr = _run(mistake.command, scene)
    return status, stdout, _normal(stderr, scene)


@pytest.mark.parametrize("name", names())
def test_mistake_is_told_as_promised(name: str, scene: Scene, request: pytest.FixtureRequest) -> None:
    mistake = read(name)
    copy(name, mistake, scene.folder)
    scene.environment.update(mistake.environment)
    if mistake.before:
        assert _run(mistake.before, scene)[0] == 0
    status, stdout, stderr = _seen(mistake, scene)
    expected = HERE / name / EXPECTED
    if request.config.getoption("update_golden", default=False):
        expected.write_text(stderr)
    assert "Traceback" not in stderr
    assert stderr == expected.read_text()
    assert all(piece in stdout for piece in mistake.says) if mistake.says else stdout == mistake.stdout
    assert status == mistake.exit
    assert _remaining(scene) == []
    if not mistake.before and mistake.command[:1] == ("build",):
        assert _leftovers(scene) == []
    assert Store(scene.store).check().evicted == ()


def test_every_situation_is_used() -> None:
    found = inspect.getmembers(situations, inspect.isfunction)
    known = {name for name, value in found if value.__module__ == situations.__name__ and not name.startswith("_")}
    assert known == {mistake.situation for mistake in map(read, names())} - {None}
