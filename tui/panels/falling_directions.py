"""What share of directions falls at a random point in giant dimensions, for two landscapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.arrays import Floats, np
from sim.giants.laws import BinomialLaw
from sim.snapshot import Snapshot
from tui import giants
from tui.formats import brief_whole, decimal, number, power_of_ten, setting, whole
from tui.panel import Panel
from tui.picture import BAND, Picture, Series, upright

if TYPE_CHECKING:  # the first frame need not wait for what computes
    from sim.measures.drawn_signs import DrawnSignsReading

GOE, DRAWN, SIDES = "│", "┆", "+"

FEW = 200
"""Up to so many directions every share has its own chance; more look like a continuous curve."""

SEEN = 0.01
"""Shares whose chance is less than so much of the largest are left blank, or the lowest row would be full."""

REACH = math.sqrt(-2.0 * math.log(SEEN))
"""A curve is drawn so many standard deviations each way."""

LEGEND = (f"{BAND} Rastrigin's law, highest = 1", f"{DRAWN} drawn", f"{GOE} GOE's mean", f"{SIDES} ± its sd")
SHORT = (f"{BAND} law, top = 1", f"{DRAWN} drawn", f"{GOE} GOE", f"{SIDES} ± sd")
SHORTEST = (f"{BAND} law", f"{DRAWN} draw", f"{GOE} GOE", f"{SIDES} sd")


def paint(snapshot: Snapshot) -> Picture:
    """Both laws, each as high as its most likely share."""
    reading: DrawnSignsReading | None = snapshot.readings.get("drawn-signs")
    if reading is None or not giants.same_laws(reading, snapshot.experiment):
        return Picture()
    dim, goe = reading.dim, reading.goe
    size, t = f"d = {brief_whole(dim)}", f"t = {setting(reading.shift)}"
    sides = [min(1.0, max(0.0, (goe.mean + by * goe.standard_deviation) / dim)) for by in (-1.0, 1.0)]
    drawn = (
        _curve(reading.law),
        upright(reading.drawn / dim, 0.0, 0.5, DRAWN, "chart--least"),
        _uprights(sides, 0.4),
        upright(goe.mean / dim, 0.0, 0.7, GOE, "chart--theory"),
    )
    return Picture(
        drawn,
        LEGEND,
        SHORT,
        shortest_legend=SHORTEST,
        notes=_notes(reading),
        last=snapshot.step,
        method=(
            f"drawn beside its law; a GOE's law, {size}, {t}",
            f"drawn, law; {size}, {t}",
            f"drawn, law; {size}",
            "drawn, law",
            "drawn",
        ),
        limits=(0.0, 1.0),
        across=(0.0, 1.0),
        across_name="share falling",
    )


def _curve(law: BinomialLaw) -> Series:
    """How likely each share is, in relation to the most likely one."""
    shares = _bars(law) if law.dim <= FEW else _bell(law)
    x, heights = shares
    seen = heights >= SEEN
    bottom: Floats = np.where(seen, 0.0, np.nan)
    return Series(x, bottom, BAND, "chart--band", top=np.where(seen, heights, 0.0))


def _bars(law: BinomialLaw) -> tuple[Floats, Floats]:
    """The binomial chances, each over the shares that are nearest to its own."""
    counts = np.arange(law.dim + 1.0)
    chances = np.array([_log_chance(law, int(count)) for count in counts])
    x = np.linspace(0.0, 1.0, 2048)
    return x, np.exp(chances - chances.max())[np.rint(x * law.dim).astype(np.int64)]


def _log_chance(law: BinomialLaw, count: int) -> float:
    """The logarithm of the chance that so many directions fall, but for what is the same for all."""
    ways = -math.lgamma(count + 1.0) - math.lgamma(law.dim - count + 1.0)
    certain = law.probability in (0.0, 1.0)
    if certain:
        return 0.0 if count == law.mean else -math.inf
    return ways + count * math.log(law.probability) + (law.dim - count) * math.log1p(-law.probability)


def _bell(law: BinomialLaw) -> tuple[Floats, Floats]:
    """What the chances of many directions come to, about a mean that may have a spread of next to nothing."""
    reach = np.linspace(-REACH, REACH, 513)
    x = (law.mean + reach * law.standard_deviation) / law.dim
    return x, np.exp(-0.5 * reach * reach)


def _uprights(places: list[float], high: float) -> Series:
    """Several values of the horizontal axis, marked up to `high`."""
    lines = [upright(place, 0.0, high, SIDES, "chart--theory") for place in places]
    x: Floats = np.concatenate([line.x for line in lines])
    y: Floats = np.concatenate([line.y for line in lines])
    return Series(x, y, SIDES, "chart--theory", frame=False, scatter=True)


def _notes(reading: DrawnSignsReading) -> tuple[str, ...]:
    """Rastrigin's first, then the other one's."""
    dim, law = reading.dim, _in_words(reading.mean, reading.standard_deviation)
    return (
        _share("Rastr.", reading.drawn / dim, reading.standard_deviation / dim),
        _share("GOE", reading.goe.mean / dim, reading.goe.standard_deviation / dim),
        f"{whole(reading.drawn)} of {brief_whole(dim)} of Rastrigin's, law {law}",
        f"all rise: {power_of_ten(reading.log10_all_rise)}",
        f"GOE, t = {setting(reading.shift)}: {_in_words(reading.goe.mean, reading.goe.standard_deviation)}",
    )


def _share(whose: str, share: float, deviation: float) -> str:
    """A share and its standard deviation, as the law has it, in per cent."""
    return f"{whose} {100.0 * share:.4g} ± {setting(float(f'{100.0 * deviation:.2g}'))} %"


def _in_words(mean: float, deviation: float) -> str:
    return f"{decimal(mean, 1)} ± {number(deviation)}"


PANEL = Panel(
    "Falling",
    "giants",
    4,
    ("drawn-signs",),
    "what share of giant_dim directions falls at a random point. Of Rastrigin's function each falls for "
    "itself, and how many do is drawn from its binomial law; the eigenvalues of a random matrix (GOE) repel "
    "one another, so that the number of negative ones varies by one or two. Both become needles, and that "
    "all directions rise becomes as good as impossible. The law is as high as a share is likely, "
    "in relation to the most likely one",
    paint,
)
