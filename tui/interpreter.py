"""How Python runs while there is a screen: nothing else may keep it from being drawn, or write on it."""

from __future__ import annotations

import gc
import logging
import sys

SWITCH_SECONDS = 0.001
"""How long another thread may keep the interpreter from the one that draws; with Python's own 5 ms the
slowest twentieth of key presses took half as long again."""


def favour_the_screen() -> None:
    """Other threads give way sooner, and garbage stays until it is told that all is loaded."""
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)


def collect_garbage_again() -> None:
    """What loading numba and Textual made stays: looking through it again would stop the screen each time.

    Without this, a full collection took 60 to 200 ms, every few seconds.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def quiet_warnings() -> None:
    """Warnings go to a log that nobody prints: on the screen they would be litter."""
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())
    logging.captureWarnings(True)
