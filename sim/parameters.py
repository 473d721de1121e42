"""Declared numbers: the settings of a landscape and the hyperparameters of an optimizer."""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sim.errors import BadInput, unknown

_LADDER = (1.0, 2.0, 5.0)


def number(where: str, text: object) -> float:
    """A finite number from what somebody typed (`0.05`, `1e6`, `1_000_000`) or passed."""
    if isinstance(text, bool):
        raise BadInput(where, f"{text!r} is not a number", "a number")
    try:
        value = float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise BadInput(where, f"{str(text)!r} is not a number", "a number such as 0.05 or 1e6") from None
    if not math.isfinite(value):
        raise BadInput(where, f"{text} is not a finite number", "a finite number")
    return value


def whole(where: str, text: object) -> int:
    """A whole number, exact, from `1000`, `1e6` or `1_000_000`."""
    if isinstance(text, str):
        with contextlib.suppress(ValueError):
            return int(text)
    elif hasattr(text, "__index__") and not isinstance(text, bool):
        return operator.index(text)
    value = number(where, text)
    if value != int(value):
        raise BadInput(where, f"{text} is not a whole number", "a whole number such as 1000 or 1e6")
    return int(value)


def neighbour(value: float, up: bool) -> float:
    """The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... strictly above or below a positive value."""
    decade = math.floor(math.log10(value))
    rungs = [float(f"{rung:g}e{decade + shift}") for shift in (-1, 0, 1) for rung in _LADDER]
    slack = 1e-9 * value
    return min(r for r in rungs if r > value + slack) if up else max(r for r in rungs if r < value - slack)


@dataclass(frozen=True)
class Parameter:
    """A number with a name, a range and a way of being turned.

    `default` may depend on the dimension. `low` and `high` belong to the range unless `open_low` or
    `open_high` leaves them out. One press of an arrow moves along 1, 2, 5, 10, ...; a `decay`, the share
    below 1 that is kept at each step, along 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, ...; a whole number that
    cannot exceed 10, by one.
    """

    name: str
    default: float | Callable[[int], float]
    help: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    decay: bool = False
    whole: bool = False

    def default_at(self, dim: int) -> float:
        """The default in `dim` dimensions."""
        return float(self.default(dim) if callable(self.default) else self.default)

    @property
    def accepted(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.whole else "a number"
        low = f" {'above' if self.open_low else 'from'} {self.low:g}" if math.isfinite(self.low) else ""
        high = f" {'below' if self.open_high else 'up to'} {self.high:g}" if math.isfinite(self.high) else ""
        return kind + low + (" and" if low and high and self.open_low else "") + high

    def check(self, value: object) -> float:
        """The value as a float within the range; raises BadInput."""
        try:
            checked = float(whole(self.name, value)) if self.whole else number(self.name, value)
        except BadInput as mistake:
            raise BadInput(self.name, mistake.what, self.accepted) from None
        below = checked <= self.low if self.open_low else checked < self.low
        above = checked >= self.high if self.open_high else checked > self.high
        if below or above:
            raise BadInput(self.name, f"{value} is out of range", self.accepted)
        return checked

    def turned(self, value: float, up: bool) -> float:
        """The value one press further, or the same value at the end of the range."""
        if self.decay:
            new = round(1.0 - neighbour(1.0 - value, not up), 12)
        elif self.whole and self.high <= 10.0:
            new = value + (1.0 if up else -1.0)
        elif value > 0:
            new = neighbour(value, up)
        else:
            new = _LADDER[0] if up else value
        try:
            return self.check(new)
        except BadInput:
            return value


def settled(parameters: Iterable[Parameter], chosen: Mapping[str, object], dim: int) -> dict[str, float]:
    """Every parameter with its value: the chosen ones checked, the others at their default."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in chosen:
        if name not in known:
            raise unknown("parameter", name, known)
    return {
        name: parameter.check(chosen[name] if name in chosen else parameter.default_at(dim))
        for name, parameter in known.items()
    }
