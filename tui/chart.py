"""Pictures -> rows of cells: the only file that knows plotext.

plotext 5 takes time for every point, raises on infinity, and takes a logarithm twice when it builds twice.
So curves come in thinned to two points a column, with infinities already gaps and logarithms taken, and the
finished matrix of characters is read straight from where plotext keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.arrays import Floats, np
from tui import ground, raster
from tui.axes import DOTS_UP, LABEL_WIDTH, Axis, across_axis, fixed_axis, steps_axis, value_axis
from tui.cells import Cell, Row, cells, fitted, wrapped
from tui.formats import whole
from tui.picture import LINE, Picture, Series
from tui.thinning import Points, band, cell_of, column_of, levels, row_of, scattered, thinned, turns

LARGEST = 1e300
"""Anything larger is drawn as if it were infinite: off the chart."""

SMALLEST = (LABEL_WIDTH + 6, 4)
"""Columns and rows below which there is no chart."""

FRAME = "chart--frame"

DOTTED = {"braille": (2, 4), "hd": (2, 2)}
"""plotext's names of the markers that have dots, and how many across and up in a cell."""

LINES = {"braille": "braille", "block": "hd", "ascii": "*"}
"""plotext's names of what lines are drawn with."""

DOTS_ACROSS = 2
"""Dots of a line in the width of a column."""

ROWS_TO_COLUMNS = 4
"""Labels beside a map stand as far apart as if each row were so many columns."""

NOW = "▴"
"""Stands on the axis of steps below the newest of them, which it names."""

CURSOR, CURSOR_POINTS = "┊", 256
"""The mark of the cursor, and how many heights it is drawn at: more than a chart has rows."""

Shape = tuple[str, str, Points]
"""What plotext is given: a marker, a style, and points whose coordinates go from 0 to 1 across the chart."""

Ticks = tuple[list[float], list[str]]
"""Places from 0 to 1, and their labels."""


