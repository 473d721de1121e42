"""Tables of numbers in files of the user's, with every mistake said by its place."""

from __future__ import annotations

from pathlib import Path

from sim.arrays import Floats, np
from sim.errors import BadInput

Line = tuple[int, str]
"""The number of a line, from 1, and what is on it."""


def read_csv(where: str, path: str, form: str, header: bool = False) -> tuple[Floats, list[int]]:
    """The numbers (rows, columns) in a file of lines with commas, and the line (rows,) that each row is from.

    What follows a # is a comment. With `header`, a first line without a single number is passed over. A file
    that cannot be read raises OSError; one with a mistake BadInput for the entry `where`, which accepts
    `form`. Numbers may be infinite or NaN.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BadInput(where, f"{path} is not a text", form) from None
    numbered = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    filled = [(number, line) for number, line in numbered if line]
    if header and filled and not any(map(is_number, filled[0][1].split(","))):
        del filled[0]
    if not filled:
        raise BadInput(where, f"{path} holds no numbers", form)
    try:
        rows = np.loadtxt([line for _, line in filled], delimiter=",", ndmin=2)
    except ValueError:
        what, accepted = _mistake(filled)
        raise BadInput(where, f"{path}{what}", accepted or form) from None
    return rows, [number for number, _ in filled]


def is_number(text: str) -> bool:
    """Whether this is one as Python writes it, infinite ones and NaN included."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _mistake(lines: list[Line]) -> tuple[str, str]:
    """What is wrong with the first line that is, and what its form should have been where that is known."""
    width = len(lines[0][1].split(","))
    for number, line in lines:
        entries = line.split(",")
        for column, entry in enumerate(entries, start=1):
            if not is_number(entry):
                return f", line {number}: {entry.strip()!r} is not a number (column {column})", ""
        if len(entries) != width:
            what = f", line {number}: {len(entries)} numbers, and {width} in the first"
            return what, f"{width} numbers in every line"
    return " is not a table of numbers", ""
