"""Screens above the menu: a text with a question below it that is answered by a key, and the help."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Static

HELP = """\
up, down, page up, page down   move
enter, right                   to the values; there: choose the value
left, escape                   back
/                              find a choice or a recipe by a word
x                              back to the default: the manifest says nothing
t                              look at the next target
u                              undo
s                              show the difference, then save
q                              leave

On the left stand the choices; a * marks those that the manifest says.
On the right stand the values with what each would change in the image:
  ~+1,234        estimated bytes, from the weights of recipes
  =              no recipe comes or goes; a build tells the bytes
  not possible   and below the list stands why
  not here       its sources have to be fetched first
Nothing is written before `s`. The file keeps its comments and its order."""


class Question(ModalScreen[str]):
    """Shows a text and waits for one of the keys; escape is always one of them, and answers ""."""

    def __init__(self, title: str, text: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._answers = answers

    def compose(self) -> ComposeResult:
        keys = "   ".join(f"{key} {meaning}" for key, meaning in {**self._answers, "escape": "back"}.items())
        with Vertical(id="dialog"):
            yield Static(self._title, classes="title", markup=False)
            with VerticalScroll(can_focus=True):
                yield Static(self._text, markup=False)
            yield Static(keys, classes="keys", markup=False)

    def on_key(self, event: Key) -> None:
        if event.key == "escape":
            event.stop()
            self.dismiss("")
        elif event.key in self._answers:
            event.stop()
            self.dismiss(event.key)


class Line(ModalScreen[str]):
    """Asks for a line of text; escape answers ""."""

    def __init__(self, title: str, now: str) -> None:
        super().__init__()
        self._title = title
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._title, classes="title", markup=False)
            yield Input(placeholder=self._now, compact=True)
            yield Static("enter see what it changes   escape back", classes="keys", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    def on_key(self, event: Key) -> None:
        if event.key == "escape":
            event.stop()
            self.dismiss("")
