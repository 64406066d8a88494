"""What a machine's output means: which of it is whose, and when the machine takes input."""

from __future__ import annotations

from typing import Protocol

from composer.run.view import View


class Screen(Protocol):
    """Output of the process on one side, of its guests on the other."""

    views: tuple[View, ...]  # of each guest
    trouble: tuple[str, ...]  # what the machine itself said when it gave up

    def take(self, data: bytes) -> bytes:
        """What a person sees of `data`."""

    def rest(self) -> bytes:
        """What a person still sees once the output has ended."""

    def is_over(self) -> bool:
        """Whether the machine has nothing more to do, though it still runs."""

    def cue(self) -> bytes:
        """What we ourselves type now, once."""

    def takes_input(self) -> bool:
        """Whether a guest would get what is typed now."""

    def typed(self, data: bytes) -> bytes:
        """How `data` is typed so that it reaches the guest."""


class PlainScreen:
    """A machine that shows its only guest's console and nothing else."""

    def __init__(self, view: View) -> None:
        self.views: tuple[View, ...] = (view,)
        self.trouble: tuple[str, ...] = ()

    def take(self, data: bytes) -> bytes:
        """See `Screen`."""
        return self.views[0].take(data)

    def rest(self) -> bytes:
        """See `Screen`."""
        return self.views[0].rest()

    def is_over(self) -> bool:
        """Once the guest has told its end, whatever the machine may still do."""
        return bool(self.views[0].record)

    def cue(self) -> bytes:
        """Nothing."""
        return b""

    def takes_input(self) -> bool:
        """Always."""
        return True

    def typed(self, data: bytes) -> bytes:
        """As it is."""
        return data