class Chart:
    """Draws pictures: remembers its vertical axis, so that it moves rarely, and draws anew what changed."""

    def __init__(self, marker: str = "braille") -> None:
        self._line = LINES[marker]
        self._axis: Axis | None = None
        self._last = 0
        self._drawn: tuple[object, list[Shape], list[Row]] = (None, [], [])
        self._ground = ground.Ground(unicode=marker != "ascii")

    def draw(
        self,
        picture: Picture,
        width: int,
        height: int,
        colours: str = "",
        cursor: float | None = None,
    ) -> list[Row]:
        """`height` rows of `width` cells; a map in `colours`, if that system has enough of them.

        The notes stand beside a map, where there is room for words. With a `cursor`, a line stands at that
        place of the horizontal axis.
        """
        if picture.last < self._last:  # another run
            self._axis = None
            self._ground.forget()
        self._last = picture.last
        curves = [_drawable(series, picture) for series in picture.series]
        extent = _extent(curves)
        if picture.message or (extent is None and picture.ground is None):
            return in_the_middle(picture.message or "nothing to draw yet", width, height)
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return in_the_middle("too small", width, height)
        if picture.ground is not None or extent is None:
            return self._map(picture, curves, width, height, colours)
        self._axis = self._fitted_axis(picture, *extent, rows=height - 2)
        along = _horizontal(picture, width - LABEL_WIDTH - 1)
        if cursor is not None:
            curves = _with_cursor(curves, self._axis, float(_across(picture, np.array([cursor]))[0]))
        drawn = self._plot(curves, self._axis, along, width, height)
        return drawn if picture.across else _with_now(drawn, picture.last, along)

    def _fitted_axis(self, picture: Picture, low: float, high: float, rows: int) -> Axis:
        if picture.limits:
            return fixed_axis(*picture.limits, rows=rows)
        low = min(low, 0.0) if picture.from_zero else low
        least = 1.0 if picture.whole else 0.0
        return value_axis(low, high, log=picture.log, rows=rows, before=self._axis, least=least)

    def _plot(
        self,
        curves: Sequence[Series],
        axis: Axis,
        along: Axis,
        width: int,
        height: int,
        is_map: bool = False,
    ) -> list[Row]:
        """The curves by plotext; on a map each point is in the cell that its place is a part of."""
        columns, rows = width - LABEL_WIDTH - 1, height - 2
        shapes: list[Shape] = []
        for curve in curves:
            marker = self._line if curve.mark == LINE else curve.mark
            points = _in_whole_cells if is_map else self._points
            shapes.append((marker, curve.style, points(curve, axis, along, columns, rows)))
        frame = (axis, along, width, height, len(shapes))
        drawn_frame, drawn_shapes, drawn = self._drawn
        if frame != drawn_frame or not all(map(_same, shapes, drawn_shapes)):
            across, up = (0, 0) if is_map else (DOTS_ACROSS, DOTS_UP)
            drawn = plotted(shapes, _ticks(along, columns, across), _ticks(axis, rows, up), width, height)
            self._drawn = frame, shapes, drawn
        return drawn

    def _map(
        self, picture: Picture, curves: Sequence[Series], width: int, height: int, colours: str
    ) -> list[Row]:
        """The ground with its scale at the right, the marks on it, and the notes where there is room."""
        shape = ground.shape(width, height)
        columns, rows = shape.columns, shape.rows
        (left, right), (low, high) = picture.across or (0.0, 1.0), picture.limits or (0.0, 1.0)
        along = across_axis(left, right, name=picture.across_name, log=False, columns=columns)
        up = across_axis(low, high, name="", log=False, columns=ROWS_TO_COLUMNS * rows)
        up = replace(up, ticks=tuple((place, label.rjust(LABEL_WIDTH)) for place, label in up.ticks))
        corner = Series(np.array([left]), np.array([low]), " ", FRAME, scatter=True)  # or there are no axes
        drawn = self._plot((corner, *curves), up, along, LABEL_WIDTH + 1 + columns, rows + 2, is_map=True)
        numbers = np.empty((0, 0)) if picture.ground is None else picture.ground
        below, scale = self._ground.cells(numbers, columns, rows, colours)
        found = [
            [*row[: LABEL_WIDTH + 1], *map(raster.over, row[LABEL_WIDTH + 1 :], under)]
            for row, under in zip(drawn, below, strict=False)
        ]
        found = [[*row, *(beside if shape.scale else [])] for row, beside in zip(found, scale, strict=True)]
        found = [*found, *(drawn[rows:] if shape.has_axis else []), *[list[Cell]()] * height][:height]
        words = ground.told(picture.notes if shape.tells else (), shape.left, height)
        return [
            fitted([*fitted(row, width - shape.left), *said], width)
            for row, said in zip(found, words, strict=True)
        ]

    def _points(self, curve: Series, axis: Axis, along: Axis, columns: int, rows: int) -> Points:
        """Where the curve is, thinned to the places that can be told apart."""
        across, up = DOTTED.get(self._line, (1, 1)) if curve.mark == LINE else (1, 1)
        columns, rows, across, up = columns * across, rows * up, DOTS_ACROSS // across, DOTS_UP // up
        where = column_of(curve.x.astype(np.float64) - along.low, along.high - along.low, columns, across)
        y = row_of(axis.share(curve.y), rows, up)
        y = np.where((y >= 0) & (y < rows), y, np.nan) if not curve.frame else y
        if curve.scatter:
            where, y = scattered(where, y, columns)
        elif curve.top is not None:
            where, y = band(where, y, row_of(axis.share(curve.top), rows, up), rows)
        elif curve.mark == LINE:
            where, y = turns(*thinned(where, y))
        else:
            where, y = levels(where, y)
            kept = where % curve.apart == curve.begin
            where, y = where[kept], y[kept]
        return where / (columns - 1), y / (rows - 1)


def _with_cursor(curves: Sequence[Series], axis: Axis, x: float) -> list[Series]:
    """The curves with an upright line at `x`, over bands and below lines."""
    y = np.linspace(axis.low, axis.high, CURSOR_POINTS)
    line = Series(np.full(CURSOR_POINTS, x), y, CURSOR, "text--chosen", frame=False, scatter=True)
    at = max((place for place, curve in enumerate(curves, start=1) if curve.top is not None), default=0)
    return [*curves[:at], line, *curves[at:]]


def _with_now(drawn: Sequence[Row], last: int, along: Axis) -> list[Row]:
    """The chart with the newest step on its axis: curves may stand still for long while walkers go on."""
    *above, line, labels = drawn
    columns = len(line) - LABEL_WIDTH - 1
    at = int(column_of(np.array([last - along.low]), along.high - along.low, columns, DOTS_ACROSS)[0])
    step = whole(last)
    text, begin = (f"{step}{NOW}", at - len(step)) if at > len(step) else (f"{NOW}{step}", at)
    if begin + len(text) > columns:
        return list(drawn)
    begin += LABEL_WIDTH + 1
    return [*above, [*line[:begin], *cells(text, FRAME), *line[begin + len(text) :]], labels]


def columns_of(picture: Picture, x: Floats, width: int) -> Floats:
    """The columns (k,) of a chart of this width in which places (k,) of the horizontal axis are drawn."""
    columns = width - LABEL_WIDTH - 1
    along = _horizontal(picture, columns)
    return column_of(_across(picture, x) - along.low, along.high - along.low, columns, DOTS_ACROSS)


