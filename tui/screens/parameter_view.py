"""The parameter panel: every knob of the experiment, one of them chosen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Resize
from textual.geometry import Offset

from tui.cells import Row, cells
from tui.intent import Intent
from tui.surface import Surface

CHOSEN, FREE = "▸ ", "  "


class ParameterView(Container):
    """Shows the intent's parameters; the screen decides what keys do to them."""

    def __init__(self, intent: Intent, unicode: bool) -> None:
        super().__init__(id="parameters")
        self.border_title = "Parameters"
        self.chosen = "dim"
        self._intent = intent
        self._surface = Surface(unicode=unicode)
        self._top = 0

    def compose(self) -> ComposeResult:
        """The list fills the frame."""
        yield self._surface

    def on_resize(self, event: Resize) -> None:
        """Lay the list out anew."""
        self.show()

    def choose(self, by: int) -> None:
        """Go `by` rows down, round the ends."""
        names = [name for group in self._intent.names for name in group]
        self.chosen = names[(names.index(self.chosen) + by) % len(names)]
        self.show()

    def show(self) -> None:
        """The list as it is now."""
        names = [name for group in self._intent.names for name in group]
        if self.chosen not in names:  # it belonged to another landscape or optimizer
            self.chosen = "landscape"
        width, height = self._surface.size
        lines = self._lines(height)
        place = lines.index(self.chosen)
        self._top = max(0, min(self._top, place), place - height + 1)
        self._top = min(self._top, max(0, len(lines) - height))
        shown = lines[self._top : self._top + height]
        self._surface.show([self._row(name, width) if name else [] for name in shown])

    def end_of_chosen(self) -> Offset | None:
        """Where on the screen the row of the chosen parameter ends; None where there is no list to see."""
        region = self._surface.region
        if not region:
            return None
        place = self._lines(region.height).index(self.chosen) - self._top
        return Offset(region.right, region.y + place)

    def _lines(self, height: int) -> list[str]:
        """The name on each row of the whole list; groups are set apart where there is room."""
        groups = self._intent.names
        roomy = sum(len(group) + 1 for group in groups) - 1 <= height
        lines: list[str] = []
        for group in groups:
            lines += [*([""] if roomy and lines else []), *group]
        return lines

    def _row(self, name: str, width: int) -> Row:
        mark, style = (CHOSEN, "text--chosen") if name == self.chosen else (FREE, "")
        value = self._intent.value(name)
        room = width - len(value)
        return [*cells(f"{mark}{name}"[: room - 1].ljust(room), style or "text--dim"), *cells(value, style)]
