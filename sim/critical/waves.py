"""A Gaussian field on a torus as what it is, a trigonometric polynomial, at many points at once."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.fields.packed import Field
from sim.kernel import BLOCK, kernel
from sim.landscape import Problem
from sim.numerics import sin_cos_turns
from sim.registry import LANDSCAPES

CHUNK = 1 << 18
"""Waves times points at a time, so that what is computed on the way stays in the processor's cache."""

OVERHEAD = 1e4
"""What a point takes beside its waves, in multiplications: eigenvalues, and rounds of NumPy's loops."""


@kernel(f"void({BLOCK}, {BLOCK})")
def cosines_and_sines(turns: Floats, sines: Floats) -> None:
    """The cosines of angles in turns (n, m) take their place, and the sines go into `sines` (n, m)."""
    for i in range(turns.shape[0]):
        for j in range(turns.shape[1]):
            sine, cosine = sin_cos_turns(turns[i, j])
            turns[i, j], sines[i, j] = cosine, sine


class Waves:
    """f(x) = Σ hₘ cos 2π(vₘ·x + φₘ) over the waves that differ, along the first directions of a torus.

    Frequencies on a torus are whole numbers of turns a period, so that many of a field's waves are the same
    one: those of one frequency are added up, with their phases. Along locked directions the point is
    `x` (d,), which only moves the phases.
    """

    def __init__(self, problem: Problem, active: int, x: Floats) -> None:
        self.period: float = problem.settings["period"]
        field = Field(problem.parameters, problem.dim)
        turns = np.rint(field.frequencies * self.period)
        phases = field.phases + field.frequencies[:, active:] @ x[active:]
        open_turns = turns[:, :active]
        # cos is even: of two opposite frequencies, that whose first number is positive stands for both.
        first = np.take_along_axis(open_turns, np.argmax(open_turns != 0.0, axis=1)[:, None], axis=1)[:, 0]
        sign = np.where(first < 0.0, -1.0, 1.0)
        different, which = np.unique(open_turns * sign[:, None], axis=0, return_inverse=True)
        amplitudes = np.zeros(len(different), dtype=np.complex128)
        np.add.at(amplitudes, which.ravel(), field.height * np.exp(2j * math.pi * sign * phases))
        self.frequencies: Floats = np.ascontiguousarray(different / self.period)
        self.phases: Floats = np.angle(amplitudes) / math.tau
        self.heights: Floats = np.abs(amplitudes)
        radians = math.tau * self.frequencies
        self._slopes = -self.heights[:, None] * radians
        pairs = radians[:, :, None] * radians[:, None, :]
        self._curvatures = (-self.heights[:, None, None] * pairs).reshape(len(different), -1)

    @property
    def dim(self) -> int:
        """How many directions are open."""
        return int(self.frequencies.shape[1])

    @property
    def work(self) -> float:
        """About how many multiplications a point takes."""
        return float(OVERHEAD + len(self.heights) * (40 + self.dim * (self.dim + 2)))

    @property
    def bend(self) -> float:
        """A bound of how fast the Hessian changes with x, in its largest eigenvalue a unit of distance."""
        lengths = math.tau * np.sqrt(np.sum(self.frequencies**2, axis=1))
        return float(np.sum(self.heights * lengths**3))

    def at(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Values (n,), gradients (n, a) and Hessians (n, a, a) at x (n, a)."""
        n, a = x.shape
        value, gradient, hessian = np.empty(n), np.empty((n, a)), np.empty((n, a * a))
        rows = max(1, CHUNK // len(self.heights))
        for first in range(0, n, rows):
            part = slice(first, first + rows)
            turns = x[part] @ self.frequencies.T
            turns += self.phases
            sines = np.empty_like(turns)
            cosines_and_sines(turns, sines)
            value[part] = turns @ self.heights
            gradient[part] = sines @ self._slopes
            hessian[part] = turns @ self._curvatures
        return value, gradient, hessian.reshape(n, a, a)

    def moved(self, x: Floats, step: Floats) -> Floats:
        """Where steps (n, a) lead from x (n, a)."""
        return x + step


def is_torus(problem: Problem) -> bool:
    """Whether the landscape is a Gaussian field on a torus."""
    return problem.landscape is LANDSCAPES["gaussian-field"] and problem.settings["period"] > 0.0
