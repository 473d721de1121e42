"""The parameter panel: every knob of the experiment, one of them chosen, and a line to type a value into."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Resize
from textual.widgets import Input

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
        self._editor = Input(id="editor", compact=True, select_on_focus=True)
        self._top = 0

    def compose(self) -> ComposeResult:
        """The list, and above it the editor, hidden until it is needed."""
        self._editor.display = False
        yield self._surface
        yield self._editor

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
        rows, places = self._laid_out()
        self._surface.show(rows)
        if self._editor.display:
            self._editor.styles.offset = (self._surface.size.width - EDITOR_WIDTH, places[self.chosen])

    def edit(self) -> None:
        """Open the editor on the chosen parameter."""
        self._editor.value = self._intent.plain(self.chosen)
        self._editor.display = True
        self.show()
        self._editor.focus()

    def close(self) -> bool:
        """Close the editor; says whether it was open."""
        was_open, self._editor.display = self._editor.display, False
        self.screen.set_focus(None)
        return bool(was_open)

    def _laid_out(self) -> tuple[list[Row], dict[str, int]]:
        """The rows in view, and where each parameter stands; groups are set apart where there is room."""
        width, height = self._surface.size
        groups = self._intent.names
        roomy = sum(len(group) + 1 for group in groups) - 1 <= height
        lines: list[str] = []
        for group in groups:
            lines += [*([""] if roomy and lines else []), *group]
        place = lines.index(self.chosen)
        self._top = max(0, min(self._top, place), place - height + 1)
        self._top = min(self._top, max(0, len(lines) - height))
        shown = lines[self._top : self._top + height]
        places = {name: i for i, name in enumerate(shown) if name}
        return [self._row(name, width) if name else [] for name in shown], places

    def _row(self, name: str, width: int) -> Row:
        mark, style = (CHOSEN, "text--chosen") if name == self.chosen else (FREE, "")
        value = self._intent.value(name)
        room = width - len(value)
        return [*cells(f"{mark}{name}"[: room - 1].ljust(room), style or "text--dim"), *cells(value, style)]


EDITOR_WIDTH = 16
