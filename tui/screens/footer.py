"""The row below everything: what to press, and what a click on it presses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.events import Click
from textual.geometry import Offset
from textual.message import Message

from tui.actions import ACTIONS, Action
from tui.screens import lines
from tui.surface import Surface


class Footer(Surface):
    """The most important keys that have room, or whatever else can be pressed, or is typed.

    Before those of the laboratory stand the actions that are `first`, by their ids, with what each does now.
    """

    class Pressed(Message):
        """A click on a key, which is to do what that does."""

        def __init__(self, handler: str) -> None:
            super().__init__()
            self.handler = handler

    def __init__(self, actions: Sequence[Action] = ACTIONS, *, unicode: bool = True) -> None:
        super().__init__("keys", unicode=unicode)
        self._actions = actions
        self.first: Mapping[str, str] = {}
        self._hints: list[lines.Hint] = []
        self._usual: tuple[int, Mapping[str, str]] | None = None

    @property
    def columns(self) -> int:
        """How many columns are taken."""
        return sum(len(text) for text, _, _ in self._hints)

    def show(self, hints: Sequence[lines.Hint] | None = None) -> None:
        """Put these pieces, or the keys of the laboratory, which stay while there is as much room."""
        usual = (self.size.width, dict(self.first)) if hints is None else None
        if usual and usual == self._usual:
            return
        self._usual = usual
        keys = lines.hints(self.size.width, self._actions, self.first) if hints is None else hints
        self._hints = list(keys)
        self.put([lines.keys(self._hints)])

    def on_click(self, event: Click) -> None:
        """Say what was clicked on."""
        column = Offset(event.screen_x, event.screen_y).x - self.region.x
        if handler := lines.handler_at(column, self._hints):
            self.post_message(self.Pressed(handler))
