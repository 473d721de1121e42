"""Refusing what would not fit, before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import BadInput
from sim.registry import LANDSCAPES

if TYPE_CHECKING:
    from sim.experiment import Experiment

DOUBLE = 8

MEMORY = "memory"
"""Where the mistake of an experiment that does not fit is: in no entry alone."""

ALWAYS_FREE = 32e6
"""What needs no asking, which would cost the first frame an import."""

A_WALKER = 24
"""Numbers that exist once a walker: keys, losses, norms, their records, sorted, and outcomes."""

SHARE = 0.8
"""The part of the free memory that an experiment may take: measures and the screen need some too."""


def bytes_needed(experiment: Experiment) -> float:
    """The bytes that it takes at its peak: walkers, landscape, and what measuring them needs on the way."""
    from sim.hessian import DENSE_LIMIT  # late: `--version` needs the names of this module, and no more
    from sim.landscape import Dense

    landscape = LANDSCAPES[experiment.landscape]
    n, d, a = float(experiment.walkers), experiment.dim, experiment.active
    some_are_locked = a < d
    arrays = 0.0
    for cohort in experiment.cohorts:
        arrays += n * (d + (1 + cohort.rule.slots) * a)  # positions, gradients, slots
        arrays += n * (d + a) * some_are_locked  # the open coordinates, and a gradient of all
        arrays += A_WALKER * n
    measured = 4 * n * d  # copies
    packed = landscape.packed_bytes(d, experiment.settings)
    if some_are_locked and landscape.restrict:
        packed += len(experiment.cohorts) * landscape.packed_bytes(a, experiment.settings)
    hessian = landscape.hessian
    counted = not isinstance(hessian, Dense) or a <= DENSE_LIMIT
    return DOUBLE * (arrays + measured) + packed + (hessian.scratch_bytes(a) if counted else 0.0)


def readable_bytes(count: float) -> str:
    """`1.5 GB`, in powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB", "EB"):
        if count < 1000.0 or unit == "EB":
            return f"{count:.3g} {unit}"
        count /= 1000.0
    raise AssertionError("unreachable")


def require_memory(experiment: Experiment) -> None:
    """Raise BadInput, with the bytes it needs, for an experiment that does not fit into free memory."""
    needed = bytes_needed(experiment)
    if needed < ALWAYS_FREE:
        return
    import psutil

    free = SHARE * psutil.virtual_memory().available
    if needed > free:
        lighter = LANDSCAPES[experiment.landscape].lighter(experiment.settings)
        raise BadInput(
            MEMORY,
            f"{readable_bytes(needed)} needed, {readable_bytes(free)} free",
            f"fewer dimensions or walkers, or {lighter or 'a smaller landscape'}",
        )
