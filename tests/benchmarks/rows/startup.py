"""From the command to the answer, the first frame and the first numbers, in a pseudo-terminal."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .. import bare
from ..row import Budget, Result, Row
from ..session import Session
from ..timing import Timer, medians, per

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "landscape-tui")
BARE = [sys.executable, str(bare.__file__)]
FIRST_FRAME, FIRST_NUMBERS = "Loss", r"median −?\d"

ANSWERS = {"version": ["--version"], "list": ["list"], "help": ["--help"], "mistake": ["--dim", "0"]}


def answers(repetitions: int) -> Result:
    """What takes no arithmetic, beside a Python that does nothing."""
    commands = {"bare_python": [sys.executable, "-c", "pass"]}
    commands |= {name: [PROGRAM, *words] for name, words in ANSWERS.items()}
    seconds = medians({name: until_end(command) for name, command in commands.items()}, repetitions)
    limits = {"version": 0.06, "list": 0.2, "help": 0.2, "mistake": 0.2}
    budgets = tuple(Budget(f"{name}, seconds", seconds[name], most=limit) for name, limit in limits.items())
    multiples = {f"{name} / bare_python": seconds[name] / seconds["bare_python"] for name in ANSWERS}
    return Result(repetitions, per(seconds, 1, 1e-3, "ms") | multiples, budgets)


def first_frame(repetitions: int) -> Result:
    """Paint before numba is loaded: the kernel cache must make no difference."""
    seconds = medians(
        {
            "bare_textual": until_shown(BARE, "ready"),
            "warm": until_shown([PROGRAM], FIRST_FRAME),
            "empty_cache": until_shown([PROGRAM], FIRST_FRAME, empty_cache=True),
        },
        repetitions,
    )
    budgets = tuple(
        Budget(f"{name} / bare Textual app", seconds[name] / seconds["bare_textual"], most=1.6)
        for name in ("warm", "empty_cache")
    )
    return Result(repetitions, per(seconds, 1, 1e-3, "ms"), budgets)


def first_numbers(repetitions: int) -> Result:
    """Until the first reading of the loss is on the screen."""
    seconds = medians(
        {
            "warm": until_shown([PROGRAM], FIRST_NUMBERS),
            "empty_cache": until_shown([PROGRAM], FIRST_NUMBERS, empty_cache=True),
        },
        repetitions,
    )
    limits = {"warm": 0.9, "empty_cache": 4.0}
    budgets = tuple(Budget(f"{name}, seconds", seconds[name], most=limit) for name, limit in limits.items())
    return Result(repetitions, per(seconds, 1, 1e-3, "ms"), budgets)


def until_end(command: Sequence[str]) -> Timer:
    """Times a command that ends by itself."""

    def timer() -> float:
        with Session(command) as session:
            return session.wait_for_end() - session.began

    return timer


def until_shown(command: Sequence[str], shown: str, *, empty_cache: bool = False) -> Timer:
    """Times how long it takes until the screen shows a regular expression."""

    def timer() -> float:
        with tempfile.TemporaryDirectory() as folder:
            environment = {"LANDSCAPE_TUI_CACHE": folder} if empty_cache else {}
            with Session(command, environment) as session:
                moment = session.wait_for(shown)
                session.press("q")
                session.wait_for_end()
                return moment - session.began

    return timer


ROWS = (
    Row("answers", "--version, list, --help and a mistake, beside `python -c pass`", answers, 15),
    Row("first-frame", "first frame of the laboratory, beside a bare Textual app", first_frame, 7),
    Row("first-numbers", "first loss on the screen", first_numbers, 5),
)
