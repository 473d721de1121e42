"""The band of the tour: what a chapter asks, what a step tells, and what theory says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.actions import Action, with_keys
from tui.cells import Row, cells, columns, cut, fitted, wrapped
from tui.chapters import Step, Tour
from tui.figure import FIGURES, UNKNOWN, Figure
from tui.surface import Surface

LEAST = 7
"""Rows of charts, frames included, that must have room below a band with everything."""

GAP = "   "


class Band(Surface):
    """A heading, the whole text, and a row of figures; as high at every step of a chapter.

    Where charts would have no room below it, a step has leaves that take turns: the text on as many as it
    takes, each in the place of the charts, and at last the charts below the heading alone.
    """

    def __init__(self, tour: Tour, actions: Sequence[Action], *, unicode: bool) -> None:
        super().__init__("band", unicode=unicode)
        self._tour, self._actions = tour, actions
        self._width = self._room = 0
        self.leaf = 0

    def fit(self, width: int, room: int) -> int:
        """Rows that it takes of the `room` that there is for it and the charts, where it is so wide."""
        self._width, self._room = width, max(1, room)
        self.leaf = min(self.leaf, self.last_leaf)
        rows = 1 if self.is_heading_alone else self._room if self.last_leaf else self._rows_at_once
        self.styles.height = rows
        return rows

    @property
    def last_leaf(self) -> int:
        """The place of the last leaf; 0 where everything has room at once."""
        text = len(self._told(self._tour.step))
        at_once = self._room - self._rows_at_once >= LEAST
        return 0 if at_once else -(-text // max(1, self._room - 1))

    @property
    def is_heading_alone(self) -> bool:
        """Whether the charts have their turn."""
        return 0 < self.last_leaf == self.leaf

    @property
    def covers_charts(self) -> bool:
        """Whether the text stands in their place."""
        return self.leaf < self.last_leaf

    def turn(self, on: bool) -> bool:
        """To the next leaf of the step, or to the one before; False where there is none."""
        to = self.leaf + (1 if on else -1)
        if not 0 <= to <= self.last_leaf:
            return False
        self.leaf = to
        return True

    @property
    def _rows_at_once(self) -> int:
        """Heading, the longest text of the chapter, and figures."""
        return 2 + max(len(self._told(step)) for step in self._tour.chapter.steps)

    def _told(self, step: Step) -> list[str]:
        return wrapped(with_keys(step.told, self._actions), self._width - 2)

    def show(self, experiment: Experiment, snapshot: Snapshot, *, is_aside: bool) -> None:
        """The present leaf, with figures for this experiment and what was measured by then of the same."""
        width, height = self.size
        heading = self._heading(width, is_aside)
        if self.is_heading_alone:
            self.put([heading])
            return
        rows = height - 1
        figures = [list(_figure(figure, experiment, snapshot)) for figure in self._figures]
        told = [cells(f" {line}") for line in self._told(self._tour.step)]
        if self.last_leaf:
            told = told[self.leaf * rows :][:rows]
            below = _below_one_another(figures, width, rows - len(told))
        else:
            below = [_beside_one_another(figures, width)]
        blank: list[Row] = [[] for _ in range(rows - len(told) - len(below))]
        self.put([heading, *told, *blank, *below])

    @property
    def _figures(self) -> list[Figure]:
        return [FIGURES[name] for name in self._tour.step.figures]

    def _heading(self, width: int, is_aside: bool) -> Row:
        """Which chapter and what it asks, at the right which step."""
        chapter, (number, at) = self._tour.chapter, self._tour.place
        step, short = f"step {at + 1} of {len(chapter.steps)}", f"{at + 1} of {len(chapter.steps)}"
        if is_aside:
            step, short = f"aside from {step}", f"aside, {short}"
        left = f" {number + 1}/{len(self._tour.chapters)} {chapter.question}"
        right = step if columns(left) + len(step) + 3 <= width else short
        start = fitted(cells(cut(left, width - len(right) - 3), "text--strong"), width - len(right) - 1)
        return [*start, *cells(f"{right} ", "text--key")]


def _beside_one_another(figures: Sequence[Row], width: int) -> Row:
    """As many figures as have room in one row, the first in any case."""
    row: Row = []
    for figure in figures:
        longer = [*row, *cells(GAP if row else " "), *figure]
        if len(longer) <= width or not row:
            row = longer
    return row


def _below_one_another(figures: Sequence[Row], width: int, height: int) -> list[Row]:
    """As many figures as have room in so many rows, each in one, or in two behind its title."""
    rows: list[Row] = []
    for figure in figures:
        found = [[*cells(" "), *figure]]
        if len(figure) >= width:
            title = "".join(character for character, _ in figure).index(":") + 1
            found = [[*cells(" "), *figure[:title]], figure[title:]]
        if len(rows) + len(found) <= height:
            rows += found
    return rows


def _figure(figure: Figure, experiment: Experiment, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Theory first: it is there before anything was measured."""
    law = figure.law(experiment, snapshot)
    measured = figure.measured(snapshot) if snapshot.experiment == experiment else ""
    yield from cells(f"{figure.title}: ", "text--dim")
    yield from cells(f"law {law}" if law else "no law here", "text--value")
    if figure.how:
        yield from cells(f", {figure.how} ", "text--dim")
        yield from cells(measured or UNKNOWN, "text--chosen")
