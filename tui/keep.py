"""What is on the screen, in a file: never over one that is there."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sim.errors import BadInput
from tui import PROGRAM


def keep(text: str, ending: str, folders: Sequence[Path] = ()) -> Path:
    """Write into the first of these folders in which that is possible; the path of the new file, whole.

    They are the present one and that for temporary files where none is said. Raises BadInput where nothing
    can be written in any of them.
    """
    failure = ""
    folders = folders or (Path.cwd(), Path(tempfile.gettempdir()))
    for folder in folders:
        try:
            return _written(text, ending, folder.resolve())
        except OSError as error:
            failure = (error.strerror or str(error)).lower()
    raise BadInput("screen", f"it could be saved neither here nor in {folders[-1]}: {failure}")


def _written(text: str, ending: str, folder: Path) -> Path:
    """Into a file that is named by the second, and by a number where there is one already."""
    now = time.strftime("%Y-%m-%d-%H%M%S")
    for number in itertools.count(1):
        path = folder / f"{PROGRAM}-{now}{f'-{number}' if number > 1 else ''}.{ending}"
        with contextlib.suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
            except OSError:  # a full disk
                path.unlink()
                raise
            return path
    raise AssertionError  # numbers do not end
