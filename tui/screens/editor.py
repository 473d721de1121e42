"""The line to type a value into."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import Input

EDITOR_WIDTH = 14


class Editor(Input):
    """Lies over whatever the screen shows where it is put; hidden until it is opened."""

    def __init__(self) -> None:
        super().__init__(id="editor", compact=True, select_on_focus=True)
        self.display = False

    def open(self, value: str) -> None:
        """Take the keys, to change this value."""
        self.value = value
        self.display = True
        self.screen.set_focus(self)  # at once: `focus` waits, and keys would pass it by

    def close(self) -> bool:
        """Give the keys back to the screen; says whether it was open."""
        was_open, self.display = bool(self.display), False
        self.screen.set_focus(None)
        return was_open

    def end_at(self, place: Offset) -> None:
        """End before this column of this row of the screen."""
        self.styles.offset = (place.x - EDITOR_WIDTH, place.y)
