"""The program around the screen: how it begins, and how it ends by a key, a signal or a mistake of ours."""

from __future__ import annotations

import asyncio
import signal
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from composer.menu.screen import MenuScreen
from composer.menu.session import Session
from composer.menu.thinker import Thinker
from composer.model.menu import Picture


class MenuApp(App[None]):
    """`compose menu`."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "menu.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q,ctrl+c", "leave", priority=True)]

    def __init__(self, session: Session, thinker: Thinker, picture: Picture) -> None:
        super().__init__(ansi_color=True)
        self._menu = MenuScreen(session, thinker, picture)
        self.is_interrupted = False

    @property
    def died(self) -> str:
        """What the thinker said if it ended by a mistake of ours."""
        return self._menu.died

    def on_mount(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._interrupt)
        self.push_screen(self._menu)

    def _interrupt(self) -> None:
        self.is_interrupted = True
        self.exit()

    def action_leave(self) -> None:
        if self.screen is self._menu:
            self._menu.leave()
