"""A row of the table of budgets: what was measured, in numbers, and what it should have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Budget:
    """One number against its limit: at least `least`, or at most `most`."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the limit was kept."""
        return (self.least is None or self.measured >= self.least) and (
            self.most is None or self.measured <= self.most
        )

    def report(self) -> dict[str, Any]:
        """As JSON."""
        limit = {"at_least": self.least} if self.least is not None else {"at_most": self.most}
        return {"what": self.what, "measured": rounded(self.measured), **limit, "met": self.met}


@dataclass(frozen=True)
class Result:
    """What a row found: `medians` with their units in the names, over `repetitions`, and `budgets`.

    `facts` are what a reader needs to judge the numbers by.
    """

    repetitions: int
    medians: Mapping[str, float]
    budgets: tuple[Budget, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "repetitions": self.repetitions,
            "medians": {name: rounded(value) for name, value in self.medians.items()},
            "budgets": [budget.report() for budget in self.budgets],
            **({"facts": dict(self.facts)} if self.facts else {}),
        }


@dataclass(frozen=True)
class Row:
    """A name to ask for, what is measured, and the measurement: `measure(repetitions)`."""

    name: str
    what: str
    measure: Callable[[int], Result]
    repetitions: int


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")
