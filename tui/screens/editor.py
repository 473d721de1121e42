"""The line to type a value into."""

from __future__ import annotations

from collections.abc import Callable

from textual.binding import Binding
from textual.events import Key
from textual.geometry import Offset
from textual.widgets import Input
from textual.widgets.input import Selection

EDITOR_WIDTH = 14

EDITING = {
    key: binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""What Textual's own keys do in a line of text."""


class Editor(Input):
    """Lies over whatever the screen shows where it is put; hidden until it is opened."""

    def __init__(self, submit: Callable[[str], None]) -> None:
        super().__init__(id="editor", compact=True, select_on_focus=False)
        self.display = False
        self._submit = submit

    async def take(self, key: Key) -> bool:
        """Do what a key is for; says whether it is for a line of text."""
        if key.is_printable and key.character is not None:
            self.replace(key.character, *self.selection)
        elif key.key == "enter":
            self._submit(self.value)
        elif key.key in EDITING:
            await self.run_action(EDITING[key.key])
        else:
            return False
        return True

    def open(self, value: str) -> None:
        """Show this value, to be typed over."""
        self.value = value
        self.display = True
        self.cursor_blink = self.app.animation_level == "full"
        self.screen.set_focus(self)
        self.selection = Selection(0, len(value))

    def close(self) -> bool:
        """Leave without a change; says whether it was open."""
        was_open, self.display = bool(self.display), False
        self.screen.set_focus(None)
        return was_open

    def lie_at(self, place: Offset, end: int) -> None:
        """Begin at this place of the screen, and end before that column."""
        self.styles.offset, self.styles.width = (place.x, place.y), max(1, end - place.x)
