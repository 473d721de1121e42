"""Textual's driver, which tells the link how long writing took and when the terminal answered."""

from __future__ import annotations

import contextlib
import select
import time
from typing import Any, TextIO

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from tui.link import Link


def watched(driver: type[Driver]) -> type[Driver]:
    """The watched one of a driver; others, as where it is served to a browser, stay as they are."""
    return WatchedDriver if driver is LinuxDriver else driver


BLANK = "\x1b[0m\x1b[H\x1b[J"
"""Plain colours, the first corner, and nothing from there on."""


class WatchedDriver(LinuxDriver):
    """Belongs to an application that has a `link`."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._link: Link = app.link
        self._file: Any = _Watched(self._file, self._link) if self._file else None
        self._has_told = False

    @property
    def present_size(self) -> Size:
        """What the terminal has now.

        A signal that comes while the one before is handled overtakes it, so that an older size is told last.
        """
        return Size(*self._get_terminal_size())

    def process_message(self, message: Message) -> None:
        """The first answer is for Textual, too; called from the thread that reads."""
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            self._link.answered()
            if self._has_told:
                return
            self._has_told = True
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read on behind what is no UTF-8, which some keyboards send: Textual would end there."""
        while not self.exit_event.is_set():
            with contextlib.suppress(UnicodeDecodeError):
                super().run_input_thread()

    def stop_application_mode(self) -> None:
        """Leave nothing of what was drawn: GNU screen has one screen, unless it was told to have another."""
        self.write(BLANK)
        super().stop_application_mode()


PIECE = 1000
"""Characters that are written at once: between two it is seen whether there is room for more."""


class _Watched:
    """What the thread that writes takes for a file.

    Once the terminal is gone, what is written is for nobody: a thread that ended there would leave others
    waiting for it, and the laboratory could not be left.
    """

    def __init__(self, file: TextIO, link: Link) -> None:
        self._file, self._link = file, link
        self._text = ""

    def write(self, text: str) -> None:
        """Keep it until there is nothing more to come, or a piece is full."""
        self._text += text
        if len(self._text) >= PIECE:
            self.flush()

    def flush(self) -> None:
        """Write what was kept, piece by piece, and tell how much of it had to wait for room, and how long."""
        text, self._text = self._text, ""
        size, waited, seconds = 0, 0, 0.0
        for begin in range(0, len(text), PIECE):
            piece = text[begin : begin + PIECE]
            has_room, began = self._has_room(), time.perf_counter()
            with contextlib.suppress(OSError):
                self._file.write(piece)
                self._file.flush()
            count = len(piece.encode(errors="replace"))
            size += count
            if not has_room:
                waited, seconds = waited + count, seconds + time.perf_counter() - began
        self._link.wrote(size, waited, seconds)

    def _has_room(self) -> bool:
        """Whether something can be written without waiting, as far as can be told."""
        try:
            return bool(select.select([], [self._file], [], 0)[1])
        except (OSError, ValueError):  # no terminal, or one that is gone
            return True

    def fileno(self) -> int:
        """That of the file itself."""
        return self._file.fileno()
