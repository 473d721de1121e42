"""The column beside the charts: the parameters, and how many walkers have each outcome."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from sim.snapshot import Snapshot
from tui.screens import lines
from tui.screens.charts import set_display
from tui.screens.parameter_view import ParameterView
from tui.surface import Surface

COLUMNS, NARROW_COLUMNS = 32, 28
"""How wide it is, as the stylesheet has it."""

WIDE = 100
"""Columns of a screen from which on it is the wider one."""


class OutcomeView(Container):
    """Shows a row for each; "not looked at" takes one more, only where there are such walkers."""

    def __init__(self, *, unicode: bool) -> None:
        super().__init__(id="walkers")
        self._surface = Surface("outcomes", unicode=unicode)

    def compose(self) -> ComposeResult:
        """The rows fill the frame."""
        yield self._surface

    def show(self, snapshot: Snapshot) -> bool:
        """The outcomes of a snapshot; says whether to show them again, once there is other room for them."""
        rows, title = lines.outcomes(snapshot, self._surface.size.width), lines.outcomes_title(snapshot)
        if self.border_title != title:  # setting it sends the whole box again
            self.border_title = title
        is_long = len(rows) > 5
        changes = self.has_class("long") != is_long
        if changes:
            self.set_class(is_long, "long")
        self._surface.put(rows)
        return changes


class Side(Vertical):
    """The parameters above the outcomes, which give way first; both give way to the charts."""

    def __init__(self, parameters: ParameterView, *, unicode: bool) -> None:
        super().__init__(id="side", classes="wide")
        self._parameters, self._outcomes = parameters, OutcomeView(unicode=unicode)

    def compose(self) -> ComposeResult:
        """One above the other."""
        yield self._parameters
        yield self._outcomes

    def fit(self, width: int, height: int) -> int:
        """Take room on a screen of so many columns and rows; how many columns that is."""
        has_room = width >= lines.LISTED
        set_display(self, has_room)
        self.set_class(width >= WIDE, "wide")
        set_display(self._outcomes, height >= 16)
        return (COLUMNS if width >= WIDE else NARROW_COLUMNS) if has_room else 0

    def show(self, snapshot: Snapshot) -> bool:
        """The values as they are now; says whether to show it again, once it is laid out anew."""
        self._parameters.show()
        return self._outcomes.show(snapshot)
