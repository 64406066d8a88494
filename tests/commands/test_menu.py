"""`compose menu` in a real terminal: what is seen before a choice, what is saved, and what is never lost."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from composer.pipeline.project import load_recipes
from tests.support.composed import COMPOSE, KVM, LINUX, Workshop
from tests.support.terminal import TMUX, Terminal, terminal

pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not here, in which the menu is seen")

MANIFEST = f"""\
# A program of four words.
name: four   # its name
app: {{sources: [main.c]}}
targets: [{KVM}, {LINUX}]

# Not much.
memory: "16MiB"
"""
FOOT = "enter choose"


@contextmanager
def menu(
    workshop: Workshop, folder: Path, *words: str, size: tuple[int, int] = (80, 24), colours: bool = True
) -> Iterator[Terminal]:
    """The menu of the manifest in `folder`, once it is there."""
    variables = workshop.variables() | ({} if colours else {"NO_COLOR": "1"})
    with terminal() as screen:
        screen.start((*COMPOSE, "menu", *words), folder, variables, size)
        screen.see(FOOT)
        yield screen


@pytest.fixture
def folder(app: Path) -> Path:
    """The app with a manifest that has something to be kept."""
    (app / "unikernel.yaml").write_text(MANIFEST)
    return app


def manifest(folder: Path) -> str:
    return (folder / "unikernel.yaml").read_bytes().decode()


def find(screen: Terminal, name: str) -> None:
    """Go to the values of a choice."""
    screen.press("/")
    screen.see("type part of a name")
    screen.type(name)
    screen.press("Enter", "Right")
    screen.see(f"/{name} ", FOOT)


def choose_virtio(screen: Terminal) -> None:
    """Have the console be a device, in the manifest that is shown."""
    find(screen, "console")
    screen.see("( ) virtio  ", "~+")
    screen.press("Down")
    screen.see("> ( ) virtio")
    screen.press("Enter")
    screen.see("(*) virtio", "not saved")


def save(screen: Terminal) -> None:
    screen.press("s")
    screen.see("y save")
    screen.press("y")
    screen.see("saved unikernel.yaml")


def leave(screen: Terminal, status: int = 0) -> None:
    screen.press("q")
    screen.see(f"ended with {status}")


def test_a_choice_is_seen_before_it_is_made_and_saved_as_by_hand(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        find(screen, "console")
        screen.press("Down")
        # Both are told before anything is chosen: what it weighs, and what comes.
        screen.see("> ( ) virtio", "bytes more, ~", "comes: virtio-pci ~", "virtio-console")
        assert "not saved" not in screen.screen
        screen.press("Enter")
        screen.see("now virtio (unikernel.yaml:", "1 not saved")
        assert manifest(folder) == MANIFEST
        screen.press("s")
        assert "+console: virtio" in screen.see("Save this to unikernel.yaml?", "y save")
        screen.press("y")
        screen.see("saved unikernel.yaml")
        leave(screen)
    before = f"targets: [{KVM}, {LINUX}]\n"
    assert manifest(folder) == MANIFEST.replace(before, f"{before}console: virtio\n")


def test_what_is_undone_is_as_it_was(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        choose_virtio(screen)
        screen.press("u")
        screen.see("now auto (the default)")
        screen.see_no_more("not saved")
        screen.press("u")
        screen.see("nothing to undo")
        leave(screen)
    assert manifest(folder) == MANIFEST


def test_what_cannot_be_is_told_with_its_proof_and_not_taken(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        find(screen, "network")
        screen.press("Down", "Down")
        seen = " ".join(line[39:].strip() for line in screen.see("> ( ) host", "cannot be host").splitlines())
        assert "the manifest pins host" in seen
        assert "host supports only" in seen
        screen.press("Enter")
        screen.see("network stays auto: host is not possible")
        leave(screen)
    assert manifest(folder) == MANIFEST


@pytest.mark.parametrize(("mark", "end"), [("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n")])
def test_line_ends_and_a_byte_order_mark_stay(folder: Path, workshop: Workshop, mark: str, end: str) -> None:
    text = mark + MANIFEST.replace("\n", end)
    (folder / "unikernel.yaml").write_bytes(text.encode())
    with menu(workshop, folder, "--set", "profile=speed") as screen:
        screen.see("1 not saved")
        save(screen)
    assert manifest(folder) == text.replace('"16MiB"', f'"16MiB"{end}profile: speed')


def test_an_edit_from_outside_is_not_lost(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        choose_virtio(screen)
        other = MANIFEST.replace("16MiB", "32MiB")
        (folder / "unikernel.yaml").write_text(other)
        screen.press("s")
        screen.see("was changed by somebody else", "Nothing was written", "r read it")
        screen.press("r")
        screen.see("read again, with your choices")
        assert manifest(folder) == other
        save(screen)
    before = f"targets: [{KVM}, {LINUX}]\n"
    assert manifest(folder) == other.replace(before, f"{before}console: virtio\n")


def test_choices_can_be_put_aside_for_an_edit_from_outside(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        choose_virtio(screen)
        (folder / "unikernel.yaml").write_text("name: four\napp: {sources: [main.c]}\ntarget: linux/x86_64\n")
        screen.press("s")
        screen.see("d keep mine as a .diff")
        screen.press("d")
        screen.see("your choices are in unikernel.yaml.diff", LINUX)
        leave(screen)
    assert "+console: virtio\n" in (folder / "unikernel.yaml.diff").read_text()
    assert manifest(folder).endswith("target: linux/x86_64\n")


def test_leaving_with_choices_asks(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder, colours=False) as screen:
        choose_virtio(screen)
        screen.press("q")
        screen.see("Leave without saving 1 change?")
        screen.press("Escape")
        screen.see(FOOT, "1 not saved")
        screen.press("q")
        screen.see("y leave, save nothing")
        screen.press("y")
        screen.see("ended with 0")
    assert manifest(folder) == MANIFEST


def test_a_text_is_typed_and_weighed_before_it_is_chosen(folder: Path, workshop: Workshop) -> None:
    with menu(workshop, folder) as screen:
        find(screen, "memory")
        screen.press("End")
        screen.see(">     type another")
        screen.press("Enter")
        screen.see("enter see what it changes")
        screen.type("24MiB")
        screen.press("Enter")
        screen.see("> ( ) 24MiB", "The same recipes")
        screen.press("Enter")
        screen.see("> (*) 24MiB", "1 not saved")
        save(screen)
    assert manifest(folder) == MANIFEST.replace('"16MiB"', '"24MiB"')


def test_another_target_and_the_size_that_was_built(built: Path, workshop: Workshop) -> None:
    size = (built / "build/four/linux-x86_64/four.elf").stat().st_size
    with menu(workshop, built, size=(120, 40)) as screen:
        screen.see(f"{KVM} (1 of 2)")
        screen.press("t")
        seen = screen.see(f"{LINUX} (2 of 2)", f"  {size:,} bytes, ")
        assert f"~{size:,}" not in seen
        assert "Recipes in the image" in seen
        leave(screen)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_end_from_outside_leaves_nothing_behind(folder: Path, workshop: Workshop, number: signal.Signals) -> None:
    drafts = workshop.store / "v1/drafts"
    before = {*drafts.iterdir()}
    with menu(workshop, folder) as screen:
        choose_virtio(screen)
        assert {*drafts.iterdir()} != before
        (program,) = Path(f"/proc/{screen.child}/task/{screen.child}/children").read_text().split()
        os.kill(int(program), number)
        if number is signal.SIGTERM:
            screen.see("interrupted", "ended with 8")
        else:
            screen.see("ended with 8")
        assert {*drafts.iterdir()} <= before
    assert manifest(folder) == MANIFEST


def test_the_choices_for_programs_say_what_the_graph_says(folder: Path, workshop: Workshop) -> None:
    told = workshop.call("menu", "--json", "-q", "--target", KVM, str(folder))
    assert told.status == 0, told.told
    (here,) = told.verdict["targets"]
    choices = {choice["name"]: choice for choice in here["choices"]}
    assert {"targets", "libc", "network", "profile", "memory", "machine", "lto", "toolchain"} <= choices.keys()
    assert choices["memory"]["at"] == f"{folder}/unikernel.yaml:7:1"
    before = recipes(workshop, folder)
    for name, word in (("console", "virtio"), ("machine", "q35"), ("profile", "debug")):
        effect = next(one for one in choices[name]["words"] if one["word"] == word)
        after = recipes(workshop, folder, "--set", f"{name}={word}")
        assert ({*effect["comes"]}, {*effect["goes"]}) == (after - before, before - after), name
    impossible = next(one for one in choices["network"]["words"] if one["word"] == "host")
    done = workshop.call("graph", "--target", KVM, "--set", "network=host", str(folder))
    assert done.status == 3
    # The same proof; only the places differ, for one reads the file and the other the command line.
    proof = re.sub(r"\(.*?\)", "", impossible["problem"].splitlines()[0].partition(": ")[2])
    assert proof in re.sub(r"\(.*?\)", "", done.errors.decode())


def test_an_option_is_weighed_where_it_changes_what_others_are_compiled_to(folder: Path, workshop: Workshop) -> None:
    (folder / "main.c").write_text(
        "#include <sys/socket.h>\nint main(void) { return socket(AF_INET, SOCK_STREAM, 0); }\n"
    )
    (here,) = workshop.call("menu", "--json", "-q", "--target", KVM, str(folder)).verdict["targets"]
    (choice,) = (choice for choice in here["choices"] if choice["name"] == "net.ipv6")
    (effect,) = (one for one in choice["words"] if one["word"] == "true")
    catalog = load_recipes(()).recipes
    comes = sum(catalog[name].weights[KVM] for name in effect["comes"])
    assert effect["estimated_change"] == catalog["lwip"].option_weights["ipv6=true"][KVM] + comes > 10_000


def test_of_a_library_all_is_weighed_that_the_app_reaches(folder: Path, workshop: Workshop) -> None:
    (folder / "unikernel.yaml").write_text(MANIFEST + "libc: musl\n")
    (told,) = workshop.call("menu", "--json", "-q", "--target", KVM, str(folder)).verdict["targets"]
    assert (told["is_estimate"], told["libc"]) == (True, "musl")
    done = workshop.call("build", "-q", "--target", KVM, str(folder))
    assert done.status == 0, done.told
    size = (folder / "build/four/kvm-x86_64/four.elf").stat().st_size
    assert size < told["bytes"] < 3 * size


def recipes(workshop: Workshop, folder: Path, *words: str) -> set[str]:
    """The recipes of the image for kvm/x86_64, as `compose graph` names them."""
    done = workshop.call("graph", "--json", "--target", KVM, *words, str(folder))
    return {node["recipe"] for node in json.loads(done.output)["nodes"]}
