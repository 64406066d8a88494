"""One small app, built once by the real command line, for the tests of all commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.composed import KVM, LINUX, ROOT, Workshop

TARGETS = (KVM, LINUX)  # of the app; enough to see that there are several
MANIFEST = f"name: four\napp: {{sources: [main.c]}}\ntargets: [{', '.join(TARGETS)}]\n"
MAIN = '#include <stdio.h>\nint main(int argc, char **argv) {\n\tprintf("%d words, %s\\n", argc, argv[argc - 1]);\n\treturn 0; }\n'


def write_app(folder: Path) -> Path:
    """A four-line program and its manifest, as a new user would write them."""
    folder.mkdir()
    (folder / "unikernel.yaml").write_text(MANIFEST)
    (folder / "main.c").write_text(MAIN)
    return folder


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A store of its own, filled by the first build."""
    folder = tmp_path_factory.mktemp("commands")
    return Workshop(ROOT, folder / "store", folder / "out")


@pytest.fixture(scope="session")
def built(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app's folder, with its images in `build/`."""
    folder = write_app(tmp_path_factory.mktemp("apps") / "four")
    done = workshop.call("build", "-q", str(folder))
    assert done.status == 0, done.told
    return folder


@pytest.fixture
def app(built: Path, tmp_path: Path) -> Path:
    """The same app in a folder of the test's own, not built there; the store knows its objects."""
    return Path(shutil.copytree(built, tmp_path / "four", ignore=shutil.ignore_patterns("build")))
