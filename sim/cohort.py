"""One of the rules that are compared on the same landscape, from the same starts."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sim.errors import BadInput
from sim.landscape import Scales
from sim.optimizer import Optimizer, Trait
from sim.parameters import Parameter, settled
from sim.registry import OPTIMIZERS, SCHEDULES
from sim.schedule import Schedule

MOST_COHORTS = 4

CONSTANT = "constant"
"""The schedule of whoever names none."""


class Cohort(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An optimizer with its settings.

    `hyper` is sparse: what is not named keeps its default, and the learning rate is the one that suits the
    landscape. It holds the parameters of the schedule, too. Mistakes raise BadInput.
    """

    optimizer: str = "gd"
    hyper: dict[str, float] = {}
    schedule: str = CONSTANT

    def __post_init__(self) -> None:
        for name, kind in (("optimizer", str), ("hyper", dict), ("schedule", str)):
            if not isinstance(getattr(self, name), kind):
                found = f"{getattr(self, name)!r} is not a {kind.__name__}"
                raise BadInput(name, found, f"a {kind.__name__}")
        msgspec.structs.force_setattr(self, "hyper", dict(self.hyper))  # nobody else's
        OPTIMIZERS.find(self.optimizer)
        SCHEDULES.find(self.schedule)
        if self.schedule != CONSTANT and not self.rule.suggest:
            raise BadInput("schedule", f"{self.optimizer} has no learning rate to schedule", CONSTANT)

    @property
    def rule(self) -> Optimizer:
        """The optimizer's declaration."""
        return OPTIMIZERS[self.optimizer]

    @property
    def timetable(self) -> Schedule:
        """The schedule's declaration."""
        return SCHEDULES[self.schedule]

    @property
    def declared(self) -> tuple[Parameter, ...]:
        """The parameters of the rule, in the order of its kernel, then those of the schedule."""
        return (*self.rule.parameters, *self.timetable.parameters)

    @property
    def follows(self) -> int | None:
        """The place of the cohort whose step lengths it takes, from 0; None for a rule of its own."""
        if Trait.FOLLOWS not in self.rule.traits:
            return None
        return int(settled(self.declared, self.hyper, 1)["of"]) - 1

    def suggested_lr(self, scales: Scales) -> float | None:
        """The learning rate that suits a landscape, to two digits; None for a rule that has none."""
        suggest = self.rule.suggest
        return None if suggest is None else float(f"{suggest(scales):.2g}")

    def settings(self, scales: Scales, dim: int) -> dict[str, float]:
        """Every parameter of the rule and of the schedule with its value, defaults included."""
        lr = self.suggested_lr(scales)
        return settled(self.declared, self.hyper if lr is None else {"lr": lr, **self.hyper}, dim)

    def without_lr(self) -> Cohort:
        """As it goes to another landscape: a learning rate belongs to the one that it was chosen for."""
        kept = {name: value for name, value in self.hyper.items() if name != "lr"}
        return msgspec.structs.replace(self, hyper=kept)

    def changed(self, name: str, value: object, dim: int) -> Cohort:
        """The cohort with one entry changed; another optimizer or schedule starts from its own defaults."""
        if name == "optimizer":
            rule = OPTIMIZERS.find(str(value))
            return Cohort(str(value), self._kept(self.timetable) if rule.suggest else {},
                          self.schedule if rule.suggest else CONSTANT)  # fmt: skip
        if name == "schedule":
            SCHEDULES.find(str(value))
            return Cohort(self.optimizer, self._kept(self.rule), str(value))
        parameter = next(p for p in self.declared if p.name == name)
        hyper = {**self.hyper, name: parameter.check(value)}
        return msgspec.structs.replace(self, hyper=hyper)

    def _kept(self, owner: Optimizer | Schedule) -> dict[str, float]:
        names = {parameter.name for parameter in owner.parameters}
        return {name: value for name, value in self.hyper.items() if name in names}

    @classmethod
    def from_text(cls, text: str) -> Cohort:
        """A cohort in a line such as `adam`, or `gd,lr=0.01,schedule=cosine`."""
        optimizer, *assignments = (part.strip() for part in text.split(","))
        OPTIMIZERS.find(optimizer)
        chosen: dict[str, str] = {}
        for assignment in assignments:
            name, separator, value = assignment.partition("=")
            if not separator:
                raise BadInput("cohort", f"{assignment!r} has no value", "OPTIMIZER,NAME=VALUE,...")
            chosen[name.strip()] = value.strip()
        bare = cls(optimizer, {}, chosen.pop("schedule", CONSTANT))
        return msgspec.structs.replace(bare, hyper=_given(bare.declared, chosen))

    def to_text(self) -> str:
        """The line that `from_text` reads."""
        entries = [f"{name}={shortest(value)}" for name, value in self.hyper.items()]
        if self.schedule != CONSTANT:
            entries.insert(0, f"schedule={self.schedule}")
        return ",".join([self.optimizer, *entries])


def _given(parameters: tuple[Parameter, ...], chosen: Mapping[str, str]) -> dict[str, float]:
    """The chosen ones alone, checked."""
    checkable = settled((p for p in parameters if p.name != "lr" or "lr" in chosen), chosen, 1)
    return {name: checkable[name] for name in chosen}


def labels(cohorts: tuple[Cohort, ...]) -> tuple[str, ...]:
    """A short name for each: its optimizer, and with it what was chosen where two have the same one."""
    rules = [cohort.optimizer for cohort in cohorts]
    names = [
        cohort.optimizer if rules.count(cohort.optimizer) == 1 else cohort.to_text().replace(",", " ")
        for cohort in cohorts
    ]
    return tuple(
        name if names.count(name) == 1 else f"{name} #{names[:place].count(name) + 1}"
        for place, name in enumerate(names)
    )


def shortest(value: float) -> str:
    """The fewest digits that are read as the same number: 100, 0.1, 1e-08."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
