"""A connection that is lost, while walkers move and while they stand still: until the process has ended.

The line is closed without a word and without a signal, as where the terminal is nobody's controlling one;
what the laboratory has kept by then is not counted, that it ends by itself is.
"""

from __future__ import annotations

from ..row import Budget, Result, Row
from ..session import quantile
from .screen import PAUSED, load


def lost(repetitions: int) -> Result:
    """Seconds from the end of the line to the end of the process, and what that takes from a core."""
    numbers: dict[str, float] = {}
    for what in ("moving", "paused"):
        ends = [end(paused=what == "paused") for _ in range(repetitions)]
        numbers[f"seconds, {what}"] = quantile([seconds for seconds, _ in ends], 0.5)
        numbers[f"seconds of a core, {what}"] = quantile([taken for _, taken in ends], 0.5)
        numbers[f"seconds at most, {what}"] = max(seconds for seconds, _ in ends)
    budgets = [
        Budget(f"to the end, seconds, {what}", numbers[f"seconds at most, {what}"], most=1.0)
        for what in ("moving", "paused")
    ]
    return Result(repetitions, numbers, tuple(budgets))


def end(*, paused: bool) -> tuple[float, float]:
    """One laboratory, and its end."""
    with load("opening") as session:
        if paused:
            session.press("space")
            session.wait_for(PAUSED)
        return session.hang_up()


ROWS = (Row("lost-connection", "a lost connection to the end of the process", lost, 5),)
