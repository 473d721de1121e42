"""The palette: everything by name, and a parameter with its value in one line, as in "lr 0.05"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from textual import on
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, Hit, Hits, Provider, SearchIcon
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.worker import Worker

from tui.screens.lab import LabScreen

FIRST = 1e3
"""The score of what was typed in full: above all that resembles it."""


class Palette(CommandPalette):
    """Textual's own, with a cursor that stands still where things should not move, and a sign of any font."""

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def take_once(self, event: Message) -> None:
        """Of two keys that choose, the second may come once something is chosen."""
        if not self.is_active:
            event.prevent_default()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """End, once."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """Let a search that begins once the palette is left find no list: that is no reason to end."""
        return super().run_worker(*arguments, **{**options, "exit_on_error": False})

    def _action_command_list(self, action: str) -> None:
        """Move in the list, but not before it is laid out: it knows none of its lines then."""
        with suppress(LookupError):
            super()._action_command_list(action)

    def on_mount(self) -> None:
        """Once the line to type in is there."""
        self.query_one(Input).cursor_blink = self.app.animation_level == "full"
        self.query_one(SearchIcon).icon = ">"


class Settings(Provider):
    """What finds a name of a parameter of the laboratory and a value after it, and puts that value."""

    async def search(self, query: str) -> Hits:
        """Above all else, where that is what was typed."""
        lab = self.screen
        if isinstance(lab, LabScreen):
            for name, value in said(query, lab.intent.names):
                put = partial(lab.put, name, value)
                yield Hit(FIRST, f"set {name} to {value}", put, help=lab.intent.help(name))


def said(query: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A parameter and a value for it: "lr 0.05", "lr = 0.05", "set lr to 0.05"."""
    words = query.replace("=", " ").split()
    if words and words[0] == "set":
        words = words[1:]
    if len(words) > 1 and words[0] in names:
        value = " ".join(words[2:] if words[1] == "to" else words[1:])
        if value:
            yield words[0], value
