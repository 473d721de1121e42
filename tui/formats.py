"""Numbers as people read them, the same everywhere on the screen."""

from __future__ import annotations

import math

from sim.words import grouped

UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))

TIMES = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
"""A unit of time in seconds, and the one below it."""

BRIEF, DECIMALS = 10**7, 3
"""From here on a whole number may be written with a power of ten, and so many decimals before it."""


def number(value: float) -> str:
    """Three significant digits: 0.047, −12.3, 1.2e+06 as 1.2e6; "∞" and "none" for what is not a number."""
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size != 0.0 and not 1e-3 <= size < 1e5:
        mantissa, exponent = f"{value:.2e}".split("e")
        return minus(f"{mantissa}e{int(exponent)}")
    digits = 2 if size < 1e-9 else max(0, 2 - math.floor(math.log10(size)))
    return minus(f"{value:.{digits}f}")


def setting(value: float | str, digits: int = 12) -> str:
    """A parameter's value in full, without digits that say nothing: 0.011, 512, 1e-8, gd."""
    if isinstance(value, str):
        return value
    if float(value).is_integer() and abs(value) < 1e15:
        return whole(int(value))
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    return minus(f"{mantissa}e{int(exponent)}" if exponent else text)


def brief(value: float) -> str:
    """Three significant digits at most: 0.08, 40, 396."""
    return setting(float(f"{value:.3g}"))


def whole(value: int) -> str:
    """A whole number in groups of three: 1 234 567; thin enough to read, wide enough to count."""
    return minus(grouped(value))


def counted(count: int, thing: str) -> str:
    """So many of a thing, in words: 1 point, 1 000 points."""
    return f"{whole(count)} {thing}{'' if count == 1 else 's'}"


def dimensions(dim: int) -> str:
    """So many of them: 1 dimension, 1 000 dimensions."""
    return counted(dim, "dimension")


def brief_whole(value: int) -> str:
    """A whole number in groups of three, or where a power of ten says it in full and shorter, so: 1.75e11."""
    digits = str(abs(value))
    told = digits.rstrip("0")
    if abs(value) < BRIEF or len(told) > 1 + DECIMALS:
        return whole(value)
    sign, point = "-" if value < 0 else "", "." if len(told) > 1 else ""
    return minus(f"{sign}{told[:1]}{point}{told[1:]}e{len(digits) - 1}")


def decimal(value: float, digits: int = 2) -> str:
    """A number with all digits before the point and so many after it: 591 607.98."""
    return minus(f"{value:,.{digits}f}".replace(",", " "))


def duration(seconds: float) -> str:
    """Two units of time: 0.312 s, 48 s, 9 min 40 s, 2 h 5 min, 40 d 12 h."""
    if seconds < 60.0:
        return f"{number(seconds) if seconds < 10.0 else round(seconds)} s"
    count = math.floor(seconds)
    size, unit, part, small = next(time for time in TIMES if count >= time[0])
    return f"{count // size} {unit} {count % size // part} {small}"


def power_of_ten(exponent: float) -> str:
    """10^−50 685 985 535, or the number itself where it is one to read."""
    return number(10.0**exponent) if exponent > -6.0 else f"10^{whole(round(exponent))}"


def expected(value: float) -> str:
    """How many are expected: to the nearest whole number, or where that says little, three digits."""
    return whole(round(value)) if value == 0.0 or value >= 100.0 else number(value)


def rate(value: float) -> str:
    """Three digits and a unit: 640 k, 1.28 G."""
    value = float(f"{value:.3g}")  # or 999 999 were 1e+03 k
    for size, unit in UNITS:
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"


def minus(text: str) -> str:
    """A true minus sign, as wide as the digits."""
    return text.replace("-", "−")
