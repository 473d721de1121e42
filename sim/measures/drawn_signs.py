"""How many directions fall at a random point of two landscapes, in any dimension.

Of Rastrigin's function each direction falls for itself, so that the number is binomial and is drawn; of a
random quadratic function the eigenvalues repel one another, and theory says how much less the number varies.
Both keep their share however many directions there are; that none falls becomes hopeless in either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sim.giants.laws import BinomialLaw, CountLaw, drawn_falling, falling_of_rastrigin, negative_of_goe
from sim.measure import Measure, State
from sim.registry import LANDSCAPES


@dataclass(frozen=True)
class DrawnSignsReading:
    """Falling directions of `dim`: `drawn` of Rastrigin's at one point, beside its law; and the law of a GOE.

    `amplitude` is Rastrigin's A and `shift` the GOE's t: those of the landscape where it is that one, else
    their defaults, 10 and 0. The logarithm of the chance that no direction of Rastrigin's falls is
    `log10_all_rise`.
    """

    step: int
    dim: int
    seed: int
    amplitude: float
    drawn: int
    law: BinomialLaw
    mean: float
    standard_deviation: float
    log10_all_rise: float
    shift: float
    goe: CountLaw


@dataclass(frozen=True)
class Inputs:
    """What decides the laws and the draw."""

    step: int
    dim: int
    seed: int
    amplitude: float
    shift: float


def collect(state: State) -> Inputs:
    """Parameters of the landscape, where it is one of the two."""
    problem, rastrigin = state.problem, LANDSCAPES["rastrigin"]
    own = problem.settings if problem.landscape is rastrigin else {}
    amplitude = own.get("A", rastrigin.parameters[0].default_at(problem.dim))
    shift = problem.landscape.goe_shift
    return Inputs(state.step, state.giant, problem.seed, amplitude, shift(problem.settings) if shift else 0.0)


def compute(inputs: Inputs) -> DrawnSignsReading:
    """The same draw at every step."""
    law = falling_of_rastrigin(inputs.dim, inputs.amplitude)
    return DrawnSignsReading(
        inputs.step,
        inputs.dim,
        inputs.seed,
        inputs.amplitude,
        _drawn(inputs.dim, inputs.amplitude, inputs.seed),
        law,
        law.mean,
        law.standard_deviation,
        law.log10_of_none,
        inputs.shift,
        negative_of_goe(inputs.dim, inputs.shift),
    )


_drawn = lru_cache(maxsize=16)(drawn_falling)


def row(reading: DrawnSignsReading) -> tuple[float, ...]:
    """The draw, and both means."""
    return float(reading.drawn), reading.mean, reading.goe.mean


MEASURE = Measure(
    title="Drawn signs",
    help="falling directions at a random point: of Rastrigin's function, drawn; of a random matrix, by law",
    collect=collect,
    compute=compute,
    columns=("drawn", "mean", "goe_mean"),
    row=row,
    of_chosen=True,
    routine=False,
)
