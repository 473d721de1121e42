"""What it means for the walkers that an experiment has become another one."""

from __future__ import annotations

from sim.experiment import Experiment

BEGUN_ANEW = ("landscape", "dim", "walkers", "starts", "starts_parameters", "seed")
"""Entries of an experiment that need new starts; the others change under the walkers."""

LAID_OUT = ("landscape", "dim", "seed")
"""Entries that the landscape is drawn from, with its settings."""


def begin_anew(before: Experiment, now: Experiment) -> bool:
    """Whether the walkers have to begin again."""
    rules = [[cohort.optimizer for cohort in each.cohorts] for each in (before, now)]
    return rules[0] != rules[1] or any(getattr(now, e) != getattr(before, e) for e in BEGUN_ANEW)


def lay_out_anew(before: Experiment, now: Experiment) -> bool:
    """Whether the landscape has to be drawn again."""
    return now.settings != before.settings or any(getattr(now, e) != getattr(before, e) for e in LAID_OUT)


def in_words(before: Experiment, now: Experiment) -> str:
    """What the person at the keyboard should know of a change; nothing where the screen shows it."""
    if not begin_anew(before, now):
        return f"{now.active} of {now.dim} directions are open" if now.active != before.active else ""
    rebuilt = f"rebuilt in {now.dim} dimensions; " if now.dim != before.dim else ""
    return f"{rebuilt}started again from step 0{_suggested(before, now)}"


def _suggested(before: Experiment, now: Experiment) -> str:
    """Says when a learning rate that somebody chose has given way to a suggested one."""
    if any("lr" in c.hyper for c in before.cohorts) and not any("lr" in c.hyper for c in now.cohorts):
        return f"; lr {now.suggested_lr:g}, as suggested here" if now.suggested_lr else ""
    return ""
