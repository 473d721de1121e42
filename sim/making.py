"""What a simulation is made of: a landscape that is built, kernels that are compiled, where walkers begin."""

from __future__ import annotations

from collections.abc import Callable

from sim.arrays import Floats, np
from sim.errors import KernelFailure
from sim.experiment import Experiment
from sim.landscape import Problem
from sim.registry import LANDSCAPES, STARTS
from sim.rng import fill_uniform
from sim.walkers import kernels

Progress = Callable[[str], None]
"""Is told in a few words what takes long."""


def built(experiment: Experiment, tell: Progress) -> Problem:
    """The landscape, with its random parts drawn."""
    tell("building")
    landscape = LANDSCAPES[experiment.landscape]
    problem = landscape.build(experiment.dim, experiment.seed, **experiment.settings)
    problem.parameters  # noqa: B018 - asking draws the random parts
    tell("starting")
    return problem


def compile_for(experiment: Experiment, problem: Problem, tell: Progress) -> None:
    """Have ready what moves these cohorts; settings may have chosen another kernel. Raises KernelFailure."""
    moving = (kernel for cohort in experiment.cohorts for kernel in kernels(problem, cohort))
    needed = dict.fromkeys((fill_uniform, *moving))
    for number, kernel in enumerate(needed, start=1):
        if kernel.is_compiled:
            continue
        tell(f"compiling {number} of {len(needed)}")
        try:
            kernel.compiled  # noqa: B018 - asking compiles
        except Exception as error:
            first_line = str(error).strip().partition("\n")[0]
            raise KernelFailure(f"{kernel.name} does not compile: {first_line}") from error
        tell("starting")


def where_they_began(problem: Problem, experiment: Experiment, count: int | None = None) -> Floats:
    """The positions (count, dim) at step 0 of the first walkers, or of all; on the surface, if any."""
    starts = drawn_starts(problem, experiment, count)
    if problem.landscape.constraint:
        problem.landscape.constraint.retract(starts)
    return starts


def drawn_starts(problem: Problem, experiment: Experiment, count: int | None = None) -> Floats:
    """Where the first walkers begin, or all, (count, dim): at the same place along locked directions."""
    count = experiment.walkers if count is None else min(count, experiment.walkers)
    drawn = np.empty((count, experiment.stored))
    start = STARTS[experiment.starts]
    start.draw(problem, experiment.seed, experiment.starts_settings, drawn)
    if not STARTS.is_file(experiment.starts):
        problem.from_box(drawn)
    if experiment.active == experiment.dim:
        return drawn
    starts = np.empty((count, experiment.dim))
    starts[:] = problem.resting()
    starts[:, : experiment.active] = drawn
    return starts
