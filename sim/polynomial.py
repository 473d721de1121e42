"""A polynomial of one coordinate, and a site: a coordinate with such a polynomial and links to others.

    order 4    V(x) = λ/4 (x² − 1)²        two wells, at −1 and 1, and a barrier between them: φ⁴
    order 3    V(x) = λ (x²/2 − x³/3)      a well at 0, a barrier at 1, and beyond it no floor
    order 2    V(x) = λ/2 x²               a bowl

A link between x and y adds J/2 (x − s y)², with s = 1, or −1 where they are to differ.
"""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.kernel import ROW, inline, kernel
from sim.landscape import Settings
from sim.parameters import Choice, Parameter
from sim.rng import Stream, fill_uniform, stream_keys

EDGE = 1.5
"""Walkers start between −1.5 and 1.5 in every coordinate."""

UNIFORM, RANDOM = "uniform", "random"
OPEN, PERIODIC = "open", "periodic"

PARAMETERS = (
    Parameter("order", 4.0, "order of the polynomial of each coordinate", low=2.0, high=4.0, whole=True),
    Parameter("lam", 1.0, "strength λ of that polynomial", low=1e-6, high=1e6),
    Parameter("J", 1.0, "strength of the link between neighbours", low=0.0, high=1e6),
    Choice(
        "couplings", UNIFORM, (UNIFORM, RANDOM), "neighbours want to agree, or each pair by a coin's toss"
    ),
    Choice("ends", OPEN, (OPEN, PERIODIC), "no link beyond the last coordinate, or one back to the first"),
)


@inline
def local(order: float, strength: float, x: float) -> tuple[float, float]:
    """V(x) and V'(x)."""
    if order == 4.0:
        above = x * x - 1.0
        return 0.25 * strength * above * above, strength * above * x
    if order == 3.0:
        return strength * x * x * (0.5 - x / 3.0), strength * x * (1.0 - x)
    return 0.5 * strength * x * x, strength * x


@kernel(f"void({ROW}, f8, f8, f8, {ROW})")
def add_curvature(x: Floats, order: float, strength: float, links: float, out: Floats) -> None:
    """V''(x) and the curvature of the links, for x (d,) into `out` (d,)."""
    constant = links + (strength if order < 4.0 else -strength)
    linear = -2.0 * strength if order == 3.0 else 0.0
    square = 3.0 * strength if order == 4.0 else 0.0
    for k in range(len(x)):
        out[k] = constant + (linear + square * x[k]) * x[k]


def curvature(settings: Settings, x: Floats, links: int) -> Floats:
    """The second derivatives (d,) at x (d,) along single coordinates with so many links each."""
    found = np.empty_like(x)
    add_curvature(x, settings["order"], settings["lam"], links * settings["J"], found)
    return found


def sharpest(settings: Settings, links: int) -> float:
    """No curvature between −EDGE and EDGE is above this, for coordinates with so many links each."""
    steepest = {2: 1.0, 3: 1.0 + 2.0 * EDGE, 4: 3.0 * EDGE * EDGE - 1.0}[int(settings["order"])]
    return steepest * float(settings["lam"]) + 2.0 * links * float(settings["J"])


def draw_signs(seed: int, out: Floats) -> None:
    """Fill `out` (k, m) with −1 and 1, each by a coin's toss; a larger one begins like a smaller one."""
    fill_uniform(stream_keys(seed, Stream.LANDSCAPE, len(out)), 0, -1.0, 1.0, out)
    np.copysign(1.0, out, out=out)


def equal_minima(settings: Settings) -> tuple[float, ...]:
    """The numbers c for which (c, c, …, c) is a minimum, where that is known."""
    if settings["order"] != 4.0:
        return (0.0,)
    return (1.0, -1.0) if settings["couplings"] == UNIFORM else ()


def unbounded(dim: int, settings: Settings) -> bool:
    """Whether the loss has no floor: a cubic falls for ever, the others are never negative."""
    return bool(settings["order"] == 3.0)
