"""What a census of a torus takes, and how many critical points a second a hunt goes to."""

from __future__ import annotations

import numpy as np

from sim import LANDSCAPES, census, hunt
from sim.blas import one_blas_thread

from ..row import Result, Row
from ..timing import Action, medians, of_one_core, per


def censuses(repetitions: int) -> Result:
    """All critical points of a torus of period 5 in three and four dimensions, in seconds."""
    actions, facts = dict[str, Action](), {}
    for dim in (3, 4):
        problem = LANDSCAPES["gaussian-field"].build(dim, period=5.0)
        with one_blas_thread:
            found = census(problem)
        if not found.complete:
            raise AssertionError("the census is not complete")
        facts[f"d_{dim}"] = {"points": len(found.points), "starts": found.points.starts}
        actions[f"d_{dim}"] = lambda problem=problem: census(problem)
    with one_blas_thread:
        taken = medians({name: of_one_core(action) for name, action in actions.items()}, repetitions)
    return Result(repetitions, per(taken, 1, 1.0, "s"), facts=facts)


def hunts(repetitions: int) -> Result:
    """Starts a second that a hunt follows to their end, of which some end nowhere."""
    actions, facts, rates = dict[str, Action](), {}, {}
    for name, dim, count in (("rastrigin", 100, 400), ("gaussian-field", 10, 40), ("gaussian-field", 100, 4)):
        problem, label = LANDSCAPES[name].build(dim), f"{name}_{dim}".replace("-", "_")
        x = np.random.default_rng(0).uniform(*problem.box, (count, dim))
        with one_blas_thread:
            found = hunt(problem, x)
        if not len(found):
            raise AssertionError("nothing was found")
        facts[label] = {"starts": count, "points": len(found), "ended_nowhere": found.failed}
        actions[label] = lambda problem=problem, x=x: hunt(problem, x)
    with one_blas_thread:
        taken = medians({label: of_one_core(action) for label, action in actions.items()}, repetitions)
    for label, seconds in taken.items():
        rates[f"{label}_starts_per_s"] = facts[label]["starts"] / seconds
        rates[f"{label}_points_per_s"] = facts[label]["points"] / seconds
    return Result(repetitions, rates, facts=facts)


ROWS = (
    Row("censuses", "all critical points of a torus of period 5, d = 3 and 4", censuses, 5),
    Row("hunts", "critical points hunted from places in the box", hunts, 5),
)
