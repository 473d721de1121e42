"""The title of the terminal's window: what is looked at, so that it is found among others."""

from __future__ import annotations

from collections.abc import Mapping

from sim.errors import printable
from sim.experiment import Experiment
from tui import PROGRAM
from tui.formats import brief_whole
from tui.look import FEW_CHARACTERS, UNDRAWABLE

LONGEST = 80
"""Characters of a title; a longer one, with the path of a file, loses its beginning."""

SAVE, RESTORE = "\x1b[22;2t", "\x1b]2;\x07\x1b[23;2t"
"""What has a terminal keep the title that it had, and put it back; one without a memory has none then."""


def is_titled(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is one that has titles: consoles and old terminals would show the words."""
    term = environment.get("TERM", "")
    return term not in UNDRAWABLE and term.partition("-")[0] not in FEW_CHARACTERS


def title(experiment: Experiment, running: bool) -> str:
    """Landscape and dimension, and whether it is paused."""
    dim = brief_whole(experiment.active)
    if experiment.active < experiment.dim:
        dim += f" of {brief_whole(experiment.dim)}"
    words = f"{experiment.landscape}, d {dim}{'' if running else ', paused'} - {PROGRAM}"
    return printable(words)[-LONGEST:]


def entitled(title: str) -> str:
    """What gives the window a title."""
    return f"\x1b]2;{title}\x07"