def _across(picture: Picture, x: Floats) -> Floats:
    """Places of the horizontal axis, in the coordinate that is drawn."""
    return np.log10(x) if picture.across_log else x


def _in_whole_cells(curve: Series, axis: Axis, along: Axis, columns: int, rows: int) -> Points:
    """Each place of a map once, and none that is beyond its edges."""
    x = curve.x.astype(np.float64)
    where, y = cell_of(along.share(x), columns), cell_of(axis.share(curve.y), rows)
    where, y = scattered(where, np.where((y >= 0) & (y < rows), y, np.nan), columns)
    return where / (columns - 1), y / (rows - 1)


def _ticks(axis: Axis, cells: int, dots: int) -> Ticks:
    """The axis's ticks, each in the cell in which a curve would stand there; of a map, without dots."""
    shares = axis.share(np.array([place for place, _ in axis.ticks]))
    places = row_of(shares, cells, dots) if dots else cell_of(shares, cells)
    return (places / (cells - 1)).tolist(), [label for _, label in axis.ticks]


def _horizontal(picture: Picture, columns: int) -> Axis:
    """The axis of steps, or that of values."""
    if picture.across is None:
        return steps_axis(picture.last, columns)
    return across_axis(
        *picture.across,
        name=picture.across_name,
        log=picture.across_log,
        columns=columns,
        least=1.0 if picture.across_whole else 0.0,
    )


def _drawable(series: Series, picture: Picture) -> Series:
    """The series in the coordinates that are drawn; what cannot be drawn is NaN, an infinite top stays."""
    log, x = picture.log, series.x
    with np.errstate(all="ignore"):
        if picture.across_log:
            x = np.where(x > 0.0, np.log10(x), np.nan)
        y, top = np.where(np.abs(series.y) < LARGEST, series.y, np.nan), series.top
        if top is not None:
            top = np.where(np.abs(top) < LARGEST, top, np.inf)
        if log:
            y = np.where(y > 0.0, np.log10(y), np.nan)
            top = None if top is None else np.where(top > 0.0, np.log10(top), np.nan)
    return replace(series, x=x, y=y, top=top)


def _extent(curves: Sequence[Series]) -> tuple[float, float] | None:
    """The smallest and the largest finite value in the frame; of all curves where the framed have none."""
    for framed in (True, False):
        values = [
            a for curve in curves if curve.frame or not framed for a in (curve.y, curve.top) if a is not None
        ]
        finite: Floats = np.concatenate(values) if values else np.empty(0)
        finite = finite[np.isfinite(finite)]
        if finite.size:
            return float(finite.min()), float(finite.max())
    return None


def _same(shape: Shape, other: Shape) -> bool:
    (marker, style, points), (other_marker, other_style, other_points) = shape, other
    return (marker, style) == (other_marker, other_style) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(points, other_points, strict=True)
    )


def plotted(shapes: Sequence[Shape], x: Ticks, y: Ticks, width: int, height: int) -> list[Row]:
    """Rows from top to bottom, drawn by plotext; the only place that touches its private names."""
    from plotext._figure import _figure_class  # the public functions share one global figure

    figure: Any = _figure_class()
    figure._limit_size(False, False)  # noqa: SLF001 - or it is cut to the terminal that it finds
    figure.plot_size(width, height)
    figure.xaxes(True, False)
    figure.yaxes(True, False)
    figure.xlim(0, 1)
    figure.ylim(0, 1)
    figure.xticks(*x)
    figure.yticks(*y)
    figure.ticks_color(0)
    styles = [FRAME, *dict.fromkeys(style for _, style, _ in shapes)]
    for marker, style, (across, up) in shapes:
        draw = figure.plot if marker in LINES.values() else figure.scatter
        draw(across.tolist(), up.tolist(), marker=marker, color=styles.index(style))
    figure._set_sizes()  # noqa: SLF001 - build() would also join it all into one coloured text
    figure.monitor.build_plot()
    matrix, names = figure.monitor.matrix, dict(enumerate(styles))
    return [
        [(character, names.get(colour, FRAME)) for character, colour in zip(*row, strict=True)]
        for row in zip(matrix.marker[::-1], matrix.fullground[::-1], strict=True)
    ]


def in_the_middle(text: str, width: int, height: int) -> list[Row]:
    """Text where a chart would be, in as many lines as it takes."""
    lines = wrapped(text, width)
    above = max(0, (height - len(lines) + 1) // 2)
    rows = [*[""] * above, *lines, *[""] * height][:height]
    return [fitted(cells(row.center(width), FRAME), width) for row in rows]
