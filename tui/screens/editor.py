"""The line to type a value into."""

from __future__ import annotations

from collections.abc import Callable

from textual.binding import Binding
from textual.events import Key
from textual.geometry import Offset
from textual.widgets import Input

from tui.actions import ACTIONS

EDITOR_WIDTH = 14

EDITING = {
    key: binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""What Textual's own keys do in a line of text."""

LEAVING = {key: action.handler for action in ACTIONS for key in action.keys}
"""What the other keys do on the screen around it."""


class Editor(Input):
    """Lies over whatever the screen shows where it is put; hidden until it is opened."""

    def __init__(self, submit: Callable[[str], None]) -> None:
        super().__init__(id="editor", compact=True, select_on_focus=True)
        self.display = False
        self.takes_keys = False
        self._submit = submit

    async def on_key(self, event: Key) -> None:
        """Do at once what a key is for.

        Textual would pass keys that are no letters up to the program first, and in a burst those that
        follow would overtake them.
        """
        if self.display and event.is_printable:
            return  # the line takes it
        event.stop()
        event.prevent_default()
        if not self.display:  # a key before this one closed it: this one is the screen's
            self.app.post_message(Key(event.key, event.character))
        elif event.key == "enter":
            self._submit(self.value)
        elif event.key in EDITING:
            await self.run_action(EDITING[event.key])
        elif event.key in LEAVING:
            self.takes_keys = False
            await self.screen.run_action(LEAVING[event.key])
            self.takes_keys = bool(self.display)

    def open(self, value: str) -> None:
        """Take the keys, to change this value."""
        self.value = value
        self.display = self.takes_keys = True
        self.screen.set_focus(self)  # at once: `focus` waits, and keys would pass it by

    def close(self) -> bool:
        """Give the keys back to the screen; says whether it was open."""
        was_open, self.display, self.takes_keys = bool(self.display), False, False
        self.screen.set_focus(None)
        return was_open

    def end_at(self, place: Offset) -> None:
        """End before this column of this row of the screen."""
        self.styles.offset = (place.x - EDITOR_WIDTH, place.y)
