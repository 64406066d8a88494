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


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The checkout, with every example and every app of these tests built for its targets.

    The variable TEST_TOOLCHAIN names the toolchain that builds them instead of the best one.
    """
    folder = tmp_path_factory.mktemp("workshop")
    workshop = Workshop(ROOT, folder / "store", folder / "out", toolchain=os.environ.get("TEST_TOOLCHAIN"))
    examples = (path for path in EXAMPLES.glob("*/unikernel.yaml") if path.parent.name not in PROGRAMS)
    workshop.build(*sorted(examples), *sorted(APPS.glob("*/*.yaml")))
    return workshop


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop for examples that are programs of others: each is built for the target that a test wants."""
    folder = tmp_path_factory.mktemp("programs")
    toolchain = os.environ.get("TEST_TOOLCHAIN")
    return Workshop(ROOT, folder / "store", folder / "out", toolchain=toolchain, seconds=PROGRAM_SECONDS)
