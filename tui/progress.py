"""What a command that takes long is doing, on one line of standard error."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

PATIENCE = 1.0
"""Seconds before progress is shown, on a terminal."""

Tell = Callable[[str], None]
Result = TypeVar("Result")


class Progress:
    """What is being done, on one line of standard error that is rewritten in place if that is a terminal."""

    def __init__(self) -> None:
        self.text, self.began, self.width = "starting", time.perf_counter(), 0

    def tell(self, text: str) -> None:
        """Say what is being done now; from any thread."""
        self.text = text

    def show(self) -> None:
        """Rewrite the line, once patience is at its end."""
        elapsed = time.perf_counter() - self.began
        if elapsed > PATIENCE and sys.stderr.isatty():
            line = f"{self.text}, {elapsed:.0f} s"[: shutil.get_terminal_size().columns - 3]
            self.width = max(self.width, len(line))
            self._write(f"\r{line:<{self.width}}")

    def clear(self) -> None:
        """Leave no trace of the line."""
        if self.width:
            self._write("\r" + " " * (self.width + 2) + "\r")  # and of the ^C that the terminal may echo

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            print(text, end="", file=sys.stderr, flush=True)


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
