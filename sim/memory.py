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

RECORD, LONGEST = 1 << 17, 1 << 12
"""At most so many numbers (1 MB a quantity) and steps are recorded before they go into the history."""

COMPARED = 256
"""At most so many walkers are compared with one another."""

A_WALKER = 24
"""Numbers that exist once a walker: keys, losses, norms, their records, sorted, and outcomes."""

MOST_WORK = 1e11
"""A reading takes as many multiplications as in a run, at most; with more, Lanczos' vectors would be more."""

SAMPLED = 1 << 21
"""At most so many numbers are copied for the signs of a sample, but two walkers always."""

SHARE = 0.8
"""The part of the free memory that an experiment may take: measures and the screen need some too."""


def bytes_needed(experiment: Experiment) -> float:
    """The bytes that it takes at its peak: landscape, walkers, and what beginning or measuring them needs.

    An upper estimate: every walker is taken to be at rest, where most is asked about it, and readings to
    take the work that a run allows.
    """
    from sim.past import Past  # late, as below

    landscape = LANDSCAPES[experiment.landscape]
    n, d, a = float(experiment.walkers), experiment.size, experiment.stored
    packed = landscape.packed_bytes(experiment.dim, experiment.settings)
    standing = packed + _bytes_of_records(experiment)
    for cohort in experiment.cohorts:
        standing += DOUBLE * n * (d + (1 + cohort.rule.slots) * a)  # positions, gradients, slots
        standing += Past.bytes(experiment.walkers, d)
    beginning = DOUBLE * n * d + _bytes_of_kernels(experiment)
    if a < d:
        restricted = landscape.packed_bytes(a, experiment.settings) if landscape.restrict else 0.0
        # The open coordinates; and the slice's parameters, or where there are none, gradients of all of them.
        standing += len(experiment.cohorts) * (DOUBLE * n * a + max(restricted, DOUBLE * n * d))
        beginning += restricted
    drawing = landscape.packing * packed
    return max(drawing, standing + max(beginning, _bytes_of_measures(experiment)))


def _bytes_of_records(experiment: Experiment) -> float:
    """What is kept of each walker by numbers alone, and of the last steps."""
    n = float(experiment.walkers)
    steps = min(LONGEST, max(1.0, RECORD / n))
    return DOUBLE * n * len(experiment.cohorts) * (A_WALKER + 3 * steps)


def _bytes_of_kernels(experiment: Experiment) -> float:
    """What kernels need in each thread, and what finding out what the locked coordinates add does."""
    from sim.pool import cores

    d, a = experiment.size, experiment.stored
    rows = min(experiment.walkers, cores() * LANDSCAPES[experiment.landscape].block_rows(d))
    on_the_slice = 2 * rows * (d + a) * (a < d)
    return DOUBLE * (2 * min(experiment.walkers, cores()) * d + on_the_slice)


def _bytes_of_measures(experiment: Experiment) -> float:
    """Distances, outcomes with the Hessian of one walker, of all where they are diagonal, or maps."""
    # Late: `--version` needs the names of this module, and no more.
    from sim.hessian import DENSE_LIMIT
    from sim.landscape import Dense, Diagonal

    landscape, settings = LANDSCAPES[experiment.landscape], experiment.settings
    n, d, a = float(experiment.walkers), experiment.size, experiment.stored
    compared = min(n, COMPARED)
    distances = max(DOUBLE * compared * (3 * a + 5 * compared), _bytes_of_maps(experiment))
    if d < experiment.dim:  # no Hessian is looked at
        return max(distances, DOUBLE * 2 * n * d)
    if isinstance(landscape.hessian, Dense) and a > DENSE_LIMIT:
        return max(distances, _bytes_of_products(experiment))
    outcomes = max(DOUBLE * n * a + _bytes_of_all_data(experiment), DOUBLE * 2 * n * (d + a))
    at_once = n if isinstance(landscape.hessian, Diagonal) else 1.0
    return max(distances, outcomes + at_once * landscape.hessian.scratch_bytes(a, d, settings))


def _bytes_of_maps(experiment: Experiment) -> float:
    """Those that are kept, and what is looked at at a time: points with their gradients, and walkers."""
    from sim.landscape import Diagonal
    from sim.maps.atlas import bytes_kept
    from sim.maps.sheet import numbers_at_a_time
    from sim.maps.ways import bytes_of_search

    d, is_diagonal = experiment.size, isinstance(LANDSCAPES[experiment.landscape].hessian, Diagonal)
    search = 0.0 if is_diagonal else bytes_of_search(experiment.stored)
    return bytes_kept(experiment.walkers, d) + search + DOUBLE * 3 * numbers_at_a_time(d)


def _bytes_of_all_data(experiment: Experiment) -> float:
    """Where the loss is of a part of the data: the rest of it, and copies and gradients of all walkers."""
    landscape, settings = LANDSCAPES[experiment.landscape], experiment.settings
    n, d, a = float(experiment.walkers), experiment.dim, experiment.active
    if not landscape.whole or landscape.whole(settings) == settings:
        return 0.0
    return landscape.packed_bytes(d, settings) + DOUBLE * n * (2 * d + a)


def _bytes_of_products(experiment: Experiment) -> float:
    """Of Hessians that are known by their products, with a run's work.

    Outcomes have half of it for each of two questions, and copies of all that they look at; the signs, half
    and copies of a sample; a spectrum has all of it, for one walker.
    """
    from sim.hessian.quadrature import least_work, scratch_bytes
    from sim.landscape import Banded

    landscape, settings = LANDSCAPES[experiment.landscape], experiment.settings
    n, d, a = float(experiment.walkers), experiment.dim, experiment.active
    problem = landscape.build(d, experiment.seed, **settings)
    looked_at = max(1.0, min(n, MOST_WORK / (2.0 * least_work(problem, a))))
    outcomes = _bytes_of_all_data(experiment) + DOUBLE * 2 * looked_at * (d + a)
    sample = DOUBLE * min(n * d, max(2.0 * d, SAMPLED))
    shared, alone = (scratch_bytes(problem, a, share * MOST_WORK) for share in (0.5, 1.0))
    hessian = landscape.hessian
    ordering = hessian.ordering(a, d, settings) if isinstance(hessian, Banded) else 0.0
    return max(max(outcomes, sample) + max(shared, ordering), DOUBLE * d + alone)


def readable_bytes(count: float) -> str:
    """`1.5 GB`, in powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB", "EB"):
        if count < 1000.0 or unit == "EB":
            return f"{count:.3g} {unit}"
        count /= 1000.0
    raise AssertionError("unreachable")


def require_memory(experiment: Experiment) -> None:
    """Raise BadInput, with the bytes it needs, for an experiment that does not fit into free memory."""
    lighter = LANDSCAPES[experiment.landscape].lighter(experiment.settings)
    require_bytes(
        bytes_needed(experiment), f"fewer dimensions or walkers, or {lighter or 'a smaller landscape'}"
    )


def require_bytes(needed: float, accepted: str) -> None:
    """Raise BadInput for what would take more than is free, with what would take less."""
    if needed < ALWAYS_FREE:
        return
    import psutil

    free = SHARE * psutil.virtual_memory().available
    if needed > free:
        raise BadInput(MEMORY, f"{readable_bytes(needed)} needed, {readable_bytes(free)} free", accepted)
