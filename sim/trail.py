"""How walkers came where they are: from the starts of an experiment, with what was changed on the way.

The same experiment gives the same bits, so that whoever goes the trail again, with the same changes at the
same steps, arrives at the same walkers, with all that was recorded on the way.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import msgspec

from sim.changes import lay_out_anew, move_alike
from sim.commands import Become, Graft, RemoveCohort, Set
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.registry import LANDSCAPES

Change = Set | Become | RemoveCohort | Graft
"""What walkers go on through; with any other command they begin anew."""

Step = tuple[int, Change]
"""A change, after the step at which it was made."""

CHANGES: Mapping[str, type[Change]] = {kind.__name__: kind for kind in (Set, Become, RemoveCohort, Graft)}

WHAT = "trail"
"""Where the mistakes of a trail are."""


@dataclass(frozen=True)
class Trail:
    """From step 0 of an experiment to `step`, each of the `changes` made once its step was taken.

    `losses` is a mark of the walkers' losses at the end, of every cohort: other bits have another one.
    """

    begun: Experiment
    changes: tuple[Step, ...] = ()
    step: int = 0
    losses: str = ""

    def changed(self, step: int, change: Change) -> Trail:
        """The trail with one more change, at its end.

        Who holds a key down while nothing moves makes one change: an entry that is set again at the same step
        is set once, and not at all where it comes to be what it was. Raises BadInput.
        """
        after, changes, experiments = _after(self.experiment, change), self.changes, self.experiments
        if changes and _sets_again(changes[-1], (step, change)):
            before, now = experiments[-2:]
            if _comes_to_the_same(before, now, after, change):
                changes, experiments = changes[:-1], experiments[:-1]
                if after == before:
                    return _through(self, changes, experiments)
        return _through(self, (*changes, (step, change)), (*experiments, after))

    def arrived(self, step: int, losses: str) -> Trail:
        """The same changes, and another end."""
        return _through(replace(self, step=step, losses=losses), self.changes, self.experiments)

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment that was begun, and what each change made of it. Raises BadInput."""
        found = [self.begun]
        for _, change in self.changes:
            found.append(_after(found[-1], change))
        return tuple(found)

    @property
    def experiment(self) -> Experiment:
        """What it has become."""
        return self.experiments[-1]

    @cached_property
    def is_steady(self) -> bool:
        """Whether all steps were taken as the next one will be, and along directions open from the start.

        What theory says of some steps holds for no others.
        """
        now, ends = self.experiment, [step for step, _ in self.changes]
        lasted = zip(self.experiments, [0, *ends], ends, strict=False)  # but for the present one
        under = [experiment for experiment, begun, ended in lasted if ended > begun]
        return self.begun.active == now.active and all(move_alike(each, now) for each in reversed(under))

    def to_data(self) -> dict[str, Any]:
        """What `from_data` restores, for JSON."""
        changes = [
            [step, type(change).__name__, msgspec.to_builtins(change)] for step, change in self.changes
        ]
        begun = msgspec.to_builtins(self.begun)
        return {"begun": begun, "changes": changes, "step": self.step, "losses": self.losses}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Trail:
        """The trail in a decoded document. Raises BadInput for one that nobody can go."""
        try:
            changes = tuple((step, _change(name, entries)) for step, name, entries in data["changes"])
            trail = cls(Experiment.from_data(data["begun"]), changes, data["step"], data["losses"])
            steps = [0, *(step for step, _ in changes), trail.step]
            in_order = all(type(step) is int for step in steps) and steps == sorted(steps)
            now = trail.experiment
        except (KeyError, TypeError, ValueError) as mistake:
            if isinstance(mistake, BadInput):
                raise
            raise BadInput(WHAT, f"cannot be read: {mistake}", "what Trail.to_data made") from None
        if not in_order:
            raise BadInput(WHAT, "steps are not in their order", "whole numbers from 0, none below the last")
        now.check_steps(trail.step)
        return trail


def _change(name: str, entries: object) -> Change:
    return msgspec.convert(entries, CHANGES[name])


def _through(trail: Trail, changes: tuple[Step, ...], experiments: tuple[Experiment, ...]) -> Trail:
    """Other changes, with what is known of what each made: with thousands, to find out anew takes long."""
    found = replace(trail, changes=changes)
    found.__dict__["experiments"] = experiments  # where `cached_property` keeps it
    return found


def _sets_again(last: Step, new: Step) -> bool:
    """Whether both set the same entry, at the same step."""
    (before, old), (step, change) = last, new
    if before != step or not (isinstance(old, Set) and isinstance(change, Set)):
        return False
    return (old.name, old.cohort) == (change.name, change.cohort)


def _comes_to_the_same(before: Experiment, middle: Experiment, after: Experiment, change: Change) -> bool:
    """Whether a change leads from `before` to what it made of `middle`, for the walkers, too.

    A rule forgets what it knew of a direction that is locked in between, and whoever stands on a surface is
    brought back onto it, and rounded, each time that the landscape becomes another one.
    """
    bound = LANDSCAPES[before.landscape].constraint and lay_out_anew(before, middle)
    if bound or not before.active == middle.active == after.active:
        return False
    with contextlib.suppress(BadInput):
        return _after(before, change) == after
    return False


def _after(experiment: Experiment, change: Change) -> Experiment:
    match change:
        case Set(name, value, cohort):
            return experiment.with_value(name, value, cohort)
        case Become(other):
            return other
        case RemoveCohort(place):
            return experiment.without_cohort(place)
        case Graft(count):
            return experiment.grafted(count)
