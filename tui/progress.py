"""What a command that takes long is doing, on one line of standard error."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

PATIENCE = 1.0
"""Seconds before progress is shown, on a terminal."""

TO_THE_END = "\x1b[K"
"""Erases what is right of the cursor; padding instead would wrap in a terminal that was made narrower."""

Tell = Callable[[str], None]
Result = TypeVar("Result")


class Progress:
    """What is being done, on one line of standard error that is rewritten in place if that is a terminal.

    What follows two spaces is left out where the line is not wide enough.
    """

    def __init__(self) -> None:
        self.text, self.began, self.shown = "starting", time.perf_counter(), False

    def tell(self, text: str) -> None:
        """Say what is being done now; from any thread."""
        self.text = text

    def show(self) -> None:
        """Rewrite the line, once patience is at its end."""
        elapsed = time.perf_counter() - self.began
        if elapsed > PATIENCE and sys.stderr.isatty():
            self.shown = True
            self._write(f"\r{line(self.text, f'{elapsed:.0f} s', _columns() - 1)}{TO_THE_END}")

    def clear(self) -> None:
        """Leave no trace of the line, nor of the ^C that the terminal may echo."""
        if self.shown:
            self._write(f"\r{TO_THE_END}")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            print(text, end="", file=sys.stderr, flush=True)


def line(text: str, elapsed: str, width: int) -> str:
    """The text with the time that has passed; the last of its parts (two spaces apart) are left out first."""
    parts = [*text.split("  "), elapsed]
    while len(parts) > 1 and len(", ".join(parts)) > width:
        parts.pop()
    return ", ".join(parts)[: max(width, 0)]


def _columns() -> int:
    """The width of the terminal now: the one that standard error is, whatever the environment said once."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or shutil.get_terminal_size().columns
    except (OSError, ValueError):
        return shutil.get_terminal_size().columns


def with_progress(work: Callable[[Tell], Result]) -> Result:
    """The result of `work`, done in a thread of its own while this one shows how far it is.

    So the seconds go on during a compilation, and Ctrl+C is answered at once and not after the kernel.
    """
    progress = Progress()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="experiment")
    working = executor.submit(work, progress.tell)
    executor.shutdown(wait=False)
    try:
        while not wait([working], timeout=0.1).done:
            progress.show()
    finally:
        progress.clear()
    return working.result()
