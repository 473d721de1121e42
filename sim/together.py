"""Which entries of an experiment do not go together, though each may be what it is."""

from __future__ import annotations

from sim.cohort import MOST_COHORTS, Cohort
from sim.errors import BadInput
from sim.landscape import Landscape
from sim.ranges import RANGES, shown

UNIFORM, NORMAL = "uniform", "normal"
"""Starts where none are named, and those of a landscape that is drawn along them."""


def own_starts(landscape: Landscape) -> str:
    """The starts of an experiment that names none."""
    return NORMAL if landscape.subspace else UNIFORM


def check_cohorts(cohorts: tuple[Cohort, ...], name: str, landscape: Landscape) -> None:
    """Refuse too many, rules that the landscape called `name` refuses, and followers of nobody."""
    if len(cohorts) > MOST_COHORTS:
        raise BadInput("cohort", f"{len(cohorts)} are too many", f"1 to {MOST_COHORTS}")
    for cohort in cohorts:
        for trait, reason in landscape.refuses.items():
            if trait in cohort.rule.traits:
                what = f"{cohort.optimizer} {trait}; on {name}, {reason}"
                raise BadInput("optimizer", what, "another optimizer or landscape")
        leader = cohort.follows
        if leader is None:
            continue
        if not 0 <= leader < len(cohorts) or cohorts[leader].follows is not None:
            what = f"{cohort.optimizer} has nobody to follow as cohort {leader + 1}"
            raise BadInput("of", what, "the number of a cohort that has a rule of its own")


def check_active(active: int | None, dim: int, name: str, landscape: Landscape) -> None:
    """Refuse more directions than there are, and fewer where all are needed."""
    if active is None:
        return
    if type(active) is not int or not 1 <= active <= dim:
        raise BadInput("active_dim", f"{active!r} is out of range", f"a whole number from 1 to {dim}")
    if active < dim and landscape.subspace is not None:
        what = f"{name} is drawn along its walkers, and has no coordinates to lock"
        raise BadInput("active_dim", what, f"{dim}, all of them")
    if active < dim and landscape.constraint is not None:
        what = f"{name} keeps its walkers on a surface that all directions share"
        raise BadInput("active_dim", what, f"{dim}, all of them")


def check_starts(starts: str, name: str, landscape: Landscape) -> None:
    """A landscape that is drawn along its walkers knows where they start."""
    if landscape.subspace and starts != NORMAL:
        what = f"{name} is drawn along walkers that start normally distributed"
        raise BadInput("starts", f"{what}; {starts} would be others", NORMAL)


def check_giant(giant: int | None, dim: int) -> None:
    """Refuse a dimension of the exact laws below the walkers' own, or beyond all."""
    if giant is not None and (type(giant) is not int or not dim <= giant <= RANGES["dim"][1]):
        raise BadInput("giant_dim", f"{shown(giant)} is out of range", larger(dim))


def larger(dim: int) -> str:
    """What `giant_dim` may be, in words."""
    return f"a whole number from {dim} to {RANGES['dim'][1]:.3g}"
