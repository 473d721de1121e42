"""The parameter panel: every knob of the experiment, one of them chosen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Click, MouseEvent, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Offset
from textual.message import Message

from tui.cells import Row, cells, columns, cut
from tui.formats import brief_whole, number
from tui.intent import Intent
from tui.surface import Surface

CHOSEN, FREE, HEADING = "▸ ", "  ", "─ "


class ParameterView(Container):
    """Shows the intent's parameters; the screen decides what keys do to them."""

    class Pressed(Message):
        """A click on a parameter."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Wheeled(Message):
        """The wheel turned on the chosen parameter."""

        def __init__(self, up: bool) -> None:
            super().__init__()
            self.up = up

    def __init__(self, intent: Intent, unicode: bool) -> None:
        super().__init__(id="parameters")
        self.border_title = "Parameters"
        self.chosen = "active_dim"
        self._intent = intent
        self._surface = Surface(unicode=unicode)
        self._top = 0
        self._kept_in_view = ("", 0)

    def compose(self) -> ComposeResult:
        """The list fills the frame."""
        yield self._surface

    def on_resize(self, event: Resize) -> None:
        """Lay the list out anew."""
        self.show()

    def choose(self, by: int) -> None:
        """Go `by` rows down, round the ends."""
        names = self._intent.names
        self.chosen = names[(names.index(self.chosen) + by) % len(names)]
        self.show()

    def show(self) -> None:
        """The list as it is now."""
        if self.chosen not in self._intent.names:  # it belonged to another landscape, rule or schedule
            self.chosen = "landscape"
        width, height = self._surface.size
        lines = self._lines(height)
        if (self.chosen, height) != self._kept_in_view:  # else the wheel may have turned it out of sight
            place = lines.index(self.chosen)
            self._top = max(0, min(self._top, place), place - height + 1)
            self._kept_in_view = self.chosen, height
        self._top = min(self._top, max(0, len(lines) - height))
        shown = lines[self._top : self._top + height]
        values = self._intent.values
        self._surface.put([self._row(line, values.get(line, ""), width) for line in shown])

    def on_click(self, event: Click) -> None:
        """Say which parameter was clicked on."""
        if name := self._name_at(event):
            self.post_message(self.Pressed(name))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Up, or on the chosen parameter more."""
        self._wheel(event, up=True)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Down, or on the chosen parameter less."""
        self._wheel(event, up=False)

    def _wheel(self, event: MouseEvent, up: bool) -> None:
        """Elsewhere the wheel turns a list that is longer than its room; no other value changes."""
        if self._name_at(event) == self.chosen:
            self.post_message(self.Wheeled(up))
        else:
            self._top = max(0, self._top - 1 if up else self._top + 1)
            self.show()

    def _name_at(self, event: MouseEvent) -> str:
        """The parameter under the pointer; "" where there is none."""
        region = self._surface.region
        lines = self._lines(region.height)
        row = self._top + event.screen_y - region.y
        inside = region.contains(event.screen_x, event.screen_y) and row < len(lines)
        return lines[row] if inside and lines[row] in self._intent.names else ""

    def keep_in_view(self) -> None:
        """Turn the list back to where the chosen parameter is seen."""
        self._kept_in_view = ("", 0)
        self.show()

    def end_of_chosen(self) -> Offset | None:
        """Where on the screen the row of the chosen parameter ends; None where there is no list to see."""
        region = self._surface.region
        if not region:
            return None
        place = self._lines(region.height).index(self.chosen) - self._top
        return Offset(region.right, region.y + place)

    def _lines(self, height: int) -> list[str]:
        """The name on each row of the whole list; groups are set apart by blank rows where there is room."""
        groups = self._intent.groups
        headings = sum(bool(group.heading) for group in groups)
        roomy = len(self._intent.names) + headings + len(groups) - 1 <= height
        lines: list[str] = []
        for group in groups:
            lines += [""] if roomy and lines else []
            lines += [f"{HEADING}{group.heading}"] if group.heading else []
            lines += group.names
        return lines

    def _row(self, line: str, value: str, width: int) -> Row:
        if not line:
            return []
        if line.startswith(HEADING):
            return cells(line, "text--strong")
        mark, style = (CHOSEN, "text--chosen") if line == self.chosen else (FREE, "")
        if columns(value) > width - len(line) - 3:
            value = _shortened(value, width - len(line) - 3)
        room = width - columns(value)
        return [*cells(f"{mark}{line}"[: room - 1].ljust(room), style or "text--dim"), *cells(value, style)]


def _shortened(value: str, width: int) -> str:
    """A number with a power of ten: without its first digits it would be another one. Of a path, the end."""
    digits = value.replace(" ", "")
    if digits.isdecimal():
        short = brief_whole(int(digits))
        return short if len(short) <= width else number(float(digits))
    if "/" not in value:
        return cut(value, width)
    while columns(value) > max(0, width - 1):
        value = value[1:]
    return f"…{value}"
