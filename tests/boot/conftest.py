"""The images that all boot tests run, built once by `compose build`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.composed import APPS, EXAMPLES, PROGRAMS, ROOT, Workshop

PROGRAM_SECONDS = 900  # a build from nothing, and a guest in an emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test below this folder boots guests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(PROGRAM_SECONDS))  # the first test of a process builds all images


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The checkout, with every example and every app of these tests built for its targets.

    The variable TEST_TOOLCHAIN names the toolchain that builds them instead of the best one.
    """
    out = tmp_path_factory.mktemp("workshop") / "out"
    toolchain = os.environ.get("TEST_TOOLCHAIN")
    workshop = Workshop(ROOT, _shared_store(tmp_path_factory), out, toolchain=toolchain, seconds=PROGRAM_SECONDS)
    examples = (path for path in EXAMPLES.glob("*/unikernel.yaml") if path.parent.name not in PROGRAMS)
    workshop.build(*sorted(examples), *sorted(APPS.glob("*/*.yaml")))
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
