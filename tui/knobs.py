"""How each parameter of an experiment turns under the arrow keys, and the dimension dial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sim.errors import BadInput
from sim.experiment import GIANT, Experiment
from sim.memory import require_memory
from sim.parameters import Choice, Value, neighbour
from sim.ranges import RANGES
from sim.registry import LANDSCAPES, OPTIMIZERS, SCHEDULES, STARTS, Registry
from tui.actions import GIANTS, page_number
from tui.formats import brief_whole, whole

REGISTRIES: dict[str, Registry[Any]] = {
    "landscape": LANDSCAPES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "starts": STARTS,
}
"""Where the names come from that these parameters may have."""

ANEW = "; a change starts anew"

HELP = {
    "landscape": "what the walkers descend" + ANEW,
    "optimizer": "the rule that moves the walkers" + ANEW,
    "schedule": "how the learning rate changes from step to step",
    "starts": "where the walkers begin" + ANEW,
}

COUNTED = {
    "active_dim": "how many directions are open",
    "dim": "how many dimensions",
    "giant_dim": "how many dimensions the exact laws have that need no walkers",
    "walkers": "how many walkers",
    "seed": "decides the landscape and the starts",
}
"""The whole numbers."""


class Group(NamedTuple):
    """Parameters that belong together, under a heading or none."""

    names: tuple[str, ...]
    heading: str = ""


def groups(experiment: Experiment, cohort: int) -> list[Group]:
    """All parameters of an experiment, with those of one cohort, in the order of the parameter panel."""
    rule = experiment.cohorts[cohort]
    own = [parameter.name for parameter in rule.rule.parameters]
    timetable = [parameter.name for parameter in rule.timetable.parameters]
    heading = f"cohort {cohort + 1} of {len(experiment.cohorts)} · {rule.optimizer}"
    return [
        Group(("landscape", "active_dim", "dim", "giant_dim", "walkers", "seed")),
        Group(("optimizer", *own, "schedule", *timetable), heading),
        *([Group(tuple(experiment.settings))] if experiment.settings else []),
        Group(("starts", *experiment.starts_settings)),
    ]


def turned(experiment: Experiment, name: str, up: bool, cohort: int) -> Experiment:
    """The experiment with `name` one press further, or the same at the end of its range."""
    if name in REGISTRIES:
        return _worded(experiment, name, lambda word: REGISTRIES[name].after(word, up), cohort)
    if name == "active_dim":
        return experiment.with_value(name, _opened(experiment, up))
    if name == "dim":
        return _resized(experiment, up)
    if name == "giant_dim":
        return experiment.with_value(name, _grown(experiment, up))
    if name not in KNOBS:
        declared = experiment.declared(name, cohort)
        if isinstance(declared, Choice):
            return _worded(experiment, name, lambda word: declared.turned(word, up), cohort)
        return experiment.turned(name, up, cohort)
    try:
        return experiment.with_value(name, KNOBS[name](getattr(experiment, name), up))
    except BadInput:
        return experiment  # the end of the range


def _resized(experiment: Experiment, up: bool) -> Experiment:
    """The experiment in the next dimension that its landscape comes in; the same at the end."""
    dim, found = experiment.dim, experiment
    try:
        while found.dim == experiment.dim and dim != (dim := next_dim(dim, up)):
            found = experiment.with_value("dim", dim)
    except BadInput as mistake:
        if mistake.where != "dim":  # another parameter does not go with that dimension
            raise
        return experiment
    return found if (found.dim > experiment.dim) == up else experiment


def next_value(experiment: Experiment, name: str, up: bool, cohort: int) -> Value:
    """The value of a parameter one press further, in its own range, before the experiment has been asked."""
    if name in KNOBS:
        return max(1, KNOBS[name](getattr(experiment, name), up))
    return experiment.declared(name, cohort).turned(experiment.values(cohort)[name], up)


def _opened(experiment: Experiment, up: bool) -> int:
    """How many directions are open one press further, of those that there are."""
    return max(1, min(next_dim(experiment.active, up), experiment.dim))


def _worded(experiment: Experiment, name: str, after: Callable[[str], str], cohort: int) -> Experiment:
    """The experiment with the next word; those that it cannot take are passed over."""
    following = str(experiment.values(cohort)[name])
    tried, refusal = {following}, None
    while (following := after(following)) not in tried:
        tried.add(following)
        try:
            found = experiment.with_value(name, following, cohort)
            require_memory(found)
        except BadInput as mistake:
            refusal = refusal or mistake
        else:
            return found
    if refusal:
        raise refusal
    return experiment


def _grown(experiment: Experiment, up: bool) -> int:
    """The dimension of the exact laws one press further, between that of the walkers and the largest."""
    return max(experiment.dim, min(next_dim(experiment.giant, up), RANGES["dim"][1]))


def dialled(experiment: Experiment, up: bool) -> tuple[str, int]:
    """What one press of the dimension dial sets, and to what.

    It opens and closes directions of the landscape that is there, and stops where all are open; only from
    there does it go on to a landscape of more dimensions, and where none has room, to dimensions without
    walkers, from `GIANT` on. It comes back the same way. A landscape that is drawn along its walkers has room
    in all dimensions, and is drawn anew.
    """
    if experiment.giant > experiment.dim:
        giant = _grown(experiment, up)
        return "giant_dim", giant if up or giant >= GIANT else experiment.dim
    if LANDSCAPES[experiment.landscape].subspace:
        return "dim", _resized(experiment, up).dim
    if not up or experiment.active < experiment.dim:
        return "active_dim", _opened(experiment, up)
    if LANDSCAPES.is_file(experiment.landscape):  # whose dimension is the engine's to try
        return "dim", next_dim(experiment.dim, up)
    larger = _resized(experiment, up)
    if larger.dim > experiment.dim and has_room(larger):
        return "dim", larger.dim
    return "giant_dim", max(GIANT, _grown(experiment, up))


def has_room(experiment: Experiment) -> bool:
    """Whether memory holds it."""
    try:
        require_memory(experiment)
    except BadInput:
        return False
    return True


def past_memory(before: Experiment, now: Experiment) -> str:
    """What the dial says where it goes on without walkers; "" where it did not."""
    if now.giant == now.dim or before.giant > before.dim:
        return ""
    larger = _resized(before, up=True).dim > before.dim
    why = "no memory holds walkers there" if larger else f"{now.landscape} takes no walkers there"
    return f"{brief_whole(now.giant)} dimensions: {why}; {_page()} draws and streams their exact laws"


def of_giants(now: Experiment) -> str:
    """What the person at the keyboard should know of another dimension of the exact laws."""
    if now.giant == now.dim:
        return f"{_page()} is about the walkers' own {whole(now.dim)} dimensions again"
    walkers = f"the walkers keep their {whole(now.dim)}"
    return f"{_page()} is about {brief_whole(now.giant)} dimensions; {walkers}"


def _page() -> str:
    return f"page {page_number(GIANTS)}"


def help_of(experiment: Experiment, name: str, cohort: int) -> str:
    """What a parameter is, and what it accepts, in one line."""
    if name in HELP:
        return HELP[name]
    live = {
        "active_dim": f"a whole number from 1 to {whole(experiment.dim)}",
        "giant_dim": f"from {brief_whole(experiment.dim)} to {brief_whole(RANGES['dim'][1])}",
    }
    if name in COUNTED:
        accepted = f"a whole number from {RANGES[name][0]}{ANEW}" if name in RANGES else live[name]
        return f"{COUNTED[name]}, {accepted}"
    found = experiment.declared(name, cohort)
    return f"{found.help}; {found.accepted}"


def next_dim(dim: int, up: bool) -> int:
    """1, 2, 3, 4, 5, 10, 20, 50, 100, ..."""
    if dim + up <= 5:
        return dim + (1 if up else -1)
    return int(neighbour(dim, up))


def next_power(count: int, up: bool) -> int:
    """1, 2, 4, 8, ..."""
    return 1 << count.bit_length() if up else (1 << (count - 1).bit_length()) >> 1


KNOBS: dict[str, Callable[[int, bool], int]] = {
    "dim": next_dim,
    "walkers": next_power,
    "seed": lambda seed, up: seed + (1 if up else -1),
}
"""The knobs that no landscape, rule or kind of starts declares."""
