"""A run under Xen leaves no process and no file behind when it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from composer.model.image import Image
from composer.run.guest import XenHost
from tests.support.guests import XEN, arm_guest
from tests.unit.run.test_interruption import BOUND, INTERRUPTED, ROOT, child_of, is_running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_xen_and_run(tmp_path: Path, xen: XenHost, number: signal.Signals) -> None:
    guest = arm_guest(tmp_path, 'say("ready\\n"); for (;;) ;', target=XEN, name="hanging")
    values = {"name": "hanging", "target": str(XEN), "profile": "size", "memory": 16 << 20, "entry": 0}
    nothing = {"manifest": {}, "manifest_digest": "", "toolchain": {}, "resolution": {}, "objects": {}, "files": {}}
    sizes = {"file_bytes": 1, "memory_bytes": 1, "unattributed_bytes": 0, "rows": (), "recipes": (), "sections": ()}
    description = json.loads(json.dumps({**values, **nothing, **sizes}))
    (tmp_path / "image.json").write_text(Image(**description).as_json())
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    words = ["run", "--hypervisor", str(xen.hypervisor), str(guest.image)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COMPOSE_STORE": str(tmp_path / "store"),
        "TMPDIR": str(temporary),
    }
    argv = [sys.executable, "-P", "-m", "composer", *words]
    with subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            machine = child_of(process.pid)
            process.send_signal(number)
            assert process.wait(BOUND) == INTERRUPTED
            assert not is_running(machine)
            assert list(temporary.iterdir()) == []
        finally:
            process.kill()
