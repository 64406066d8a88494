"""The images that all boot tests run, built once by `compose build`, by whichever process needs them first."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.support.composed import APPS, EXAMPLES, PROGRAMS, ROOT, Workshop

PROGRAM_SECONDS = 900  # a build from nothing, and a guest in an emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test below this folder boots guests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(PROGRAM_SECONDS))  # the first test builds all images, or waits for them


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The checkout, with every example and every app of these tests built for its targets.

    The variable TEST_TOOLCHAIN names the toolchain that builds them instead of the best one.
    """
    out = tmp_path_factory.mktemp("workshop") / "out"
    toolchain = os.environ.get("TEST_TOOLCHAIN")
    store = _shared_store(tmp_path_factory)
    workshop = Workshop(ROOT, store, out, toolchain=toolchain, seconds=PROGRAM_SECONDS)
    first = store.with_name("shared-out")
    # A copy for each process, for tests look for who works in their folder.
    with store.with_name("shared-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not first.exists():
            examples = (path for path in EXAMPLES.glob("*/unikernel.yaml") if path.parent.name not in PROGRAMS)
            workshop.build(*sorted(examples), *sorted(APPS.glob("*/*.yaml")))
            shutil.copytree(out, first)
        else:
            shutil.copytree(first, out)
    return workshop


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop for examples that are programs of others: each is built for the target that a test wants."""
    out = tmp_path_factory.mktemp("programs") / "out"
    toolchain = os.environ.get("TEST_TOOLCHAIN")
    return Workshop(ROOT, _shared_store(tmp_path_factory), out, toolchain=toolchain, seconds=PROGRAM_SECONDS)


def _shared_store(factory: pytest.TempPathFactory) -> Path:
    """One store for all processes of a run of the tests, empty at its beginning."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-store"
