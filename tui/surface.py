"""A widget that sends only what changed: rows of cells in, spans of rows out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import ASCII, Row, changed_span, fitted, harmless, runs

STYLES = frozenset(
    {
        "chart--frame", "chart--median", "chart--band", "chart--least", "chart--theory",
        "chart--negative", "chart--zero", "chart--positive",
        "chart--cohort-1", "chart--cohort-2", "chart--cohort-3", "chart--cohort-4",
        "chart--others-negative", "chart--others-zero", "chart--others-positive",
        "text--strong", "text--dim", "text--value", "text--chosen", "text--good", "text--bad", "text--key",
    }
)  # fmt: skip
"""Every style name that a cell may carry; the stylesheet says how each looks. Others are colours, as "#000000
on #ffffff"."""


class Surface(Widget, can_focus=False):
    """Shows rows of cells. Textual re-sends whatever region is refreshed, so only changed spans are."""

    ALLOW_SELECT = False

    def __init__(self, id: str | None = None, *, name: str | None = None, unicode: bool = True) -> None:
        super().__init__(id=id, name=name)
        self._unicode = unicode
        self._given: Sequence[Row] = ()
        self._rows: list[Row] = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}

    def put(self, rows: Sequence[Row]) -> bool:
        """Show these rows, one for each line of the widget; says whether anything changed."""
        self._given, (width, height) = rows, self.size
        rows = [fitted(row, width) for row in rows[:height]]
        before, self._rows = self._rows, rows
        if len(before) != len(rows):
            self._strips.clear()
            self.refresh()
            return True
        changes = []
        for y, (old, new) in enumerate(zip(before, rows, strict=True)):
            if span := changed_span(old, new):
                self._strips.pop(y, None)
                changes.append(Region(span[0], y, span[1] - span[0], 1))
        if changes:
            self.refresh(*changes)
        return bool(changes)

    def on_resize(self, event: Resize) -> None:
        """What was put before there was so much room is not lost: nobody may put it again."""
        self.put(self._given)

    def notify_style_update(self) -> None:
        """Another theme: every colour is another."""
        super().notify_style_update()
        self._component_styles.clear()
        self._strips.clear()
        self._styles.clear()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """How the stylesheet has a style, asked when it is drawn.

        Textual would ask for every style of every widget again whenever a class or a theme changes, which
        takes most of the time until a screen is there.
        """
        for name in STYLES.intersection(names).difference(self._component_styles):
            node = DOMNode(classes=name)
            node._attach(self)  # noqa: SLF001 - a node that is asked for its style is in no tree
            self.app.stylesheet.apply(node, animate=False)
            self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    def render_line(self, y: int) -> Strip:
        """One line, made once for every change of it."""
        if y not in self._strips:
            row = self._rows[y] if y < len(self._rows) else []
            self._strips[y] = self._strip(row)
        return self._strips[y]

    def _strip(self, row: Row) -> Strip:
        segments = [
            Segment(harmless(text if self._unicode else text.translate(ASCII)), self._style(style))
            for text, style in runs(row)
        ]
        return Strip(segments, len(row)).adjust_cell_length(self.size.width, self._style(""))

    def _style(self, name: str) -> Style:
        """How a style looks; the stylesheet is asked once for each, which takes longer than the line."""
        if name not in self._styles:
            self._styles[name] = self._new_style(name)
        return self._styles[name]

    def _new_style(self, name: str) -> Style:
        if name.startswith("#"):
            return self.rich_style + Style.parse(name)
        return self.get_component_rich_style(name) if name else self.rich_style
