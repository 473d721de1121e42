"""Maps below their marks: how large one is drawn, its cells and lines, its scale, and the words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.arrays import Floats, np
from tui import raster
from tui.axes import DOTS_UP, LABEL_WIDTH, Axis, Tick, value_axis
from tui.cells import Row, cells, fitted, wrapped
from tui.contours import ASCII_LINES, LEVEL, LINES, contours
from tui.thinning import row_of

FRAME, WORDS, LINE = "chart--frame", "text--value", "text--value"

SCALE, MAP_BESIDE = LABEL_WIDTH + 4, 24
"""Columns of the scale of a map, and what the map must have for itself where there is one."""

LOW = 8
"""Rows below which a map has no axis below it: it needs them itself."""

ROOM_FOR_WORDS = 18
"""Columns beside a map in which words can be read."""


@dataclass(frozen=True)
class Shape:
    """Columns and rows of a map without its axes, the columns of its scale, and those that are left."""

    columns: int
    rows: int
    scale: int
    left: int
    has_axis: bool

    @property
    def tells(self) -> bool:
        """Whether there is room for words."""
        return self.left >= ROOM_FOR_WORDS


def shape(width: int, height: int) -> Shape:
    """How large a map is in so many columns and rows: a place is as wide as it is high."""
    scale, has_axis = SCALE if width >= SCALE + MAP_BESIDE else 0, height >= LOW
    room = width - scale - LABEL_WIDTH - 1
    rows = min(height - 2 if has_axis else height, (room + 1) // 2)
    columns = min(room, 2 * rows)
    return Shape(columns, rows, scale, room - columns, has_axis)


class Ground:
    """The cells of a map and of its scale, made again where something changed; the scale moves rarely."""

    def __init__(self, unicode: bool) -> None:
        self._unicode = unicode
        self._axis: Axis | None = None
        self._painted: tuple[Floats | None, object, tuple[list[Row], list[Row]]] = (None, None, ([], []))

    def forget(self) -> None:
        """Another run has another scale."""
        self._axis = None

    def cells(self, numbers: Floats, columns: int, rows: int, colours: str) -> tuple[list[Row], list[Row]]:
        """The cells of a map of `numbers` (m, k), and those of its scale, row by row from above.

        In `colours` where that is the name of a system with enough of them, else in shades.
        """
        scale, ink = self._scale(numbers, rows), self._ink(colours)
        size = (scale, columns, rows, ink)
        before, drawn_as, _ = self._painted
        if before is None or drawn_as != size or not np.array_equal(before, numbers, equal_nan=True):
            painted: tuple[list[Row], list[Row]] = [[(" ", "")] * columns] * rows, [[]] * rows
            if scale:
                painted = _painted(numbers, scale, ink, columns, rows)
            self._painted = numbers, size, painted
        return self._painted[2]

    def _ink(self, colours: str) -> Ink:
        if not self._unicode:
            return Ink((), raster.ASCII_SHADES, ASCII_LINES)
        return Ink(raster.ramp(colours), raster.SHADES, LINES)

    def _scale(self, numbers: Floats, rows: int) -> Axis | None:
        found = raster.extent(numbers)
        if found is None:
            return None
        low, high, log = found
        self._axis = value_axis(low, high, log=log, rows=rows, before=self._axis)
        return self._axis


@dataclass(frozen=True)
class Ink:
    """What a map is drawn with: colours, or where there are none shades, and the characters of lines."""

    ramp: tuple[str, ...]
    shades: str
    lines: str

    @property
    def crowded(self) -> float:
        """The share of a map that lines may take: a cell with one has its colour still, but no shade."""
        return 0.5 if self.ramp else 0.4

    def cells(self, shares: Floats, columns: int, rows: int) -> list[Row]:
        """The cells of a map of shares of its scale."""
        if self.ramp:
            steps = raster.stepped(raster.sampled(shares, columns, 2 * rows), len(self.ramp))
            return raster.coloured(steps, self.ramp)
        return raster.shaded(
            raster.stepped(raster.sampled(shares, columns, rows), len(self.shades)), self.shades
        )

    def styles(self, shares: Floats) -> list[str]:
        """How lines at heights look: on the colour of each, in the one that is half of the ramp from it."""
        if not self.ramp:
            return [LINE] * len(shares)
        steps, half = raster.stepped(shares, len(self.ramp)).tolist(), len(self.ramp) // 2
        return [f"{self.ramp[step - half]} on {self.ramp[step]}" for step in steps]


def _painted(numbers: Floats, scale: Axis, ink: Ink, columns: int, rows: int) -> tuple[list[Row], list[Row]]:
    """The cells of a map with lines on it, and those of its scale."""
    with np.errstate(all="ignore"):
        heights = np.log10(numbers) if scale.log else numbers
        below = ink.cells(scale.share(heights), columns, rows)
        lines = contours(heights, scale, columns, rows, ink.crowded)
    styles = ink.styles(scale.share(np.array([height for height, _ in lines.heights])))
    edges, which = lines.edges.tolist(), lines.which.tolist()
    for row, column in np.argwhere(lines.edges).tolist():
        below[row][column] = ink.lines[edges[row][column]], styles[which[row][column]]
    return below, _scale_cells(scale, lines.heights, styles, ink, rows)


def _scale_cells(scale: Axis, lines: Sequence[Tick], styles: Sequence[str], ink: Ink, rows: int) -> list[Row]:
    """Beside each row of a map the colours of its scale and the lines on it, and a label where one stands.

    Every line has its label; beyond them ticks have theirs.
    """
    bar = ink.cells(np.linspace(0.0, 1.0, 2 * rows)[:, None], 2, rows)
    lined, ticked = _rows_of(lines, scale, rows), _rows_of(scale.ticks, scale, rows)
    for row, style in zip(lined, styles, strict=True):
        bar[row] = cells(2 * ink.lines[LEVEL], style)
    first, last = (min(lined), max(lined)) if lined else (rows, rows)
    beside = {
        **{
            row: label
            for row, (_, label) in zip(ticked, scale.ticks, strict=True)
            if not first - 1 <= row <= last + 1
        },
        **{row: label for row, (_, label) in zip(lined, lines, strict=True)},
    }
    return [
        [*cells(" "), *colour, *cells(f" {beside.get(row, '').strip()}".ljust(SCALE - 3), FRAME)]
        for row, colour in enumerate(bar)
    ]


def _rows_of(ticks: Sequence[Tick], scale: Axis, rows: int) -> list[int]:
    """The rows of a scale, from above, in which its ticks stand."""
    places = row_of(scale.share(np.array([place for place, _ in ticks])), rows, DOTS_UP)
    return [rows - 1 - int(row) for row in places]


def told(words: Sequence[str], width: int, rows: int) -> list[Row]:
    """So many rows of words, each entry on lines of its own; what has no room is left."""
    lines = [line for entry in words for line in wrapped(entry, width - 2, indent=" ")]
    return [fitted(cells(f"  {line}", WORDS), width) for line in [*lines, *[""] * rows][:rows]]
