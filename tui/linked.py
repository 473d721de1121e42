"""An application that sends its terminal only what differs from what it shows, and no more than it takes."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.events import Event, Resize
from textual.screen import Screen

from tui import window
from tui.driver import WatchedDriver, watched
from tui.link import Link
from tui.look import fills_what_it_erases

if TYPE_CHECKING:
    from tui.repaint import Shown

LAST_ANSWER_SECONDS = 0.25
"""How long leaving waits for a terminal that was asked something."""


class LinkedApp(App[None]):
    """Knows the `link` to its terminal and what is shown there, and gives the window its title."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        self.link, self._shown = Link(), what_is_shown()
        super().__init__(ansi_color=ansi_color)
        self._title, self._is_titled = "", window.is_titled(os.environ)

    def get_driver_class(self) -> type[Driver]:
        """The one that tells the link what is written and answered."""
        return watched(super().get_driver_class())

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what differs from what the terminal shows."""
        if self._shown is not None:
            renderable = self._shown.difference(renderable, self.link)
        super()._display(screen, renderable)

    async def on_event(self, event: Event) -> None:
        """With another size, or the same told again, a terminal may show something else than it was sent."""
        if isinstance(event, Resize):
            if self._shown is not None:
                self._shown.forget()
            self.screen.refresh()
        await super().on_event(event)

    def on_unmount(self) -> None:
        """Leave the window the title that it had."""
        if self._title:
            self._write(window.RESTORE)

    def entitle(self, title: str) -> None:
        """Give the window another title, where it should have one."""
        if self._is_titled and title != self._title:
            self._write(("" if self._title else window.SAVE) + window.entitled(title))
            self._title = title

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)

    @property
    def has_room(self) -> bool:
        """Whether the terminal is through with what it was sent last."""
        return backlog(self) <= 1 and self.link.is_ready

    def follow_size(self) -> None:
        """Take over the size that the terminal has, where it is another than the one told last."""
        if isinstance(self._driver, WatchedDriver) and self._driver.present_size != self.size:
            size = self._driver.present_size
            self.post_message(Resize(size, size))

    async def await_last_answer(self) -> None:
        """Ask the terminal nothing more, and wait for what it was asked, if it answers soon."""
        self.link.hush()
        end = time.monotonic() + LAST_ANSWER_SECONDS
        while not self.link.is_silent and time.monotonic() < end:
            await asyncio.sleep(0.01)


def what_is_shown() -> Shown | None:
    """None with a Textual whose updates have other names than this one's: it draws in its own way then."""
    try:
        from tui.repaint import Shown
    except ImportError:
        return None
    return Shown(erases=fills_what_it_erases(os.environ))


def backlog(app: App[None]) -> int:
    """How many writes wait for a slow terminal; 0 where Textual does not say."""
    try:
        return int(app._driver._writer_thread._queue.qsize())  # type: ignore[union-attr]  # noqa: SLF001
    except AttributeError:
        return 0
