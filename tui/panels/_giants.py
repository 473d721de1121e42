"""What the panels of giants share: numbers with all of their digits, and whose matrix it is."""

from __future__ import annotations

from tui.formats import minus, setting

TIMES = {"days": 86400.0, "h": 3600.0, "min": 60.0}
"""Units of time, in seconds."""


def in_full(value: float, decimals: int) -> str:
    """A number with all digits before the point and so many after it: 591 607.98."""
    return minus(f"{value:,.{decimals}f}".replace(",", " "))


def signed(value: float, decimals: int = 1) -> str:
    """The same with its sign."""
    return ("+" if value >= 0.0 else "") + in_full(value, decimals)


def shifted(shift: float, of_landscape: bool) -> str:
    """Which matrix it is."""
    return f"t = {setting(shift)}" + (", the landscape's" if of_landscape else "")


def duration(seconds: float) -> str:
    """A time in the unit that suits it: 40 s, 12 min, 3.5 h, 20 days."""
    for unit, size in TIMES.items():
        if seconds >= 2.0 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s"
