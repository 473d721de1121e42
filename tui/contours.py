"""Lines of equal height on a map, at round heights, in characters that join from cell to cell.

A line is in the cells that have corners on both sides of it, and crosses the edges between these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.arrays import Flags, Floats, Integers, np
from tui.axes import Axis, Tick, round_places

MOST, APART = 8, 2.0
"""Lines between the ends of a scale at most, and the rows of it from one to the next at least."""

COARSE = 0.6
"""A grid of fewer points than this share of a map's rows is seen as blocks; no lines go round them."""

HIDDEN = 0.1
"""There is detail finer than cells where the numbers in them pass a height in so many more than its line."""

SPECKS = 0.03
"""And detail finer than points where lines go round single ones: more often than in this share of cells."""

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
"""The edges of a cell that lines cross."""

LINES, ASCII_LINES = " ╵╷│╴╯╮┤╶╰╭├─┴┬┼", " |||-/\\+-\\/+-+++"
"""What stands for each set of them: where two cells share a crossed edge, lines join in its middle."""

LEVEL = LEFT | RIGHT
"""What is crossed by a line that goes straight on."""

NONE = -1
"""The line of a cell without one."""


@dataclass(frozen=True, eq=False)
class Contours:
    """Lines at `heights`, the `edges` (h, w) of each cell that they cross, the uppermost row first.

    `which` (h, w) is the highest of the lines in each cell, counted from the lowest.
    """

    heights: tuple[Tick, ...]
    edges: Integers
    which: Integers


def contours(grid: Floats, scale: Axis, columns: int, rows: int, crowded: float) -> Contours:
    """As many lines as can be told apart, in at most the share `crowded` of so many cells, and followed.

    The `grid` (m, k) is in the coordinate of the scale, its first row below.
    """
    if min(grid.shape) >= COARSE * rows:
        corners, low, high = _seen(grid, columns, rows)
        most = crowded * np.count_nonzero(np.isfinite(low))
        for heights in round_places(scale, MOST, APART * (scale.high - scale.low) / rows):
            found = _drawn(corners, low, high, heights)
            if np.count_nonzero(found.edges) <= most:
                return found
    nothing = np.zeros((rows, columns), dtype=np.int64)
    return Contours((), nothing, nothing + NONE)


def _seen(grid: Floats, columns: int, rows: int) -> tuple[Floats, Floats, Floats]:
    """The number at each corner of cells (h + 1, w + 1), and the lowest and the highest in each cell (h, w).

    A corner has that of the nearest point; what is not known in a part of a cell is not known in all of it.
    """
    up, across = (
        np.rint(np.linspace(points - 1.0, 0.0, cells + 1)).astype(np.int64)
        for points, cells in zip(grid.shape, (rows, columns), strict=True)
    )
    across = across[::-1]
    return grid[up][:, across], _of_each(np.minimum, grid, up, across), _of_each(np.maximum, grid, up, across)


def _of_each(least: np.ufunc, grid: Floats, up: Integers, across: Integers) -> Floats:
    """The lowest number in each cell, or the highest: of all points in it and on its edges."""
    rows, right = up[::-1], across[1:]
    rowwise = least(least.reduceat(grid, rows[:-1]), grid[rows[1:]])[::-1]
    found: Floats = least(least.reduceat(rowwise, across[:-1], axis=1), rowwise[:, right])
    return found


def _drawn(corners: Floats, low: Floats, high: Floats, heights: Sequence[Tick]) -> Contours:
    """Those of the lines that can be followed."""
    edges, which, kept = np.zeros(low.shape, dtype=np.int64), np.full(low.shape, NONE), list[Tick]()
    for height, label in heights:
        side = np.where(np.isnan(corners), 0, np.where(corners < height, -1, 1))
        across, down = side[:, 1:] * side[:, :-1] < 0, side[1:] * side[:-1] < 0
        crossed = UP * across[:-1] + DOWN * across[1:] + LEFT * down[:, :-1] + RIGHT * down[:, 1:]
        length, passed = np.count_nonzero(crossed), np.count_nonzero((low < height) & (high >= height))
        if passed <= (1.0 + HIDDEN) * length and _specks(across, down) <= SPECKS * length:
            edges |= crossed
            which[crossed > 0] = len(kept)
            kept += [(height, label)] if length else []
    return Contours(tuple(kept), edges, which)


def _specks(across: Flags, down: Flags) -> int:
    """How many corners have their four neighbours on the other side, which `across` and `down` tell."""
    beside, above = across[1:-1, 1:] & across[1:-1, :-1], down[1:, 1:-1] & down[:-1, 1:-1]
    return int(np.count_nonzero(beside & above))
