"""What panels and figures of giants share: numbers with all of their digits, and whose matrix it is."""

from __future__ import annotations

import math
from typing import Protocol

from sim.experiment import Experiment
from sim.registry import LANDSCAPES
from tui.formats import brief_whole, decimal, minus, number, setting

RASTRIGIN = "rastrigin"


def signed(value: float, decimals: int = 1) -> str:
    """A number in full with its sign, which nothing has."""
    if round(value, decimals) == 0.0:
        return "0"
    return ("+" if value > 0.0 else "") + decimal(value, decimals)


def expected(mean: float, deviation: float) -> str:
    """A count as theory has it, with its standard deviation: 500 000 000.0 ± 1.53."""
    return f"{decimal(mean, 1)} ± {number(deviation)}"


def beside(value: float, error: float | None) -> str:
    """A number with two digits of its error, and this: 0.940 ± 0.021; by itself where none is known."""
    if error is None or not 0.0 < error < math.inf:
        return number(value)
    large, small = (math.floor(math.log10(abs(size) or error)) for size in (value, error))
    if small >= -5 and large < 5:
        digits = max(0, 1 - small)
        return minus(f"{value:.{digits}f} ± {error:.{digits}f}")
    shared, digits = 10.0**large, min(12, max(1, large - small + 1))
    return minus(f"({value / shared:.{digits}f} ± {error / shared:.{digits}f})e{large}")


def shift_of(experiment: Experiment) -> float:
    """The t that the matrix is to have: the landscape's, or none."""
    shift = LANDSCAPES[experiment.landscape].goe_shift
    return shift(experiment.settings) if shift else 0.0


class Drawn(Protocol):
    """A reading that says in which dimension, and from which seed, something is drawn."""

    @property
    def dim(self) -> int:
        """The dimension."""

    @property
    def seed(self) -> int:
        """The seed."""


class OfMatrix(Drawn, Protocol):
    """A reading that says which matrix it is of."""

    @property
    def shift(self) -> float:
        """What is added to all of its eigenvalues."""


def is_asked_for(reading: OfMatrix, experiment: Experiment) -> bool:
    """Whether a reading is of the matrix that is set now, and not of the one before a turn."""
    asked = experiment.giant, shift_of(experiment), experiment.seed
    return (reading.dim, reading.shift, reading.seed) == asked


class OfPoints(Drawn, Protocol):
    """A reading that says how many points it is of."""

    @property
    def points(self) -> int:
        """How many there are."""


def same_points(reading: OfPoints, experiment: Experiment) -> bool:
    """Whether a reading of distances is of what is set now; there may be more walkers than points."""
    asked = experiment.giant, experiment.seed
    return (reading.dim, reading.seed) == asked and reading.points <= experiment.walkers


class OfLaws(OfMatrix, Protocol):
    """A reading that says as well how large the amplitude of Rastrigin's function is."""

    @property
    def amplitude(self) -> float:
        """Its A."""


def same_laws(reading: OfLaws, experiment: Experiment) -> bool:
    """Whether a reading of falling directions is of what is set now; only Rastrigin's function has an A."""
    own = experiment.landscape != RASTRIGIN or reading.amplitude == amplitude_of(experiment)
    return is_asked_for(reading, experiment) and own


def amplitude_of(experiment: Experiment) -> float:
    """Rastrigin's A: the landscape's where that is the one, else its default."""
    (amplitude,) = LANDSCAPES[RASTRIGIN].parameters
    own = experiment.settings if experiment.landscape == RASTRIGIN else {}
    return float(own.get(amplitude.name, amplitude.default_at(experiment.dim)))


def streamed(dim: int, shift: float, of_landscape: bool) -> tuple[str, ...]:
    """How a count is known, and of which matrix, in ever fewer words."""
    t = f"t = {setting(shift)}"
    size = f"d = {brief_whole(dim)}, {t}"
    whose = f"{size}, the landscape's" if of_landscape else size
    return (
        f"streamed, exact; GOE + t, {whose}",
        f"streamed, {whose}",
        f"streamed, {size}",
        f"streamed, {t}",
        "streamed",
    )
