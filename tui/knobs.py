"""How each parameter of an experiment turns under the arrow keys."""

from __future__ import annotations

from collections.abc import Callable

from sim.errors import BadInput
from sim.experiment import RANGES, Experiment
from sim.parameters import neighbour
from sim.registry import LANDSCAPES, OPTIMIZERS

HELP = {
    "landscape": "what the walkers descend",
    "optimizer": "the rule that moves them",
    "dim": "how many dimensions",
    "walkers": "how many walkers",
    "seed": "decides the landscape and the starts",
}


def groups(experiment: Experiment) -> list[list[str]]:
    """The names of all parameters, in the groups of the parameter panel."""
    return [
        ["landscape", "optimizer"],
        ["dim", "walkers", "seed"],
        list(experiment.hyperparameters),
        list(experiment.settings),
    ]


def turned(experiment: Experiment, name: str, up: bool) -> Experiment:
    """The experiment with `name` one press further, or the same at the end of its range."""
    turn = KNOBS.get(name)
    if turn is None:
        return experiment.turned(name, up)
    try:
        return experiment.with_value(name, turn(experiment.values()[name], up))
    except BadInput:
        if name in RANGES:
            return experiment  # the end of the range
        raise


def help_of(experiment: Experiment, name: str) -> str:
    """What a parameter is, and what it accepts, in one line."""
    if name in HELP:
        bounds = f", a whole number from {RANGES[name][0]}" if name in RANGES else ""
        return f"{HELP[name]}{bounds}; a change starts anew"
    found = experiment.declared(name)
    return f"{found.help}; {found.accepted}"


def next_dim(dim: int, up: bool) -> int:
    """1, 2, 3, 4, 5, 10, 20, 50, 100, ..."""
    if dim + up <= 5:
        return dim + (1 if up else -1)
    return int(neighbour(dim, up))


def next_power(count: int, up: bool) -> int:
    """1, 2, 4, 8, ..."""
    return 1 << count.bit_length() if up else (1 << (count - 1).bit_length()) >> 1


KNOBS: dict[str, Callable[..., object]] = {
    "landscape": LANDSCAPES.after,
    "optimizer": OPTIMIZERS.after,
    "dim": next_dim,
    "walkers": next_power,
    "seed": lambda seed, up: seed + (1 if up else -1),
}
"""The knobs that no landscape or optimizer declares."""
