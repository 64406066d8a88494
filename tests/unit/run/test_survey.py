"""The probe under the real QEMU, and what is made of its verdict."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.run.guest import Emulator
from composer.run.survey import probe, survey, try_out
from tests.support.fakes import program

# A stand-in for QEMU that succeeds (99 is what isa-debug-exit makes of the probe's value) when `$2` of a
# line `machine accelerator` is among its words, and notes each start in a file beside itself.
WORKS_WITH = """
echo x >> "$(dirname "$0")/starts"
case "$*" in *-machine\\ {machine}\\ -accel\\ {accelerator}*) exit 99;; esac
echo "qemu: first line" >&2; echo "qemu: cannot do that" >&2; exit 1
"""


@pytest.fixture
def qemu() -> str:
    found = shutil.which("qemu-system-x86_64")
    assert found is not None
    return found


@pytest.fixture
def kvm(tmp_path: Path) -> Path:
    """A file that may be used, in the place of /dev/kvm."""
    path = tmp_path / "kvm"
    path.touch()
    return path


@pytest.fixture
def lines() -> list[str]:
    return []


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines())


@pytest.mark.parametrize("machine", ["microvm", "q35", "pc"])
def test_probe_runs_under_tcg(qemu: str, machine: str) -> None:
    assert probe(Emulator(qemu, machine, "tcg"), 60.0) is None


def test_probe_tells_what_qemu_said(qemu: str) -> None:
    assert "unsupported machine" in (probe(Emulator(qemu, "no-such-machine", "tcg"), 60.0) or "")


def test_probe_fails_when_the_guest_dies_without_the_agreed_status(tmp_path: Path) -> None:
    assert probe(Emulator(str(program(tmp_path, "exit 0"))), 60.0) == "failed: exit status 0"


def test_probe_ends_an_emulator_that_hangs(tmp_path: Path) -> None:
    hanging = program(tmp_path, 'echo $$ > "$(dirname "$0")/pid"; exec sleep 1000')
    assert "did not run" in (probe(Emulator(str(hanging)), 0.5) or "")
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()


def test_survey_prefers_kvm_that_works_and_says_nothing(tmp_path: Path, kvm: Path, lines: list[str]) -> None:
    works = program(tmp_path, "exit 99")
    assert survey(str(works), tmp_path / "cache", lines.append, kvm) == Emulator(str(works), "microvm", "kvm")
    assert lines == []


def test_survey_falls_back_to_tcg_and_says_why_each_time(tmp_path: Path, kvm: Path, lines: list[str]) -> None:
    works = program(tmp_path, WORKS_WITH.format(machine="microvm", accelerator="tcg"))
    for _ in range(2):
        assert survey(str(works), tmp_path / "cache", lines.append, kvm) == Emulator(str(works), "microvm", "tcg")
    assert len(lines) == 2
    assert "qemu: cannot do that" in lines[0]
    assert "\n" not in lines[0]
    assert starts(tmp_path) == 2  # one for the machine, one for KVM, none when it was remembered


def test_survey_takes_the_plain_machine_where_qemu_lacks_microvm(tmp_path: Path, lines: list[str]) -> None:
    works = program(tmp_path, WORKS_WITH.format(machine="q35", accelerator="tcg"))
    assert survey(str(works), tmp_path / "cache", lines.append, tmp_path / "none").machine == "q35"


def test_survey_does_not_try_a_kvm_that_is_not_there(tmp_path: Path, lines: list[str]) -> None:
    works = program(tmp_path, WORKS_WITH.format(machine="microvm", accelerator="tcg"))
    assert survey(str(works), tmp_path / "cache", lines.append, tmp_path / "none").accelerator == "tcg"
    assert starts(tmp_path) == 1
    assert "there is no" in lines[0]


def test_trying_out_anew_measures_and_replaces_what_was_remembered(tmp_path: Path, kvm: Path, lines: list[str]) -> None:
    script = 'case "$*" in *-accel\\ kvm*) [ -e "$(dirname "$0")/broken" ] && exit 1; sleep 0.3;; esac; exit 99'
    works = program(tmp_path, script.replace("\\\\", "\\"))
    verdict = try_out(str(works), tmp_path / "cache", kvm)
    assert verdict.accelerator == "kvm"
    assert verdict.kvm_seconds is not None
    assert verdict.kvm_seconds >= 0.3
    (tmp_path / "broken").touch()  # of which nothing that is remembered tells
    assert survey(str(works), tmp_path / "cache", lines.append, kvm).accelerator == "kvm"
    verdict = try_out(str(works), tmp_path / "cache", kvm)
    assert (verdict.accelerator, verdict.kvm_seconds) == ("tcg", None)
    assert survey(str(works), tmp_path / "cache", lines.append, kvm).accelerator == "tcg"


def another_qemu(works: Path, kvm: Path) -> None:
    works.write_text(works.read_text() + "# newer\n")


def vanished_kvm(works: Path, kvm: Path) -> None:
    kvm.unlink()


@pytest.mark.parametrize("change", [another_qemu, vanished_kvm])
def test_survey_tries_again_when_what_it_depends_on_changed(
    tmp_path: Path, kvm: Path, lines: list[str], change: Callable[[Path, Path], None]
) -> None:
    works = program(tmp_path, WORKS_WITH.format(machine="microvm", accelerator="tcg"))
    survey(str(works), tmp_path / "cache", lines.append, kvm)
    before = starts(tmp_path)
    change(works, kvm)
    survey(str(works), tmp_path / "cache", lines.append, kvm)
    assert starts(tmp_path) > before


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["facts", "verdict", "machine"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=30) | json_values.map(lambda value: json.dumps(value).encode()))
def test_garbage_in_the_cache_is_no_verdict(tmp_path: Path, garbage: bytes) -> None:
    works = program(tmp_path, "exit 99")
    (tmp_path / "emulator-x86_64.json").write_bytes(garbage)
    assert survey(str(works), tmp_path, print, tmp_path / "none").machine == "microvm"
    assert json.loads((tmp_path / "emulator-x86_64.json").read_text())["verdict"]["machine"] == "microvm"


TIMES = {"tcg_seconds": 0.1, "kvm_seconds": None}


@pytest.mark.parametrize(
    "verdict", [{"machine": 1, "accelerator": "tcg", "complaint": "", **TIMES}, {"machine": "q35"}, []]
)
def test_wrong_verdict_for_the_right_facts_is_no_verdict(tmp_path: Path, verdict: object) -> None:
    works = program(tmp_path, "exit 99")
    survey(str(works), tmp_path, print, tmp_path / "none")
    kept = json.loads((tmp_path / "emulator-x86_64.json").read_text())
    (tmp_path / "emulator-x86_64.json").write_text(json.dumps({**kept, "verdict": verdict}))
    assert survey(str(works), tmp_path, print, tmp_path / "none").machine == "microvm"


def test_cache_that_cannot_be_written_only_costs_time(tmp_path: Path, lines: list[str]) -> None:
    works = program(tmp_path, "exit 99")
    (tmp_path / "file").touch()
    assert survey(str(works), tmp_path / "file", lines.append, tmp_path / "none").machine == "microvm"
