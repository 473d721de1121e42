"""Starts from a file of the user's: one walker a line (or row), its coordinates side by side."""

from __future__ import annotations

from pathlib import Path

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Problem
from sim.parameters import Numbers
from sim.start import Start
from sim.table import read_csv, size_of

FORM = "rows of finite numbers, one a walker: FILE.csv with commas, or FILE.npy"

MOST_ROWS = 10**7
"""As many as there can be walkers."""


def load(path: str) -> Start:
    """The start that stands for a file `FILE.csv` or `FILE.npy`; what it cannot be used for raises BadInput.

    Walkers beyond the file's rows or a landscape of another dimension than its columns are found out when
    the starts are drawn. In a CSV, what follows a # is a comment.
    """
    try:
        rows = _from_npy(path) if path.endswith(".npy") else read_csv("starts", path, FORM, MOST_ROWS)[0]
    except OSError as error:
        raise BadInput("starts", f"{path} cannot be read: {error.strerror or error}", FORM) from None
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise BadInput(
            "starts", f"{path} has {rows[row, column]} in row {row + 1}, column {column + 1}", FORM
        )

    def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
        """The first rows, one a walker, and of them the directions that are open."""
        walkers, active = out.shape
        if rows.shape[1] != problem.dim:
            what = f"{path} has rows of {rows.shape[1]} numbers; the landscape has {problem.dim} dimensions"
            raise BadInput("starts", what, f"{problem.dim} numbers a row")
        if len(rows) < walkers:
            what = f"{path} has {len(rows)} rows; there are {walkers} walkers"
            raise BadInput("starts", what, f"as many rows as walkers, or walkers up to {len(rows)}")
        out[:] = rows[:walkers, :active]

    return Start(Path(path).name, f"the first of the {len(rows)} rows of {path}", draw)


def _from_npy(path: str) -> Floats:
    """A NumPy file of numbers; nothing in it is executed."""
    size_of("starts", path)
    try:
        found = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, MemoryError):
        raise BadInput("starts", f"{path} is not a whole NumPy file of numbers", FORM) from None
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiu":
        raise BadInput("starts", f"{path} does not hold real numbers", FORM)
    if found.ndim != 2 or found.size == 0:
        shape = " × ".join(map(str, found.shape)) or "a single number"
        raise BadInput("starts", f"{path} holds {shape}", "an array of walkers × dimensions")
    return np.ascontiguousarray(found, dtype=np.float64)
