"""Examples in a CSV of the user's: one a line, its inputs and then its target, with or without a header.

A file is read when it is first asked for, and stays what it was then, whatever becomes of it: a landscape's
dimension must not change, nor its data vanish, while walkers are on it. One that is refused can be mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.table import read_csv

MOST_EXAMPLES, MOST_CLASSES, LARGEST_NUMBER = 100_000, 100, 1e100

FORM = f"an example a line, commas between its numbers, its target last, numbers up to ±{LARGEST_NUMBER:g}"

POWERS = 30


@dataclass(frozen=True, eq=False)
class Table:
    """Inputs (m, n), each column of them scaled to mean 0 and mean square 1, targets (m,) and lines (m,).

    An input that is the same in all examples is 0.
    """

    inputs: Floats
    targets: Floats
    lines: list[int]

    @cached_property
    def largest(self) -> float:
        """The largest eigenvalue of the inputs' second moments (n, n), by the power method, to a tenth."""
        way = self.inputs[np.argmax(np.sum(self.inputs**2, axis=1))]  # an example is never across all of them
        for _ in range(POWERS):
            way = way / np.linalg.norm(way)
            way = self.inputs.T @ (self.inputs @ way) / len(self.inputs)
        return 1.1 * float(np.linalg.norm(way))


def examples(path: str) -> int:
    """How many examples a file has; what is wrong with it raises BadInput, here as below."""
    return len(_table(path).inputs)


def inputs(path: str) -> int:
    """How many inputs an example has."""
    return len(_table(path).inputs[0])


def classes(path: str) -> int:
    """How many classes the targets name."""
    return len(np.unique(_labels(path)))


def largest(path: str) -> float:
    """The largest eigenvalue of the inputs' second moments (n, n), by the power method."""
    return _table(path).largest


def draw(path: str, *, classes: bool) -> tuple[Floats, Floats]:
    """Inputs (m, n) and targets (m,): the places of `classes` in their order, or scaled numbers."""
    table = _table(path)
    if not classes:
        return table.inputs, _scaled(table.targets)
    labels = _labels(path)
    return table.inputs, np.searchsorted(np.unique(labels), labels).astype(np.float64)


@cache
def _table(path: str) -> Table:
    """The file as it was when it was first read; a mistake raises, and is not remembered."""
    try:
        rows, lines = read_csv("data", path, FORM, MOST_EXAMPLES, header=True)
    except OSError as error:
        raise BadInput("data", f"{path} cannot be read: {error.strerror or error}", FORM) from None
    if len(rows) < 2:
        raise BadInput("data", f"{path} has one example (line {lines[0]})", "two or more")
    if rows.shape[1] < 2:
        raise BadInput("data", f"{path} has one number a line (line {lines[0]})", FORM)
    wrong = np.argwhere(~(np.abs(rows) <= LARGEST_NUMBER))  # this way round, NaN is wrong
    if len(wrong):
        row, column = wrong[0]
        found = rows[row, column]
        mistake = "is too large" if np.isfinite(found) else "is not finite"
        what = f"{path}, line {lines[row]}: {found:g} {mistake} (column {column + 1})"
        raise BadInput("data", what, FORM)
    inputs, targets = _scaled(rows[:, :-1]), rows[:, -1].copy()
    if np.all(targets == targets[0]):
        what = f"{path}: the target, column {rows.shape[1]}, is {targets[0]:g} in every line"
        raise BadInput("data", what, "a last column that differs from line to line")
    if not inputs.any():
        raise BadInput("data", f"{path}: the inputs of all lines are the same", "inputs that differ")
    return Table(inputs, targets, lines)


def _scaled(columns: Floats) -> Floats:
    """Mean 0 and mean square 1 in each column; 0 in one that is constant. No number is too small or large."""
    moved = columns - columns[0]  # so that a constant is 0 exactly, and little is lost to a large mean
    size = np.abs(moved).max(axis=0)
    moved /= np.where(size == 0.0, 1.0, size)
    moved -= moved.mean(axis=0)
    scaled: Floats = moved / np.where(size == 0.0, 1.0, moved.std(axis=0))
    return scaled


def _labels(path: str) -> Floats:
    """The targets (m,), each the whole number of a class."""
    table = _table(path)
    odd = np.flatnonzero(table.targets != np.rint(table.targets))
    if len(odd):
        what = f"{path}, line {table.lines[odd[0]]}: {table.targets[odd[0]]:g} is not the number of a class"
        raise BadInput("data", what, "whole numbers in the last column, or objective mse")
    count = len(np.unique(table.targets))
    if count > MOST_CLASSES:
        what = f"{path} names {count} classes"
        raise BadInput("data", what, f"up to {MOST_CLASSES} of them in the last column, or objective mse")
    return table.targets
