"""What an optimizer declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sim.kernel import UpdateKernel
from sim.landscape import Scales
from sim.parameters import Numbers, Parameter


class Trait(StrEnum):
    """What a rule does that some landscapes do not allow (`Landscape.refuses`)."""

    COORDINATEWISE = "treats each coordinate by itself"
    DECAYS = "pulls the weights towards 0"
    NOISY = "adds noise of its own"
    FOLLOWS = "follows another cohort"


@dataclass(frozen=True)
class Optimizer:
    """One file of `sim/optimizers`: an update rule over a block of walkers.

    The kernel reads its hyperparameters from `hyper[h]` in the order (lr, *parameters) and keeps
    `slots` arrays of state a walker, zero at the start. `suggest(scales)` is a learning rate that suits
    a landscape: an optimizer's own default suits nothing. Where `suggest` is None the rule has no learning
    rate, and `hyper` holds its own parameters alone.

    `stable_below(settings)` is the product lr × λ below which the rule is stable along a direction of
    curvature λ > 0: on a parabola its walkers come to rest below it and leave for infinity above it. Where it
    is None no such product decides, as where each coordinate's step is divided by the size of its own
    gradients. `plain` says that a step is −lr g and nothing else.

    A rule with the trait FOLLOWS is told before every step how far its paired walker went in that step:
    the driver writes the length into `slots[0, i, 0]`.
    """

    title: str
    formula: str
    update: UpdateKernel
    slots: int
    suggest: Callable[[Scales], float] | None
    own_parameters: tuple[Parameter, ...] = ()
    traits: frozenset[Trait] = frozenset()
    stable_below: Callable[[Numbers], float] | None = None
    plain: bool = False

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The learning rate (0 here: unset, each landscape suggests one), then the rule's own."""
        return (LEARNING_RATE, *self.own_parameters) if self.suggest else self.own_parameters


LEARNING_RATE = Parameter("lr", 0.0, "learning rate", low=0.0, open_low=True)
