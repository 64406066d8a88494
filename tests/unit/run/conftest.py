"""What tests with a real Xen share."""

from __future__ import annotations

import pytest

from composer.run.emulator import choose_host
from composer.run.guest import XenHost
from tests.support.guests import XEN


@pytest.fixture(scope="session")
def xen(tmp_path_factory: pytest.TempPathFactory) -> XenHost:
    """A real Xen, fetched as `compose run` does it."""
    host = choose_host(XEN, tmp_path_factory.mktemp("xen"), print)
    assert isinstance(host, XenHost)
    return host
