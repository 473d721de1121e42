"""What it means for the walkers that an experiment has become another one."""

from __future__ import annotations

from sim.experiment import Experiment
from sim.memory import bytes_needed, require_memory
from sim.parameters import Value
from sim.registry import LANDSCAPES
from sim.words import grouped

BEGUN_ANEW = ("landscape", "dim", "walkers", "starts", "starts_parameters", "seed")
"""Entries of an experiment that need new starts; the others change under the walkers."""

LAID_OUT = ("landscape", "dim", "seed")
"""Entries that the landscape is drawn from, with its settings."""

MOVING = tuple(name for name in Experiment.__struct_fields__ if name != "giant_dim")
"""Entries that decide where walkers go."""


def begin_anew(before: Experiment, now: Experiment) -> bool:
    """Whether the walkers have to begin again."""
    rules = [[cohort.optimizer for cohort in each.cohorts] for each in (before, now)]
    if rules[0] != rules[1] or any(getattr(now, e) != getattr(before, e) for e in BEGUN_ANEW):
        return True
    return _frame(before) != _frame(now)


def _frame(experiment: Experiment) -> tuple[int, Value] | None:
    """What the coordinates of a landscape that is drawn along its walkers depend on, beside the entries."""
    subspace = LANDSCAPES[experiment.landscape].subspace
    return (experiment.size, experiment.settings[subspace.walkers]) if subspace else None


def lay_out_anew(before: Experiment, now: Experiment) -> bool:
    """Whether the landscape has to be drawn again."""
    return now.settings != before.settings or any(getattr(now, e) != getattr(before, e) for e in LAID_OUT)


def move_alike(one: Experiment, other: Experiment) -> bool:
    """Whether walkers take the same steps under both: `giant_dim` alone moves none."""
    if all(getattr(one, entry) == getattr(other, entry) for entry in MOVING):
        return True  # at once: a key that is held leaves hundreds of them
    if begin_anew(one, other) or lay_out_anew(one, other) or one.active != other.active:
        return False
    rules = ((cohort.schedule, one.hyperparameters_of(k)) for k, cohort in enumerate(one.cohorts))
    others = ((cohort.schedule, other.hyperparameters_of(k)) for k, cohort in enumerate(other.cohorts))
    return all(rule == of_other for rule, of_other in zip(rules, others, strict=True))


def require_room(before: Experiment, now: Experiment) -> None:
    """Raise BadInput where a change does not fit into free memory beside what is there.

    One that goes on with what is there, and needs no more, is never refused.
    """
    if begin_anew(before, now) or bytes_needed(now) > bytes_needed(before):
        require_memory(now)


def in_words(before: Experiment, now: Experiment) -> str:
    """What the person at the keyboard should know of a change; nothing where the screen shows it."""
    if not begin_anew(before, now):
        return (
            f"{grouped(now.active)} of {grouped(now.dim)} directions are open"
            if now.active != before.active
            else ""
        )
    dimensions = f"{grouped(now.dim)} dimension{'s' if now.dim > 1 else ''}"
    rebuilt = f"rebuilt in {dimensions}{_other_words(before, now)}; " if now.dim != before.dim else ""
    return f"{rebuilt}started again from step 0{_suggested(before, now)}"


def grafted_in_words(before: Experiment, now: Experiment, parts: str) -> str:
    """What was grafted, and a learning rate that is another one now because nobody chose it."""
    follows = now.suggested_lr != before.suggested_lr and "lr" not in now.hyper
    lr = f"; lr {now.suggested_lr:g}, as suggested here" if follows else ""
    return f"grafted {parts} onto each: {grouped(now.dim)} dimensions{lr}"


def _other_words(before: Experiment, now: Experiment) -> str:
    """Names a default that is another word in another dimension: then it is another kind of landscape."""
    if now.landscape != before.landscape:
        return ""
    words = (name for name, value in now.settings.items() if isinstance(value, str))
    chosen = {**before.parameters, **now.parameters}
    other = [f", {name} {now.settings[name]}" for name in words
             if now.settings[name] != before.settings[name] and name not in chosen]  # fmt: skip
    return "".join(other)


def _suggested(before: Experiment, now: Experiment) -> str:
    """Says when a learning rate that somebody chose has given way to a suggested one."""
    if any("lr" in c.hyper for c in before.cohorts) and not any("lr" in c.hyper for c in now.cohorts):
        return f"; lr {now.suggested_lr:g}, as suggested here" if now.suggested_lr else ""
    return ""
