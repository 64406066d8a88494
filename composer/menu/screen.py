"""The screen: choices on the left, the values of one and their effects on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Key, Resize
from textual.screen import Screen
from textual.widgets import Static

from composer.errors import ComposerError
from composer.load.choices import edits_for, without
from composer.menu.dialogs import HELP, Line, Question
from composer.menu.left import head, id_of, rows_of
from composer.menu.rows import Row, Rows
from composer.menu.session import Session
from composer.menu.thinker import Answer, Look, Spread, Thinker, ThinkerDied, Weigh
from composer.menu.thinker import Question as Asked
from composer.model.menu import Choice, Effect, Kind, Member, Picture
from composer.report.menu import (
    describe_choice,
    describe_effect,
    describe_losses,
    describe_member,
    mark,
    spell_change,
)
from composer.report.text import spell_brief

OTHER = "(other)"  # the row below the proposals of a text
FOOT = "enter choose  / find  u undo  s save  t target  ? help  q quit"
FOOT_OF_FIND = "type part of a name or of its help; enter to the list  escape all"


class MenuScreen(Screen[None]):
    """What is chosen, by keys that are all taken here, one after the other."""

    def __init__(self, session: Session, thinker: Thinker, picture: Picture) -> None:
        super().__init__()
        self.session = session
        self.thinker = thinker
        self.picture = picture
        self.died = ""
        self._pane = "choices"
        self._found: str | None = None  # what is looked for; None: nothing is
        self._is_finding = False  # letters belong to it
        self._typed: dict[str, str] = {}  # texts that were typed, by choice
        self._target = picture.target
        self._is_old = False  # the picture is not yet that of the text and the target
        self._keys: Mapping[str, Callable[[], None]] = {
            "up": partial(self._move, "cursor_up"),
            "k": partial(self._move, "cursor_up"),
            "down": partial(self._move, "cursor_down"),
            "j": partial(self._move, "cursor_down"),
            "pageup": partial(self._move, "page_up"),
            "pagedown": partial(self._move, "page_down"),
            "home": partial(self._move, "first"),
            "end": partial(self._move, "last"),
            "enter": self._enter,
            "space": self._enter,
            "right": self._go_in,
            "left": self._go_back,
            "escape": self._go_back,
            "slash": self._find,
            "question_mark": self._help,
            "u": self._undo,
            "s": self._save,
            "x": self._forget,
            "t": self._next_target,
            "q": self.leave,
        }

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        with Horizontal():
            with Vertical(id="left"):
                yield Rows("choices", classes="active")
                yield Static(id="find", markup=False)
            with Vertical(id="right"):
                yield Static(id="about", markup=False)
                yield Rows("words")
                with VerticalScroll(id="scroll", can_focus=False):
                    yield Static(id="effect", markup=False)
        yield Static(FOOT, id="foot", markup=False)

    def on_mount(self) -> None:
        Thread(target=self._listen, daemon=True).start()
        self.show_all()

    def on_key(self, event: Key) -> None:
        if self._is_finding and self._takes(event):
            event.stop()
        elif event.key in self._keys:
            event.stop()
            self._keys[event.key]()

    # What is seen

    def show_all(self) -> None:
        """Write everything anew."""
        self.query_one("#head", Static).update(head(self.session, self.picture, self._is_old))
        find = self.query_one("#find", Static)
        find.display = self._found is not None
        find.update(f" /{self._found}{'_' if self._is_finding else ''}")
        choices = self.query_one("#choices", Rows)
        choices.show(tuple(rows_of(self.picture, self._found or "")), choices.here)
        self._show_right()

    @property
    def choice(self) -> Choice | None:
        """The choice that is highlighted."""
        here = self.query_one("#choices", Rows).here
        return next((choice for choice in self.picture.choices if choice.name == here), None)

    @property
    def _member(self) -> Member | None:
        here = self.query_one("#choices", Rows).here
        return next((m for m in self.picture.members if id_of(m) == here), None)

    def _words(self, choice: Choice) -> tuple[str, ...]:
        """The values to choose from: those that are offered, what holds, and what was typed."""
        typed = self._typed.get(choice.name)
        return tuple(dict.fromkeys([*choice.words, *choice.chosen, *([typed] if typed else [])]))

    def _width(self) -> int:
        return max(self.query_one("#right").content_region.width - 1, 20)  # beside the bar that scrolls

    def _show_right(self) -> None:
        choice, member = self.choice, self._member
        words = self.query_one("#words", Rows)
        words.display = choice is not None
        about = self.query_one("#about", Static)
        if choice is not None:
            about.update("\n".join(describe_choice(choice, self._width())))
            rows = [
                Row(word, f"{mark(choice, word)} {word}", self._change(choice, word)) for word in self._words(choice)
            ]
            if choice.kind in (Kind.TEXT, Kind.LIST):
                rows.append(Row(OTHER, "    type another …"))
            words.show(
                rows,
                words.here if words.here in {row.id for row in rows} else choice.chosen[0] if choice.chosen else "",
            )
            self._ask(choice)
        else:
            lines = describe_member(member, self.picture.is_exact, self._width()) if member else [self.picture.problem]
            about.update("\n".join(lines))
        self._show_effect()

    def _show_effect(self) -> None:
        choice, word = self.choice, self.query_one("#words", Rows).here
        lines: list[str] = []
        if choice is not None and word not in ("", OTHER):
            lines += describe_effect(choice, word, self._effect(choice, word), self._width())
            spread = self.thinker.answer(self._spread(choice, word))
            lines += describe_losses(spread, self._width()) if isinstance(spread, tuple) else ()
        if choice is not None and self.picture.problem:
            lines += ["", "As it is, no image is possible:", *self.picture.problem.splitlines()]
        self.query_one("#effect", Static).update("\n".join(lines))

    def _change(self, choice: Choice, word: str) -> str:
        return spell_change(choice, word, self._effect(choice, word))

    # What is known

    @property
    def _look(self) -> Look:
        """What the picture should be of."""
        return Look(self.session.text, self._target)

    def _question(self, choice: Choice, word: str) -> Weigh:
        return Weigh(self.session.text, self.picture.target, choice.name, word)

    def _spread(self, choice: Choice, word: str) -> Spread:
        return Spread(self.session.text, self.picture.target, choice.name, word)

    def _effect(self, choice: Choice, word: str) -> Effect | None:
        answer = self.thinker.answer(self._question(choice, word))
        if isinstance(answer, ComposerError):
            return Effect(problem=spell_brief(answer.diagnostics[0]))
        return answer if isinstance(answer, Effect) else None

    def _ask(self, choice: Choice) -> None:
        """Have the effects of the choice worked out, that of the highlighted word first."""
        if self._is_old:  # the choice may not be there any more
            self.thinker.ask([self._look])
            return
        here = self.query_one("#words", Rows).here
        words = sorted(self._words(choice), key=lambda word: word != here)
        weighs = [self._question(choice, word) for word in words]
        spread = [self._spread(choice, here)] if here in words and here not in choice.chosen else []
        self.thinker.ask([*weighs, *spread])

    def _listen(self) -> None:
        """Take answers until the thinker ends; on a thread that nobody waits for."""
        try:
            while True:
                self.app.call_from_thread(self._take, *self.thinker.wait())
        except ThinkerDied as error:
            self.died = str(error)
            self.app.call_from_thread(self.app.exit)
        except (EOFError, OSError, RuntimeError):
            return  # it was ended, or the screen is gone already

    def _take(self, question: Asked, answer: Answer) -> None:
        self.thinker.note(question, answer)
        if question == self._look:
            self._renew_picture()
        elif question.text == self.session.text:
            self._show_right()

    def _renew_picture(self) -> None:
        """Show what is known of the text and the target as they are now, and ask for what is not."""
        answer = self.thinker.answer(self._look)
        self._is_old = answer is None
        if isinstance(answer, Picture):
            self.picture, self._target = answer, answer.target
        elif isinstance(answer, ComposerError):
            self._tell(f"u undoes what cannot be: {spell_brief(answer.diagnostics[0])}")
        else:
            self.thinker.ask([self._look])
        self.show_all()

    # What is done

    @property
    def _rows(self) -> Rows:
        """The list in which keys move."""
        return self.query_one(f"#{self._pane}", Rows)

    def _move(self, how: str) -> None:
        getattr(self._rows, f"action_{how}")()
        self._moved()

    def _moved(self) -> None:
        self._rows.write()
        self._show_right()

    def on_option_list_option_selected(self, event: Rows.OptionSelected) -> None:
        """A row was clicked."""
        self._to(event.option_list.id or self._pane)
        self._moved()
        if self._pane == "words":
            self._enter()

    def _to(self, pane: str) -> None:
        self._pane = pane
        for rows in self.query(Rows):
            rows.set_class(rows.id == pane, "active")

    def _go_in(self) -> None:
        if self.choice is not None:
            self._to("words")

    def _go_back(self) -> None:
        if self._pane == "words":
            self._to("choices")
        else:
            self._found, self._is_finding = None, False
            self.show_all()
        self._tell(FOOT)

    def _enter(self) -> None:
        choice, word = self.choice, self.query_one("#words", Rows).here
        if self._pane == "choices":
            self._go_in()
        elif choice is None or self._is_old:
            self.app.bell()
        elif word == OTHER:
            self.app.push_screen(Line(f"{choice.name}: {choice.help}", choice.value), partial(self._type, choice))
        else:
            self._choose(choice, word)

    def _find(self) -> None:
        self._to("choices")
        self._found, self._is_finding = "", True
        self._tell(FOOT_OF_FIND)
        self.show_all()

    def _takes(self, event: Key) -> bool:
        """Whether the key belongs to what is looked for."""
        found = self._found or ""
        if event.key == "backspace":
            self._found = found[:-1]
        elif event.key == "enter":
            self._is_finding = False
            self._tell(FOOT)
        elif event.is_printable and event.character:
            self._found = found + event.character
        else:
            return False
        self.show_all()
        return True

    def _type(self, choice: Choice, text: str | None) -> None:
        if text:
            self._typed[choice.name] = text
            self.query_one("#words", Rows).show([Row(text, text)], text)
            self._show_right()

    def _choose(self, choice: Choice, word: str) -> None:
        effect = self._effect(choice, word)
        if effect is None:
            self.app.bell()
            self._tell("not worked out yet")
        elif effect.problem and not self.picture.problem:
            self._tell(f"{choice.name} stays {choice.value}: {word} is not possible")
        else:
            try:
                is_new = self.session.choose(edits_for(choice, word))
            except ComposerError as error:
                self._tell(spell_brief(error.diagnostics[0]))
                return
            self._tell(FOOT if is_new else f"{choice.name} is {word} already")
            self._renew_picture()

    def _tell(self, text: str) -> None:
        self.query_one("#foot", Static).update(text)

    def _forget(self) -> None:
        """Have the manifest say nothing about the choice."""
        choice = self.choice
        if choice is not None and not self._is_old and (edits := without(choice)):
            self.session.choose(edits)
            self._renew_picture()

    def _undo(self) -> None:
        if self.session.undo():
            self._renew_picture()
        else:
            self._tell("nothing to undo since the file was read or saved")

    def _next_target(self) -> None:
        targets = self.picture.targets
        if not self._is_old:
            self._target = targets[(targets.index(self._target) + 1) % len(targets)]
            self._renew_picture()

    def _help(self) -> None:
        self.app.push_screen(Question("Keys and signs", HELP, {}))

    def _save(self) -> None:
        session = self.session
        if not session.manuscript.is_writable:
            self._tell(f"{session.manuscript.shown} cannot be written; nothing can be saved")
        elif not session.count:
            self._tell("nothing to save")
        elif session.is_outdated:
            self._ask_about_others()
        else:
            title = f"Save this to {session.manuscript.shown}?"
            self.app.push_screen(Question(title, "\n".join(session.diff()), {"y": "save", "n": "do not"}), self._write)

    def _write(self, answer: str | None) -> None:
        if answer != "y":
            return
        if self.session.is_outdated:  # while the question stood there
            self._ask_about_others()
            return
        try:
            self.session.save()
        except ComposerError as error:
            self._tell(str(error.diagnostics[0]))
            return
        self._tell(f"saved {self.session.manuscript.shown}")
        self.show_all()

    def _ask_about_others(self) -> None:
        title = f"{self.session.manuscript.shown} was changed by somebody else meanwhile"
        text = "\n".join(["Nothing was written. Your choices:", "", *self.session.diff()])
        answers = {"r": "read it, choose again in it", "d": "keep mine as a .diff, read it"}
        self.app.push_screen(Question(title, text, answers), self._renew)

    def _renew(self, answer: str | None) -> None:
        try:
            if answer == "r":
                self.session.renew()
                self._tell("read again, with your choices; s shows the difference")
            elif answer == "d":
                self._tell(f"your choices are in {self.session.put_aside().name}")
        except ComposerError as error:
            self._tell(spell_brief(error.diagnostics[0]))
            return
        if answer:
            self._renew_picture()

    def leave(self) -> None:
        if not self.session.count:
            self.app.exit()
            return
        title = f"Leave without saving {self.session.count} change{'s' * (self.session.count > 1)}?"
        text = "\n".join(self.session.diff())
        self.app.push_screen(Question(title, text, {"y": "leave, save nothing", "s": "save"}), self._leave)

    def _leave(self, answer: str | None) -> None:
        if answer == "y":
            self.app.exit()
        elif answer == "s":
            self._save()

    def on_resize(self, event: Resize) -> None:
        self._show_right()
