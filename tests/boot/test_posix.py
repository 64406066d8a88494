"""The system calls that are plain functions, in images of apps that call them without a C library between."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.support.arm_machines import ArmMachine, boot_arm
from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, TARGETS, XEN_ARM, Machine, Workshop, boot

WELL = b"all is well\n"
CALLS = {"fork": "return sys_fork()", "inotify_init1": "sys_inotify_init1(0"}  # in posix-process/main.c
targets = pytest.mark.parametrize("target", TARGETS)


@targets
def test_mappings_live_beside_the_heap(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("posix-memory", target))
    assert (done.status, done.output) == (0, WELL), done.told


@pytest.mark.parametrize("target", [target for target in TARGETS if target != XEN_ARM])
@pytest.mark.parametrize(("rights", "printed"), [("none", b""), ("read", b"0\n")])
def test_the_processor_keeps_the_rights_of_a_mapping(
    workshop: Workshop, target: str, rights: str, printed: bytes
) -> None:
    done = workshop.run(workshop.image("posix-memory", target), rights)
    assert done.status == 4, done.told
    assert done.output.startswith(printed + b"trap: page-fault "), done.told


@targets
def test_the_process_knows_itself_and_what_cannot_be_says_so_once(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("posix-process", target), words=("--json",))
    assert done.ending == ("exit", 0x42), done.told
    told = done.errors.replace(b"\r", b"")  # with --json what the guest prints goes there
    told += done.output
    assert told.count(b"posix: fork is not there\n") == 1, done.told
    assert told.count(b"posix: inotify_init1 is not there\n") == 1, done.told
    assert b"unikernel-composer on " + target.partition("/")[2].encode() in told, done.told
    assert b"a name that is \n" in told, done.told
    assert WELL in told, done.told


def test_waiting_for_nobody_is_a_deadlock_and_not_a_hang(workshop: Workshop) -> None:
    done = workshop.run(workshop.image("posix-process", KVM), "wait")
    assert done.status == 4, done.told
    assert done.output.startswith(b"futex: deadlock, nobody can wake who waits at "), done.told


def test_a_build_says_which_line_calls_what_cannot_be(workshop: Workshop) -> None:
    lines = (APPS / "posix-process/main.c").read_text().splitlines()
    numbers = {what: 1 + next(n for n, line in enumerate(lines) if call in line) for what, call in CALLS.items()}
    words = ("build", "--quiet", "--target", KVM, "--out", str(workshop.out / "notes"), *workshop.pin)
    done = workshop.call(*words, str(APPS / "posix-process"))
    notes = [line for line in done.errors.decode().splitlines() if line.startswith("note: ")]
    assert len(notes) == 2, done.told
    for note, (what, reason) in zip(
        notes,
        [
            ("fork", "a second process cannot be in one address space"),
            ("inotify_init1", "nothing is told by descriptors of its own"),
        ],
        strict=True,
    ):
        assert note.endswith(f"main.c:{numbers[what]} calls {what}: {reason}; it will fail with ENOSYS"), done.told


def test_an_image_without_such_calls_has_no_such_note(workshop: Workshop) -> None:
    assert workshop.facts("posix-memory", KVM)["absent"] == []
    assert [use["call"] for use in workshop.facts("posix-process", KVM)["absent"]] == ["sys_fork", "sys_inotify_init1"]


@targets
def test_clocks_go_and_sleeping_takes_its_time(workshop: Workshop, target: str) -> None:
    before = time.time()
    done = workshop.run(workshop.image("posix-time", target))
    after = time.time()
    assert done.status == 0, done.told
    lines = done.output.decode().replace("\r", "").splitlines()
    assert lines[-1] == "all is well", done.told
    seconds = int(lines[-2])
    if target == XEN_ARM:
        assert "clock: nobody knows the time, so it begins in 1970" in lines, done.told
        assert seconds == 0, done.told
    else:
        assert before - 1 <= seconds <= after, done.told


@pytest.mark.parametrize("target", [KVM, KVM_ARM])
def test_a_second_is_a_second(workshop: Workshop, target: str) -> None:
    """What the guest sleeps is what passes here, whoever told the guest how fast its clock counts."""
    image = workshop.image("posix-sleep", target)

    def least(milliseconds: int) -> float:
        """Of some runs, for a busy machine makes each longer."""
        runs = [workshop.run(image, str(milliseconds), words=("--json",)) for _ in range(3)]
        assert all(done.ending == ("exit", 0) for done in runs), [done.told for done in runs]
        return min(float(done.verdict["seconds"]) for done in runs)

    difference = least(2500) - least(500)
    assert 1.7 < difference < 2.6, difference


def random_lines(output: bytes) -> list[bytes]:
    return re.findall(rb"^[0-9a-f]{32}\r?$", output, re.MULTILINE)


@targets
def test_random_bytes_differ_from_call_to_call_and_from_run_to_run(workshop: Workshop, target: str) -> None:
    runs = [workshop.run(workshop.image("posix-entropy", target)) for _ in range(2)]
    lines = [line for done in runs for line in random_lines(done.output)]
    assert len(set(lines)) == 4, [done.told for done in runs]


REFUSED = b"random: this machine has no source of random bytes\nrefused: -5, -5\n"


def test_random_bytes_are_refused_where_the_processor_has_none(workshop: Workshop) -> None:
    image = workshop.image("posix-entropy", KVM)
    assert len(random_lines(boot(image, Machine()).console)) == 2
    without = boot(image, Machine(processor="max,-rdrand"))
    assert without.console.replace(b"\r", b"").endswith(REFUSED), without.told
    assert without.record == b"E\x01", without.told


def test_random_bytes_come_from_the_device_tree_where_the_processor_has_none(workshop: Workshop) -> None:
    image = workshop.image("posix-entropy", KVM_ARM)
    seeded = [random_lines(boot_arm(image, ArmMachine(processor="cortex-a72")).console) for _ in range(2)]
    assert [len(lines) for lines in seeded] == [2, 2]
    assert seeded[0] != seeded[1]
    without = boot_arm(image, ArmMachine("virt,dtb-randomness=off", processor="cortex-a72"))
    assert without.console.replace(b"\r", b"").endswith(REFUSED), without.told


@targets
def test_a_handler_runs_on_the_stack_that_it_asks_for(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("posix-signals", target))
    lines = done.output.decode().replace("\r", "").splitlines()
    assert lines == ["handler 10 on the usual stack", "handler 10 on its own stack", "all is well"], done.told


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
@pytest.mark.parametrize(("signal", "ending"), [(15, ("exit", 143)), (11, ("exit", 139)), (17, ("exit", 0))])
def test_a_signal_without_a_handler_ends_the_guest_or_does_nothing(
    workshop: Workshop, target: str, signal: int, ending: tuple[str, int]
) -> None:
    done = workshop.run(workshop.image("posix-signals", target), str(signal), words=("--json",))
    assert done.ending == ending, done.told


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_a_signal_to_abort_is_an_abort(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("posix-signals", target), "6", words=("--json",))
    assert done.verdict["end"] == "abort", done.told


INLINE = """
__attribute__((noinline)) long call(void) { long r = 39; __asm__ volatile("syscall" : "+a"(r) : : "rcx", "r11"); return r; }
int main(int argc, char **argv) { (void)argv; return %s; }
"""


@pytest.mark.parametrize(
    ("target", "result", "status"), [(KVM, "argc + (int)call()", 3), (KVM, "argc", 0), (LINUX, "argc + (int)call()", 0)]
)
def test_a_system_call_instruction_is_refused_where_it_is_reached_and_no_kernel_is_below(
    workshop: Workshop, tmp_path: Path, target: str, result: str, status: int
) -> None:
    (tmp_path / "main.c").write_text(INLINE % result)
    (tmp_path / "unikernel.yaml").write_text(f"name: inline\napp: {{sources: [main.c]}}\ntarget: {target}\n")
    done = workshop.call("build", "--quiet", "--out", str(tmp_path / "out"), str(tmp_path))
    assert done.status == status, done.told
    assert (b"S008" in done.errors) == (status != 0), done.told


RIGHTS_OFF = {  # where a page's rights would be written
    KVM: ("recipes/core/page-rights-x86_64/src/rights.c", "\t\t*entry = (", "\t\t(void)((", "bits[rights];", "bits[rights]);"),
    KVM_ARM: ("recipes/core/page-rights-aarch64/src/rights.c", "\t\t*entry = bits", "\t\t(void)(bits", " : 0);\n\t\t__asm__", " : 0));\n\t\t__asm__"),
}  # fmt: skip


@pytest.mark.parametrize("target", RIGHTS_OFF)
def test_without_its_rights_a_page_can_be_touched(workshop: Workshop, tmp_path: Path, target: str) -> None:
    file, *texts = RIGHTS_OFF[target]
    altered = workshop.altered(tmp_path, [(file, texts[0], texts[1]), (file, texts[2], texts[3])])
    done = altered.run(APPS / "posix-memory", "none", words=("--target", target))
    assert done.status == 0, done.told
    assert done.output.endswith(WELL), done.told
