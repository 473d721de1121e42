"""Declared settings: the numbers and words of a landscape, the hyperparameters of an optimizer."""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sim.errors import BadInput, unknown

Numbers = Mapping[str, float]
"""The value of every `Parameter` by name."""

Value = float | str
"""A float for a `Parameter`, a str for a `Choice` and for `WholeNumbers`."""

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


class Declared(Protocol):
    """What every kind of setting can do.

    `default_at(dim)` is the default in `dim` dimensions, and `fixed_default` the same where no dimension
    matters, else None. `accepted` is the range in words. `check(value)` is the value as it is kept, or raises
    BadInput; `turned(value, up)` the one a press of an arrow further, or the same at the end.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - above
    @property
    def help(self) -> str: ...  # noqa: D102
    @property
    def accepted(self) -> str: ...  # noqa: D102
    @property
    def fixed_default(self) -> Value | None: ...  # noqa: D102
    def default_at(self, dim: int) -> Value: ...  # noqa: D102
    def check(self, value: object) -> Value: ...  # noqa: D102
    def turned(self, value: Any, up: bool) -> Value: ...  # noqa: D102


LEAST = 1e-3
"""The last magnitude before 0 of a number whose default says nothing about its size."""


def neighbour_through_zero(value: float, up: bool, least: float) -> float:
    """The next of ..., −2 least, −least, 0, least, 2 least, ... above or below any value; `least` a rung."""
    if value == 0.0:
        return least if up else -least
    outward = (value > 0.0) == up
    if not outward and abs(value) <= least:
        return 0.0
    return math.copysign(neighbour(abs(value), outward), value)


@dataclass(frozen=True)
class Parameter:
    """A number with a name, a range and a way of being turned.

    `default` may depend on the dimension. `low` and `high` belong to the range unless `open_low` or
    `open_high` leaves them out. One press of an arrow moves along 1, 2, 5, 10, ..., up to ends that belong to
    the range, and to 0 and through it where that does: 0 is next to 1 for a whole number, for others to a
    thousandth of the default. A `decay`, the share below 1 that is kept at each step, moves along 0, 0.5,
    0.8, 0.9, 0.95, 0.98, 0.99, ...; a whole number that cannot exceed 10, by one.
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
    def fixed_default(self) -> float | None:
        """The default where it is the same in every dimension."""
        return None if callable(self.default) else float(self.default)

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
        elif self._reaches_zero:
            new = neighbour_through_zero(value, up, self._least)
        else:
            new = neighbour(value, up)
        with contextlib.suppress(BadInput):
            return self.check(self._within(new))
        return value

    @property
    def _reaches_zero(self) -> bool:
        return self.low < 0.0 or (self.low == 0.0 and not self.open_low)

    @property
    def _least(self) -> float:
        """The rung next to 0."""
        if self.whole:
            return 1.0
        size = abs(self.fixed_default or 0.0)
        return neighbour(size / 2000.0, up=True) if size else LEAST

    def _within(self, value: float) -> float:
        """The value, or the end that it is beyond, if that end is itself in the range."""
        value = value if self.open_low else max(value, self.low)
        return value if self.open_high else min(value, self.high)


@dataclass(frozen=True)
class Choice:
    """One of a few words, or the path of a file that ends in one of `files`.

    An arrow goes round the words.
    """

    name: str
    default: str | Callable[[int], str]
    options: tuple[str, ...]
    help: str
    files: tuple[str, ...] = ()

    def default_at(self, dim: int) -> str:
        """The default in `dim` dimensions."""
        return self.default(dim) if callable(self.default) else self.default

    @property
    def fixed_default(self) -> str | None:
        """The default where it is the same in every dimension."""
        return None if callable(self.default) else self.default

    @property
    def accepted(self) -> str:
        """The words."""
        return " or ".join((*self.options, *(f"FILE{ending}" for ending in self.files)))

    def is_file(self, value: object) -> bool:
        """Whether a value is the path of a file."""
        return isinstance(value, str) and bool(self.files) and value.endswith(self.files)

    def check(self, value: object) -> str:
        """The word; raises BadInput for another one."""
        word = str(value).strip()
        if word in self.options or self.is_file(word):
            return word
        mistake = unknown(self.name, word, self.options)
        raise BadInput(self.name, mistake.what, self.accepted)

    def turned(self, value: str, up: bool) -> str:
        """The next word, or the one before it, going round."""
        if value not in self.options:
            return self.options[0 if up else -1]
        return self.options[(self.options.index(value) + (1 if up else -1)) % len(self.options)]


@dataclass(frozen=True)
class WholeNumbers:
    """Up to `most` whole numbers between `low` and `high`, as in "64,32". An arrow turns all of them."""

    name: str
    default: str
    help: str
    low: int
    high: int
    most: int

    def default_at(self, dim: int) -> str:
        """The default, the same in every dimension."""
        return self.default

    @property
    def fixed_default(self) -> str:
        """The default."""
        return self.default

    @property
    def accepted(self) -> str:
        """The form."""
        numbers = f"1 to {self.most} whole numbers from {self.low} to {self.high:g}"
        return f"{numbers} with commas between, such as {self.default}"

    def check(self, value: object) -> str:
        """The numbers with commas between them; raises BadInput."""
        typed = value.split(",") if isinstance(value, str) else [value]
        try:
            numbers = [whole(self.name, part.strip() if isinstance(part, str) else part) for part in typed]
        except BadInput as mistake:
            raise BadInput(self.name, mistake.what, self.accepted) from None
        if len(numbers) > self.most:
            raise BadInput(self.name, f"{len(numbers)} numbers are too many", self.accepted)
        for found in numbers:
            if not self.low <= found <= self.high:
                raise BadInput(self.name, f"{found} is out of range", self.accepted)
        return ",".join(map(str, numbers))

    def turned(self, value: str, up: bool) -> str:
        """Every number one press further, as far as its range goes."""
        turned = (int(neighbour(number, up)) for number in whole_numbers(value))
        return ",".join(str(min(max(number, self.low), self.high)) for number in turned)


def whole_numbers(value: str) -> tuple[int, ...]:
    """The numbers in a value that `WholeNumbers.check` returned."""
    return tuple(map(int, value.split(",")))


def settled(parameters: Iterable[Declared], chosen: Mapping[str, object], dim: int) -> dict[str, Any]:
    """Every parameter with its value: the chosen ones checked, the others at their default."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in chosen:
        if name not in known:
            raise unknown("parameter", name, known)
    return {
        name: parameter.check(chosen[name] if name in chosen else parameter.default_at(dim))
        for name, parameter in known.items()
    }
