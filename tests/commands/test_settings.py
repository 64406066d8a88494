"""Overrides, --profile and --set on the real command line: what is built, what is told, and what is not mixed up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.test_build import HEAVY, folder_of, settle, trace
from tests.support.composed import KVM, LINUX, Workshop

HEAD = "name: four\napp: {sources: [main.c]}\n"
PROFILES = ("size", "speed", "debug")


def facts_of(app: Path, target: str) -> dict[str, object]:
    facts: dict[str, object] = json.loads((folder_of(app, target) / "image.json").read_text())
    return facts


def test_image_json_has_the_manifest_as_it_holds_for_the_target(app: Path, workshop: Workshop) -> None:
    override = "{memory: 8MiB, profile: debug, options: {boot-kvm-x86_64.stack_size: 131072}}"
    (app / "unikernel.yaml").write_text(f"{HEAD}targets:\n  {KVM}: {override}\n  {LINUX}:\n")
    done = workshop.call("build", "-q", "--set", "trap-report.stack_words=3", str(app))
    assert done.status == 0, done.told
    kvm, linux = (facts_of(app, target)["manifest"] for target in (KVM, LINUX))
    assert isinstance(kvm, dict)
    assert isinstance(linux, dict)
    assert (kvm["memory"], kvm["profile"], linux["memory"], linux["profile"]) == (8 << 20, "debug", 16 << 20, "size")
    assert kvm["options"]["boot-kvm-x86_64.stack_size"] == 131072
    assert kvm["options"]["trap-report.stack_words"] == linux["options"]["trap-report.stack_words"] == 3


def test_reasons_name_the_override_or_the_words_that_gave_the_value(app: Path, workshop: Workshop) -> None:
    text = f"{HEAD}targets:\n  {KVM}: {{libc: nolibc}}\n  {LINUX}:\n"
    (app / "unikernel.yaml").write_text(text)
    told = workshop.call("why", "nolibc", str(app)).output.decode()
    assert told.count("the manifest asks for nolibc") == 1
    assert f"the manifest asks for nolibc ({app}/unikernel.yaml:4:22)" in told
    told = workshop.call("why", "nolibc", "--set", "libc=nolibc", str(app)).output.decode()
    assert told.count("the manifest asks for nolibc (--set libc=nolibc)") == 2


def test_each_set_is_a_build_of_its_own_and_going_back_is_right(app: Path, workshop: Workshop) -> None:
    """The note that answers a build with nothing to do may not answer for other words, or after they wrote the image."""
    settle()
    seen = {}
    for words in ((), ("--profile", "debug"), ("--set", "profile=speed"), ("--set", "memory=8MiB")):
        workshop.call("build", "-q", *words, str(app))
        assert trace(workshop, "build", "-q", *words, str(app)) & HEAVY == set()
        seen[words] = (folder_of(app, KVM) / "four.elf").read_bytes()
    assert len(set(seen.values())) == 4
    for words, content in seen.items():
        assert workshop.call("build", "-q", *words, str(app)).status == 0
        assert (folder_of(app, KVM) / "four.elf").read_bytes() == content


def test_run_of_other_words_runs_another_image(app: Path, workshop: Workshop) -> None:
    (app / "main.c").write_text("int main(void) { return LEVEL; }\n")
    for level in (3, 4, 3):
        words = ("--set", f'app.defines.LEVEL="{level}"', "--target", LINUX)
        assert workshop.call("run", "-q", "--json", *words, str(app)).verdict["status"] == level


def test_run_builds_and_names_the_first_of_several_targets(app: Path, workshop: Workshop) -> None:
    (app / "unikernel.yaml").write_text(f"{HEAD}targets: [{LINUX}, {KVM}]\n")
    for _ in range(2):  # the second time from the note of the first
        done = workshop.call("run", str(app))
        assert done.status == 0, done.told
        assert done.errors.count(b"running linux/x86_64, the first of 2 targets\n") == 1, done.told
    assert not folder_of(app, KVM).exists()
    assert b"first of" not in workshop.call("run", "--target", LINUX, str(app)).errors


def test_size_compares_two_profiles(app: Path, workshop: Workshop, tmp_path: Path) -> None:
    old = tmp_path / "old"
    assert workshop.call("build", "-q", "--target", KVM, "--out", str(old), str(app)).status == 0
    assert workshop.call("build", "-q", "--target", KVM, "--profile", "speed", str(app)).status == 0
    before = json.loads((old / "four" / "kvm-x86_64" / "image.json").read_text())["file_bytes"]
    after = facts_of(app, KVM)["file_bytes"]
    words = ("--target", KVM, "--profile", "speed", "--diff", str(old / "four" / "kvm-x86_64"))
    done = workshop.call("size", *words, str(app))
    total = done.output.decode().replace(",", "").splitlines()[-1].split()
    assert {str(before), str(after)} <= {*total}, done.told
    assert workshop.call("size", "--target", KVM, str(app)).status == 2, "the image of another profile is not this one"


def test_targets_of_one_architecture_share_what_does_not_differ(app: Path, workshop: Workshop, tmp_path: Path) -> None:
    own = Workshop(workshop.checkout, tmp_path / "store", tmp_path / "out")
    done = own.call("build", "--target", KVM, "--target", LINUX, str(app))
    compiled = [line.split(maxsplit=3)[-1] for line in done.errors.decode().splitlines() if "compile " in line]
    assert compiled.count("compile app/main.c") + compiled.count("app/main.c") == 1, done.told
    shared = [line for line in compiled if "recipes/" in line]
    assert any("nolibc" in line for line in shared)
    assert len(shared) == len(set(shared)), done.told


BROKEN = "int broken = ;\n"


@pytest.mark.parametrize("first", [KVM, LINUX])
def test_with_keep_going_a_target_that_fails_does_not_stop_the_others(
    app: Path, workshop: Workshop, first: str
) -> None:
    other = LINUX if first == KVM else KVM
    (app / "broken.c").write_text(BROKEN)
    text = f"{HEAD}targets:\n  {first}: {{app: {{sources: [broken.c]}}}}\n  {other}:\n"
    (app / "unikernel.yaml").write_text(text)
    done = workshop.call("build", "-q", str(app))
    assert (done.status, folder_of(app, other).exists()) == (1, False), done.told
    done = workshop.call("build", "-q", "--keep-going", str(app))
    assert done.status == 1, done.told
    assert (folder_of(app, other) / "four.elf").is_file()
    assert not (folder_of(app, first) / "four.elf").exists()


def test_with_keep_going_the_status_is_that_of_the_first_failure(app: Path, workshop: Workshop) -> None:
    other = app.with_name("other")
    other.mkdir()
    (other / "main.c").write_text("int absent(void);\nint main(void) { return absent(); }\n")
    (other / "unikernel.yaml").write_text(f"name: other\napp: {{sources: [main.c]}}\ntarget: {LINUX}\n")
    (app / "main.c").write_text(BROKEN)
    (app / "unikernel.yaml").write_text(f"{HEAD}targets: [{KVM}, {LINUX}]\n")
    done = workshop.call("build", "-q", "--keep-going", str(other), str(app))
    assert (done.status, done.errors.count(b"error[S001]"), done.errors.count(b"error[B001]")) == (3, 1, 2), done.told
    assert workshop.call("build", "-q", "--keep-going", str(app), str(other)).status == 1


@pytest.mark.parametrize("command", ["build", "graph", "plan", "size", "show-script", "run", "clean"])
def test_every_command_that_takes_a_manifest_takes_profile_and_set(app: Path, workshop: Workshop, command: str) -> None:
    done = workshop.call(command, "--profile", "sped", str(app))
    assert done.status == 2
    assert b"--profile sped: error[M010]" in done.errors, done.told
