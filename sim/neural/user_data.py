"""Examples in a CSV of the user's: one a line, its inputs and then its target, with or without a header."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.registry import Stamp, stamp
from sim.table import read_csv

FORM = "a CSV with one example a line: its inputs, and its target last, all of them finite numbers"

MOST_EXAMPLES, MOST_CLASSES = 100_000, 100

POWERS = 30


@dataclass(frozen=True, eq=False)
class Table:
    """Inputs (m, n), each column of them scaled to mean 0 and mean square 1, targets (m,) and lines (m,)."""

    inputs: Floats
    targets: Floats
    lines: list[int]

    @cached_property
    def largest(self) -> float:
        """The largest eigenvalue of the inputs' second moments (n, n), by the power method, to a tenth."""
        way = np.ones(len(self.inputs[0]))
        for _ in range(POWERS):
            way /= np.linalg.norm(way)
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


def _table(path: str) -> Table:
    return _read(path, stamp(path))


@lru_cache(maxsize=4)
def _read(path: str, read_at: Stamp) -> Table:
    """The file as it was when it had that stamp."""
    try:
        rows, lines = read_csv("data", path, FORM, header=True)
    except OSError as error:
        raise BadInput("data", f"{path} cannot be read: {error.strerror or error}", FORM) from None
    if len(rows) > MOST_EXAMPLES:
        raise BadInput("data", f"{path} has {len(rows)} examples", f"up to {MOST_EXAMPLES}")
    if len(rows) < 2:
        raise BadInput("data", f"{path} has one example (line {lines[0]})", "two or more")
    if rows.shape[1] < 2:
        raise BadInput("data", f"{path} has one number a line (line {lines[0]})", FORM)
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        what = f"{path}, line {lines[row]}: {rows[row, column]} is not finite (column {column + 1})"
        raise BadInput("data", what, FORM)
    constant = np.flatnonzero(np.all(rows == rows[0], axis=0))
    if len(constant):
        what = f"{path}: column {constant[0] + 1} is {rows[0, constant[0]]:g} in every line"
        raise BadInput("data", what, "columns that differ from line to line; leave that one out")
    return Table(_scaled(rows[:, :-1]), rows[:, -1].copy(), lines)


def _scaled(columns: Floats) -> Floats:
    """Mean 0 and mean square 1 in each column."""
    scaled: Floats = (columns - columns.mean(axis=0)) / columns.std(axis=0)
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
