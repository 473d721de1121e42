"""What distances are on surfaces that are not flat, or close on themselves."""

from __future__ import annotations

from sim.registry import LANDSCAPES
from sim.snapshot import Snapshot
from tui.formats import whole
from tui.panels import _cohorts


def method(snapshot: Snapshot) -> tuple[str, ...]:
    """Of which cohort they are where there are several, and what they are, in ever fewer words."""
    return _cohorts.method(_cohorts.name(snapshot), *kinds(snapshot))


def kinds(snapshot: Snapshot) -> tuple[str, ...]:
    """What the distances are, where that has to be said."""
    experiment = snapshot.experiment
    constraint = LANDSCAPES[experiment.landscape].constraint
    if constraint and constraint.codimension:
        return ("chords through the sphere", "chords")
    if experiment.settings.get("period"):
        return ("in the plane, not round the torus", "in the plane", "plane")
    return ()


def compared(snapshot: Snapshot, walkers: int) -> str:
    """How many walkers the numbers are of."""
    of = snapshot.experiment.walkers
    return f"{whole(walkers)} of {whole(of)} walkers" if walkers < of else f"{whole(walkers)} walkers"
