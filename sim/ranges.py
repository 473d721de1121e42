"""Whole numbers that are wanted in many places: what they may be, and how others are refused."""

from __future__ import annotations

from decimal import Context

from sim.errors import BadInput
from sim.parameters import whole

RANGES = {"dim": (1, 10**15), "walkers": (1, 10**7), "seed": (0, 2**63 - 1)}
"""Memory sets tighter bounds. Doubles still tell the largest dimension from the next."""

LONGEST, DIGITS = 16, 7
"""Characters of a number that a message repeats as it is, and digits of a longer one."""


def accepted(name: str) -> str:
    """The range of an entry in words."""
    low, high = RANGES[name]
    return f"a whole number from {low} to {high:.3g}"


def check_range(name: str, value: object) -> None:
    """Refuse what is not a whole number in the range of the entry `name`."""
    low, high = RANGES[name]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadInput(name, f"{shown(value)} is out of range", accepted(name))


def whole_of(name: str, value: object) -> int:
    """A whole number for the entry `name`; a mistake is told the entry's own range."""
    try:
        return whole(name, value)
    except BadInput as mistake:
        raise BadInput(name, mistake.what, accepted(name)) from None


def shown(value: object) -> str:
    """A value as a message repeats it: a long number in short."""
    whole_text = repr(value)
    if len(whole_text) > LONGEST and isinstance(value, int | float):  # no float holds 10⁴⁰⁰
        return f"{Context(prec=DIGITS).create_decimal(value).normalize():g}"
    return whole_text
