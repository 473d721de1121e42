"""Maps below their marks: how large one is drawn, its cells, its scale, and the words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.arrays import Floats, np
from tui import raster
from tui.axes import DOTS_UP, LABEL_WIDTH, Axis, value_axis
from tui.cells import Row, cells, fitted, wrapped
from tui.thinning import row_of

FRAME, WORDS = "chart--frame", "text--value"

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
        self._painted: tuple[object, object, tuple[list[Row], list[Row]]] = (None, None, ([], []))

    def forget(self) -> None:
        """Another run has another scale."""
        self._axis = None

    def cells(self, numbers: Floats, columns: int, rows: int, colours: str) -> tuple[list[Row], list[Row]]:
        """The cells of a map of `numbers` (m, k), and those of its scale, row by row from above.

        In `colours` where that is the name of a system with enough of them, else in shades.
        """
        scale = self._scale(numbers, rows)
        ramp = raster.ramp(colours) if self._unicode else ()
        size = (scale, columns, rows, ramp)
        if self._painted[0] is not numbers or self._painted[1] != size:
            shades = "" if ramp else raster.SHADES if self._unicode else raster.ASCII_SHADES
            painted: tuple[list[Row], list[Row]] = [[(" ", "")] * columns] * rows, [[]] * rows
            if scale:
                painted = (
                    _in_cells(numbers, scale, columns, rows, shades, ramp),
                    _scale_cells(scale, rows, shades, ramp),
                )
            self._painted = numbers, size, painted
        return self._painted[2]

    def _scale(self, numbers: Floats, rows: int) -> Axis | None:
        found = raster.extent(numbers)
        if found is None:
            return None
        low, high, log = found
        self._axis = value_axis(low, high, log=log, rows=rows, before=self._axis)
        return self._axis


def _in_cells(
    numbers: Floats, scale: Axis, columns: int, rows: int, shades: str, ramp: Sequence[str]
) -> list[Row]:
    with np.errstate(all="ignore"):
        shares = scale.share(np.log10(numbers) if scale.log else numbers)
    if not shades:
        return raster.coloured(raster.stepped(raster.sampled(shares, columns, 2 * rows), len(ramp)), ramp)
    return raster.shaded(raster.stepped(raster.sampled(shares, columns, rows), len(shades)), shades)


def _scale_cells(scale: Axis, rows: int, shades: str, ramp: Sequence[str]) -> list[Row]:
    """Beside each row of a map the colours of its scale, and a label where one stands."""
    heights = np.linspace(scale.low, scale.high, 2 * rows)[:, None]
    bar = _in_cells(heights, replace(scale, log=False), 2, rows, shades, ramp)
    places = row_of(scale.share(np.array([place for place, _ in scale.ticks])), rows, DOTS_UP).tolist()
    beside = {rows - 1 - int(at): label.strip() for at, (_, label) in zip(places, scale.ticks, strict=True)}
    return [
        [*cells(" "), *colour, *cells(f" {beside.get(row, '')}".ljust(SCALE - 3), FRAME)]
        for row, colour in enumerate(bar)
    ]


def told(words: Sequence[str], width: int, rows: int) -> list[Row]:
    """So many rows of words, each entry on lines of its own; what has no room is left."""
    lines = [line for entry in words for line in wrapped(entry, width - 2, indent=" ")]
    return [fitted(cells(f"  {line}", WORDS), width) for line in [*lines, *[""] * rows][:rows]]
