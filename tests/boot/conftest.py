"""The images that all boot tests run, built once by `compose build`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.composed import APPS, EXAMPLES, ROOT, Workshop


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
    workshop.build(*sorted(EXAMPLES.glob("*/unikernel.yaml")), *sorted(APPS.glob("*/*.yaml")))
    return workshop
