"""What is on the screen, in a file: never over one that is there, and never cut short."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.errors import BadInput
from tui import PROGRAM

HERE: tuple[Callable[[], Path], ...] = (Path.cwd, lambda: Path(tempfile.gettempdir()))
"""The present folder, and that for temporary files; either may be gone by the time it is asked for."""


def save(text: str, ending: str, folders: Sequence[Callable[[], Path]] = HERE) -> Path:
    """Write into the first of these folders in which that is possible; the path of the new file, whole.

    Raises BadInput where nothing can be written in any of them.
    """
    last, failure = "", ""
    for find in folders:
        last = "a folder for temporary files"
        try:
            folder = find().resolve()
            last = str(folder)
            return _written(text, ending, folder)
        except OSError as error:
            failure = (error.strerror or str(error)).lower()
    raise BadInput("screen", f"it could be saved neither here nor in {last}: {failure}")


def blanks_kept(svg: str) -> str:
    """A picture whose texts begin and end with blanks, also where a program takes those for nothing."""
    return svg.replace("<text ", '<text xml:space="preserve" ')


def _written(text: str, ending: str, folder: Path) -> Path:
    """Into a file that is named by the second, and by a number where there is one already."""
    now = time.strftime("%Y-%m-%d-%H%M%S")
    for number in itertools.count(1):
        path = folder / f"{PROGRAM}-{now}{f'-{number}' if number > 1 else ''}.{ending}"
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(text)
        except OSError:  # a full disk, which closing is the first to notice
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        return path
    raise AssertionError  # numbers do not end
