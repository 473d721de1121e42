"""Starts from a file of the user's: one walker a line (or row), its coordinates side by side."""

from __future__ import annotations

from pathlib import Path

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Problem
from sim.parameters import Numbers
from sim.start import Start

FORM = "rows of finite numbers, one a walker: FILE.csv with commas, or FILE.npy"


def load(path: str) -> Start:
    """The start that stands for a file `FILE.csv` or `FILE.npy`; what it cannot be used for raises BadInput.

    Walkers beyond the file's rows or a landscape of another dimension than its columns are found out when
    the starts are drawn. In a CSV, what follows a # is a comment.
    """
    try:
        rows = _from_npy(path) if path.endswith(".npy") else _from_csv(path)
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


def _from_csv(path: str) -> Floats:
    """Lines of numbers with commas."""
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BadInput("starts", f"{path} is not a text", FORM) from None
    numbered = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    filled = [(number, line) for number, line in numbered if line]
    if not filled:
        raise BadInput("starts", f"{path} holds no numbers", FORM)
    try:
        return np.loadtxt([line for _, line in filled], delimiter=",", ndmin=2)
    except ValueError:
        raise _mistake(path, filled) from None


def _mistake(path: str, lines: list[tuple[int, str]]) -> BadInput:
    """What is wrong with the first line that is."""
    width = len(lines[0][1].split(","))
    for number, line in lines:
        entries = line.split(",")
        for entry in entries:
            try:
                float(entry)
            except ValueError:
                return BadInput("starts", f"{path}, line {number}: {entry.strip()!r} is not a number", FORM)
        if len(entries) != width:
            what = f"{path}, line {number}: {len(entries)} numbers, and {width} in the first"
            return BadInput("starts", what, f"{width} numbers in every line")
    return BadInput("starts", f"{path} is not a table of numbers", FORM)
