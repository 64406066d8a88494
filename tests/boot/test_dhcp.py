"""Servers of DHCP that are absent, late or lie: a guest takes no nonsense from them, and gets its address as soon as there is a good one."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, Workshop
from tests.support.dhcp_server import DISCOVER, GUESTS, OURS, REQUEST, Question
from tests.support.network import Monitor
from tests.support.tap import BEDS, GUEST, Wire, why_not, wire

NOT_TAKEN = "network: what a DHCP server offers cannot be, and is not taken\n"
REACHED = f"network: {GUEST}\n"

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")
on_each_bed = pytest.mark.parametrize("bed", ["microvm", "q35", "virt"])


def image(programs: Workshop, bed: str) -> Path:
    """A server of one page."""
    target = BEDS[bed].target
    programs.build(EXAMPLES / "httpreply/unikernel.yaml", target=target)
    return programs.image("httpreply", target)


@contextmanager
def served(tmp_path: Path, *how: str) -> Iterator[Wire]:
    """A namespace with such a server."""
    with wire(servers=("-m", "tests.support.dhcp_server", str(tmp_path / "asked"), *how)) as here:
        yield here


def asked(tmp_path: Path) -> list[Question]:
    """What the server was asked."""
    return [Question(**json.loads(line)) for line in (tmp_path / "asked").read_text().splitlines()]


def has_page(here: Wire) -> bool:
    """Whether the guest serves its page."""
    return b"Hello" in here.client("curl", "-sS", "-m", "10", f"http://{GUEST}:8080/").stdout


@on_each_bed
def test_lies_are_not_taken(programs: Workshop, tmp_path: Path, bed: str) -> None:
    """Each answer is preceded by all lies; the link goes down and comes, so that the address is asked for again."""
    monitor = Monitor(str(tmp_path / "monitor"))
    with served(tmp_path, "lies") as here:
        guest = here.start(BEDS[bed], image(programs, bed), options=monitor.words)
        guest.wait_for(REACHED.encode())
        assert has_page(here), guest.told
        for is_up in (False, True):
            monitor.command("set_link", name="card", up=is_up)
            time.sleep(0.8)  # it looks twice a second, or when an interrupt has brought nothing else
        deadline = time.monotonic() + 10
        while len(asked(tmp_path)) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert has_page(here), guest.told
        monitor.close()
    assert guest.told == NOT_TAKEN + REACHED
    questions = asked(tmp_path)
    assert [question.kind for question in questions] == [DISCOVER, REQUEST, REQUEST]
    assert {(question.address, question.server) for question in questions[1:2]} == {(GUESTS, OURS)}


@pytest.mark.parametrize("how", [("flood", "300"), ("two",)], ids=lambda how: how[0])
def test_one_of_many_offers_is_taken_once(programs: Workshop, tmp_path: Path, how: tuple[str, ...]) -> None:
    with served(tmp_path, *how) as here:
        guest = here.start(BEDS["microvm"], image(programs, "microvm"))
        guest.wait_for(REACHED.encode())
        assert has_page(here), guest.told
    assert guest.told == REACHED
    assert [(question.kind, question.address) for question in asked(tmp_path)] == [
        (DISCOVER, "0.0.0.0"),
        (REQUEST, GUESTS),
    ]


def test_who_is_refused_asks_again(programs: Workshop, tmp_path: Path) -> None:
    with served(tmp_path, "naks", "3") as here:
        guest = here.start(BEDS["microvm"], image(programs, "microvm"))
        guest.wait_for(REACHED.encode())
        assert has_page(here), guest.told
    assert [question.kind for question in asked(tmp_path)] == [DISCOVER, REQUEST] * 4


def test_server_may_be_late(programs: Workshop, tmp_path: Path) -> None:
    """The guest listens meanwhile; what waits for an address would be told after 10 s that there is none."""
    with served(tmp_path, "late", "5") as here:
        guest = here.start(BEDS["microvm"], image(programs, "microvm"))
        guest.wait_for(REACHED.encode())
        assert has_page(here), guest.told
    assert guest.told == REACHED
    questions = asked(tmp_path)
    assert {question.kind for question in questions[:-1]} == {DISCOVER}
    gaps = [later.at - sooner.at for sooner, later in itertools.pairwise(questions[:-1])]
    assert 1 < gaps[0] < 3 < gaps[1], "each time it waits twice as long"
