"""The signs of Rastrigin's Hessian at a random point in any dimension: drawn from their exact law."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sim.giants.laws import BinomialLaw, drawn_falling, falling_of_rastrigin
from tui import formats

LANDSCAPE, METHOD = "rastrigin", "drawn"


@dataclass(frozen=True)
class Result:
    """What was asked for, and how many directions fall."""

    dim: int
    amplitude: float
    seed: int
    negative: int

    @property
    def law(self) -> BinomialLaw:
        """Of that number."""
        return falling_of_rastrigin(self.dim, self.amplitude)

    @property
    def deviation(self) -> float | None:
        """Standard deviations from the mean to what was drawn; None where every draw is the same."""
        law = self.law
        return (self.negative - law.mean) / law.standard_deviation if law.standard_deviation else None


def text(dim: int, amplitude: float, seed: int, *, as_json: bool) -> str:
    """The signs at one random point, as a JSON object or as lines to read."""
    result = Result(dim, amplitude, seed, drawn_falling(dim, amplitude, seed))
    return json.dumps(report(result), allow_nan=False) if as_json else lines(result)


def report(result: Result) -> dict[str, Any]:
    """As JSON values; `rises` is the probability that one direction does, then log₁₀ of that of all."""
    law = result.law
    return {
        "landscape": LANDSCAPE,
        "dim": result.dim,
        "parameters": {"A": result.amplitude},
        "seed": result.seed,
        "negative": result.negative,
        "zero": 0,
        "positive": result.dim - result.negative,
        "predicted": {"mean": law.mean, "standard_deviation": law.standard_deviation, "left_out": "nothing"},
        "deviation": result.deviation,
        "rises": law.rises,
        "log10_all_rise": law.log10_of_none,
        "method": METHOD,
        "exact": True,
    }


def lines(result: Result) -> str:
    """As lines to read."""
    law, down = result.law, result.negative
    directions = f"{formats.whole(down)} down, 0 flat, {formats.whole(result.dim - down)} up"
    space = formats.dimensions(result.dim)
    rows = [
        ("landscape", f"{LANDSCAPE}, {space}, A = {formats.setting(result.amplitude)}"),
        ("point", f"uniform in the box, seed {result.seed}"),
        ("directions", f"{directions}, exact ({METHOD})"),
        (
            "predicted",
            f"{formats.decimal(law.mean)} ± {formats.decimal(law.standard_deviation)} down, a binomial law",
        ),
    ]
    if result.deviation is not None:
        rows.append(("deviation", f"{formats.minus(f'{result.deviation:+.2f}')} standard deviations"))
    rows.append(("one rises", f"with probability {law.rises:.10g}"))
    rows.append(("all rise", f"with probability {formats.power_of_ten(law.log10_of_none)}"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {row}" for name, row in rows)
