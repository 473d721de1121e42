"""All distances between independent points in any dimension, drawn and told beside theory."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.giants.distances import Expected, Summary, draw, expected, square, summary
from sim.pairwise import spread_errors
from tui import formats
from tui.progress import Tell, with_progress


@dataclass(frozen=True)
class Result:
    """What was asked for and what came out; standard errors are those of mean, relative and absolute spread.

    They come from leaving out each point in turn. None with fewer than four points.
    """

    dim: int
    walkers: int
    seed: int
    found: Summary
    theory: Expected
    errors: tuple[float | None, float | None, float | None]


def text(dim: int, walkers: int, seed: int, *, as_json: bool) -> str:
    """The distances of so many points, as a JSON object or as lines to read."""
    result = with_progress(lambda tell: measured(dim, walkers, seed, tell))
    return json.dumps(report(result), allow_nan=False) if as_json else lines(result)


def measured(dim: int, walkers: int, seed: int, tell: Tell = lambda text: None) -> Result:
    """Draw the points' distances and look at them; `tell` hears what is being done."""
    tell(f"drawing the distances of {walkers} points")
    deviations = draw(dim, walkers, seed)
    found = summary(dim, deviations)
    tell("finding out how well they are known")
    errors = spread_errors(square(deviations - deviations.mean(), walkers), found.mean)
    sizes = (1.0, found.relative_spread, found.absolute_spread)
    mean, relative, absolute = map(_times, errors, sizes)
    return Result(dim, walkers, seed, found, expected(dim, walkers), (mean, relative, absolute))


def _times(error: float | None, size: float | None) -> float | None:
    return None if error is None or size is None else error * size


def report(result: Result) -> dict[str, Any]:
    """As JSON values; None for no number."""
    found, theory = result.found, result.theory
    mean, relative, absolute = result.errors
    return {
        "dim": result.dim,
        "walkers": result.walkers,
        "seed": result.seed,
        "mean": found.mean,
        "relative_spread": found.relative_spread,
        "absolute_spread": found.absolute_spread,
        "min": found.least,
        "max": found.most,
        "relative_range": found.relative_range,
        "mean_error": mean,
        "relative_error": relative,
        "absolute_error": absolute,
        "theory": {
            "mean": theory.law.mean,
            "relative_spread": theory.law.relative_spread,
            "absolute_spread": theory.law.absolute_spread,
            "of": "two independent normal points",
            "mean_error": theory.mean_error,
            "relative_range": theory.relative_range,
        },
        "method": "drawn",
        "exact": True,
    }


def lines(result: Result) -> str:
    """As lines to read, with as many digits as tell one distance from another."""
    found, theory, n = result.found, result.theory, result.walkers
    space = formats.dimensions(result.dim)
    mean, relative, absolute = result.errors

    def long(value: float | None) -> str:
        return "none" if value is None else _long(value, theory.mean_error)

    rows = [
        (
            "points",
            f"{formats.whole(n)}, independent and normal in {space}, seed {result.seed}",
        ),
        ("distances", f"{formats.whole(n * (n - 1) // 2)}, drawn from their exact joint law"),
        ("mean", _known(found.mean, mean, long)),
        ("in theory", f"{_known(theory.law.mean, theory.mean_error, long)} for the mean of so many"),
        ("spread", _beside(found.absolute_spread, absolute, theory.law.absolute_spread)),
        ("relative", _beside(found.relative_spread, relative, theory.law.relative_spread)),
        ("nearest", long(found.least)),
        ("farthest", long(found.most)),
    ]
    if n > 2 and found.relative_range is not None:
        told, theirs = f"{_brief(found.relative_range)} of the nearest", theory.relative_range
        rows.append(("range", told if theirs is None else f"{told}, in theory {_brief(theirs)}"))
    how = "a standard error, found by leaving out each point in turn"
    rows.append(("±", how if mean is not None else f"{how}: none with fewer than four"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {row}" for name, row in rows)


def _long(value: float, scale: float) -> str:
    """With two digits of what is of the size of `scale`, or its own, in groups of three before the point."""
    digits = min(12, max(0, 1 - math.floor(math.log10(min(scale, abs(value) or scale)))))
    return formats.minus(f"{value:,.{digits}f}").replace(",", " ")


def _brief(value: float | None) -> str:
    return "none" if value is None else formats.number(value)


def _known(value: float | None, error: float | None, told: Callable[[float | None], str] = _brief) -> str:
    return told(value) if error is None else f"{told(value)} ± {told(error)}"


def _beside(value: float | None, error: float | None, theory: float | None) -> str:
    return _known(value, error) + ("" if theory is None else f", in theory {_brief(theory)}")
