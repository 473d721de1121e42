"""Tables of numbers in files of the user's, with every mistake said by its place."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

from sim.arrays import Floats, np
from sim.errors import BadInput

Line = tuple[int, str]
"""The number of a line, from 1, and what is on it."""

MOST_MEGABYTES = 250

SEPARATORS = {";": "semicolons", "\t": "tabs", " ": "spaces"}
"""What other programs put between numbers."""

LONGEST = 40
"""Characters of an entry that a message repeats."""


def read_csv(where: str, path: str, form: str, most: int, header: bool = False) -> tuple[Floats, list[int]]:
    """The numbers (rows, columns) in a file of lines with commas, and the line (rows,) that each row is from.

    Numbers may be in quotes, and what follows a # is a comment. With `header`, a first line without a single
    number is passed over. A file that cannot be read raises OSError; one with a mistake, or with more than
    `most` rows, BadInput for the entry `where`, which accepts `form`. Numbers may be infinite or NaN.
    """
    megabytes = size_of(where, path) / 1e6
    if megabytes > MOST_MEGABYTES:
        raise BadInput(where, f"{path} has {megabytes:.0f} MB", f"files up to {MOST_MEGABYTES} MB")
    try:
        lines = _filled(path, most + header)
    except UnicodeDecodeError:
        raise BadInput(where, f"{path} is not a text in UTF-8", form) from None
    if header and lines and _is_header(lines[0][1]):
        del lines[0]
    if not lines:
        raise BadInput(where, f"{path} holds no numbers", form)
    if len(lines) > most:
        raise BadInput(where, f"{path} has more than {most} rows", f"up to {most}")
    for number, line in lines:
        if line.count('"') % 2:
            raise BadInput(where, f"{path}, line {number}: a quote is not closed", form)
    try:
        rows = np.loadtxt([line for _, line in lines], delimiter=",", quotechar='"', ndmin=2)
    except ValueError:
        what, accepted = _mistake(lines)
        raise BadInput(where, f"{path}{what}", accepted or form) from None
    return rows, [number for number, _ in lines]


def size_of(where: str, path: str) -> int:
    """The bytes in a file; OSError for none, BadInput for a pipe or a device, which might never end."""
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise BadInput(where, f"{path} is not a regular file", "no pipe and no device")
    return status.st_size


def is_number(text: str) -> bool:
    """Whether this is one as NumPy reads it, infinite ones and NaN included."""
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def _filled(path: str, most: int) -> list[Line]:
    """The lines with anything on them but comments; of more than `most`, one more than that."""
    found: list[Line] = []
    with Path(path).open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, start=1):
            line = text.partition("#")[0].strip()
            if line:
                found.append((number, line))
            if len(found) > most:
                break
    return found


def _entries(line: str) -> list[str]:
    """What stands between the commas, without quotes."""
    try:
        return [entry.strip() for entry in next(csv.reader([line]))]
    except csv.Error:  # for an endless entry
        return [line]


def _is_header(line: str) -> bool:
    """Whether a line holds names: not a single number, and nothing that ought to be commas."""
    entries = _entries(line)
    return not any(map(is_number, entries)) and not any(map(_separator, entries))


def _separator(entry: str) -> str:
    """What separates entries here that commas ought to; else nothing."""
    for separator, name in SEPARATORS.items():
        if separator in entry and (separator != " " or all(map(is_number, entry.split()))):
            return name
    return ""


def _mistake(lines: list[Line]) -> tuple[str, str]:
    """What is wrong with the first line that is, and what its form should have been where that is known."""
    width = len(_entries(lines[0][1]))
    for number, line in lines:
        entries = _entries(line)
        for column, entry in enumerate(entries, start=1):
            if separator := _separator(entry):
                return f", line {number}: {separator} between the entries", "commas, and points in numbers"
            if not is_number(entry):
                shown = entry if len(entry) < LONGEST else f"{entry[: LONGEST - 1]}…"
                return f", line {number}: {shown!r} is not a number (column {column})", ""
        if len(entries) != width:
            what = f", line {number}: {len(entries)} numbers, and {width} in the first"
            return what, f"{width} numbers in every line"
    return " is not a table of numbers", ""
