"""What is run: one frozen, validated value that a string or a TOML file restores whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

import msgspec

from sim.cohort import CONSTANT, MOST_COHORTS, Cohort, labels
from sim.document import Document
from sim.errors import BadInput, unknown
from sim.landscape import Landscape, Scales
from sim.parameters import Choice, Declared, Value, settled, whole
from sim.ranges import RANGES, check_range, whole_of
from sim.registry import LANDSCAPES, STARTS
from sim.start import Start
from sim.together import check_active, check_cohorts, check_giant, check_starts, larger, own_starts

DEFAULT_DIM = 100

GIANT = 10**9
"""From here on no memory holds walkers but those of which a part is stored."""

UNDECIDED = cast(int, None)
"""The dimension of an experiment for which nobody named one, until it is validated."""

OWN = cast(str, None)
"""The starts of an experiment for which nobody named them, until it is validated."""

KINDS = {
    "landscape": str,
    "starts": str,
    "parameters": dict,
    "starts_parameters": dict,
    "more_cohorts": tuple,
}


def _in_range(name: str) -> msgspec.Meta:
    low, high = RANGES[name]
    return msgspec.Meta(ge=low, le=high)


class Experiment(Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A landscape, walkers on it, and the rules that move them.

    `optimizer`, `hyper` and `schedule` are the first cohort, `more_cohorts` up to three others, each from the
    same starts. `parameters` holds the landscape's settings and `starts_parameters` those of the starts;
    like `hyper` they are sparse: what is not named keeps its default, and the learning rate is the one that
    the landscape suggests. Only the first `active_dim` directions are open to the walkers (None: all).
    `giant_dim` is the dimension of the exact laws that need no walkers, the walkers' own or a larger one
    (None: their own).
    Where the landscape's settings decide how many dimensions there are, `dim` need not be given, and nothing
    else is accepted. `landscape` may be a file of the user's (`FILE.py`), and `starts` one with positions
    (`FILE.csv`, `FILE.npy`); where none are named they are uniform in the box, or normal if the landscape
    takes no others. `seed` decides the landscape's random parts, the starts and the noise. Mistakes raise
    BadInput.
    """

    landscape: str = "gaussian-field"
    dim: Annotated[int, _in_range("dim")] = UNDECIDED
    active_dim: int | None = None
    giant_dim: int | None = None
    walkers: Annotated[int, _in_range("walkers")] = 64
    starts: str = OWN
    optimizer: str = "gd"
    hyper: dict[str, float] = msgspec.field(default_factory=dict)
    schedule: str = CONSTANT
    more_cohorts: tuple[Cohort, ...] = ()
    parameters: dict[str, Value] = msgspec.field(default_factory=dict)
    starts_parameters: dict[str, float] = msgspec.field(default_factory=dict)
    seed: Annotated[int, _in_range("seed")] = 0

    def __post_init__(self) -> None:
        if self.starts is OWN and isinstance(self.landscape, str):
            msgspec.structs.force_setattr(self, "starts", own_starts(LANDSCAPES.find(self.landscape)))
        for name, kind in KINDS.items():
            if not isinstance(getattr(self, name), kind):
                found = f"{getattr(self, name)!r} is not a {kind.__name__}"
                raise BadInput(name, found, f"a {kind.__name__}")
        landscape = LANDSCAPES.find(self.landscape)
        if self.dim is UNDECIDED:
            settings = settled(landscape.parameters, self.parameters, DEFAULT_DIM)
            msgspec.structs.force_setattr(self, "dim", landscape.dim_of(settings, DEFAULT_DIM))
        for name in RANGES:
            check_range(name, getattr(self, name))
        for cohort in self.more_cohorts:
            if not isinstance(cohort, Cohort):
                raise BadInput("more_cohorts", f"{cohort!r} is not a Cohort", "Cohort(OPTIMIZER, ...)")
        STARTS.find(self.starts)
        check_cohorts(self.cohorts, self.landscape, landscape)
        check_active(self.active_dim, self.dim, self.landscape, landscape)
        check_starts(self.starts, self.landscape, landscape)
        check_giant(self.giant_dim, self.dim)
        # Each raises for a name or a value that does not fit. What is kept is a copy, as it was checked.
        landscape.check_dim(self.dim, self.settings)
        self._keep("parameters", self.settings)
        self._keep("starts_parameters", self.starts_settings)
        for cohort in self.cohorts:
            cohort.settings(self.scales, self.dim)
        self._keep("hyper", self.hyperparameters)

    def _keep(self, entry: str, checked: Mapping[str, Value]) -> None:
        """Let a sparse entry hold the checked values, and be nobody else's."""
        kept = {name: checked[name] for name in getattr(self, entry)}
        msgspec.structs.force_setattr(self, entry, kept)

    def check_steps(self, steps: int) -> None:
        """Raise BadInput for more steps than the landscape is drawn for."""
        longest, subspace = self.longest, self._landscape.subspace
        if subspace is not None and longest is not None and steps > longest:
            what = f"{steps} are more than the {longest} that {self.landscape} is drawn for"
            raise BadInput("steps", what, f"up to {longest}, or {subspace.steps} = {steps}")

    @property
    def cohorts(self) -> tuple[Cohort, ...]:
        """All of them, the first included."""
        return (Cohort(self.optimizer, self.hyper, self.schedule), *self.more_cohorts)

    @property
    def labels(self) -> tuple[str, ...]:
        """A short name for each cohort."""
        return labels(self.cohorts)

    @property
    def active(self) -> int:
        """How many directions are open."""
        return self.dim if self.active_dim is None else self.active_dim

    @property
    def stored(self) -> int:
        """How many coordinates of a walker are open and stored."""
        return min(self.active, self.size)

    @property
    def size(self) -> int:
        """How many coordinates of a walker are stored."""
        return self._landscape.size(self.dim, self.settings) if self._landscape.subspace else self.dim

    @property
    def longest(self) -> int | None:
        """How many steps the landscape is drawn for; None for any number."""
        return self._landscape.longest(self.dim, self.settings) if self._landscape.subspace else None

    @property
    def giant(self) -> int:
        """The dimension of the exact laws."""
        return self.dim if self.giant_dim is None else self.giant_dim

    @property
    def settings(self) -> dict[str, Value]:
        """Every parameter of the landscape, defaults included."""
        found = settled(self._landscape.parameters, self.parameters, self.dim)
        if self._landscape.subspace:  # drawn for all walkers, or for more
            name = self._landscape.subspace.walkers
            found[name] = max(float(self.walkers), found[name] if name in self.parameters else 0.0)
        return found

    @property
    def starts_settings(self) -> dict[str, float]:
        """Every parameter of the starts, defaults included."""
        return settled(self._start.parameters, self.starts_parameters, self.dim)

    @property
    def scales(self) -> Scales:
        """How sharp and how wide the landscape's features are."""
        return self._landscape.scales(self.dim, self.settings)

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Every hyperparameter of the first cohort."""
        return self.hyperparameters_of(0)

    def hyperparameters_of(self, cohort: int) -> dict[str, float]:
        """Every hyperparameter of one cohort: those of its rule in the order of the kernel come first."""
        return self.cohorts[cohort].settings(self.scales, self.dim)

    @property
    def suggested_lr(self) -> float | None:
        """The learning rate that suits the first cohort on this landscape, to two digits."""
        return self.cohorts[0].suggested_lr(self.scales)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files that it is made of: a landscape, starts, or data."""
        owners = ((self.landscape, LANDSCAPES), (self.starts, STARTS))
        choices = {each.name: each for each in self._landscape.parameters if isinstance(each, Choice)}
        data = (str(value) for name, value in self.parameters.items()
                if name in choices and choices[name].is_file(value))  # fmt: skip
        return (*(name for name, registry in owners if registry.is_file(name)), *data)

    def explicit(self) -> Experiment:
        """The same experiment with every default written out, so that later defaults cannot change it."""
        scales, dim = self.scales, self.dim
        cohorts = [msgspec.structs.replace(c, hyper=c.settings(scales, dim)) for c in self.cohorts]
        return msgspec.structs.replace(
            self.with_cohorts(tuple(cohorts)),
            parameters=self.settings, starts_parameters=self.starts_settings, active_dim=self.active,
            giant_dim=self.giant,
        )  # fmt: skip

    def values(self, cohort: int = 0) -> dict[str, str | int | float]:
        """Every entry by the name that `with_value` takes, those of a cohort being of the given one."""
        names = ("landscape", "dim", "walkers", "starts", "seed")
        fixed = {name: getattr(self, name) for name in names}
        rule = self.cohorts[cohort]
        own = {"optimizer": rule.optimizer, **self.hyperparameters_of(cohort), "schedule": rule.schedule}
        counts = {"active_dim": self.active, "giant_dim": self.giant}
        return {**fixed, **counts, **own, **self.settings, **self.starts_settings}

    def with_value(self, name: str, value: object, cohort: int = 0) -> Experiment:
        """The experiment with one entry changed; `value` may be what somebody typed.

        Another landscape, optimizer, schedule or kind of starts has its own defaults. A landscape whose
        settings decide the dimension gets those that come nearest to a `dim`. Raises BadInput.
        """
        self._check_place(cohort)
        change: dict[str, Any]
        if name == "landscape":
            return self._with_landscape(str(value))
        if name in ("optimizer", "schedule"):
            return self._with_cohort(cohort, self.cohorts[cohort].changed(name, value, self.dim))
        if name == "starts":
            change = {"starts": str(value), "starts_parameters": {}}
        elif name == "dim":
            return self._with_dim(whole_of(name, value))
        elif name == "active_dim":
            active = self.dim if value == "all" else self._directions(value)
            change = {"active_dim": None if active == self.dim else active}
        elif name == "giant_dim":
            giant = self._giant_of(value)
            change = {"giant_dim": None if giant == self.dim else giant}
        elif name in RANGES:
            change = {name: whole_of(name, value)}
        else:
            parameter = self.declared(name, cohort)
            if parameter in self.cohorts[cohort].declared:
                return self._with_cohort(cohort, self.cohorts[cohort].changed(name, value, self.dim))
            if parameter in self._landscape.parameters:
                return self._with_parameters({**self.parameters, name: parameter.check(value)})
            change = {"starts_parameters": {**self.starts_parameters, name: parameter.check(value)}}
        return msgspec.structs.replace(self, **change)

    def grafted(self, count: int) -> Experiment:
        """The experiment with so many more parts, such as neurons, on its landscape; or fewer."""
        graft = self._landscape.graft
        if graft is None:
            what = f"{self.landscape} has no parts that could be added while it runs"
            raise BadInput("graft", what, "a landscape such as relu-teacher")
        if count > 0 and self.active < self.dim:
            raise BadInput("graft", "some directions are locked", "active_dim all")
        return self._with_parameters(graft.widened(self.settings, count))

    def _with_landscape(self, name: str) -> Experiment:
        """Another landscape of the same dimension, or of the nearest that it comes in.

        From a dimension that it has no room for, only the exact laws stay there.
        """
        landscape = LANDSCAPES.find(name)
        kept = self.with_cohorts(tuple(each.without_lr() for each in self.cohorts))
        too_large = self.dim >= GIANT and landscape.subspace is None
        asked = DEFAULT_DIM if too_large else self.dim
        defaults = settled(landscape.parameters, {}, asked)
        fitted = landscape.shape.fitted(asked, defaults) if landscape.shape else defaults
        dim = landscape.dim_of(fitted, asked)
        laws = {"giant_dim": self.giant} if too_large else {}
        other = own_starts(landscape) != own_starts(self._landscape)
        return msgspec.structs.replace(
            kept,
            landscape=name,
            parameters=_changed(defaults, fitted),
            starts=own_starts(landscape) if other else self.starts,
            starts_parameters={} if other else self.starts_parameters,
            **{**self._beside(dim), **laws},
        )

    def _with_dim(self, dim: int) -> Experiment:
        """The experiment in another dimension, or in the nearest that its landscape comes in."""
        check_range("dim", dim)
        shape, before = self._landscape.shape, self.settings
        if shape is None:
            return msgspec.structs.replace(self, **self._beside(dim))
        return self._with_parameters({**self.parameters, **_changed(before, shape.fitted(dim, before))})

    def _with_parameters(self, parameters: Mapping[str, Value]) -> Experiment:
        """The experiment with other parameters of the landscape, and the dimension that they give."""
        found = settled(self._landscape.parameters, parameters, self.dim)
        dim = self._landscape.dim_of(found, self.dim)
        return msgspec.structs.replace(self, parameters=dict(parameters), **self._beside(dim))

    def _beside(self, dim: int) -> dict[str, int | None]:
        """Another `dim`, and what goes with it: no more directions are open than were, if some were locked,
        and larger dimensions stay until they are reached.
        """
        locked = self.active_dim is not None and self.active_dim < min(dim, self.dim)
        beyond = self.giant_dim is not None and self.giant_dim > max(dim, self.dim)
        return {
            "dim": dim,
            "active_dim": self.active_dim if locked else None,
            "giant_dim": self.giant_dim if beyond else None,
        }

    def with_cohorts(self, cohorts: tuple[Cohort, ...]) -> Experiment:
        """The experiment with these cohorts, from 1 to 4."""
        if not cohorts:
            raise BadInput("cohort", "the last one cannot go", f"1 to {MOST_COHORTS} cohorts")
        first, *more = cohorts
        return msgspec.structs.replace(
            self,
            optimizer=first.optimizer,
            hyper=first.hyper,
            schedule=first.schedule,
            more_cohorts=tuple(more),
        )

    def without_cohort(self, place: int) -> Experiment:
        """The experiment without one cohort; those that follow another keep following the same one."""
        self._check_place(place)
        kept = []
        for number, cohort in enumerate(self.cohorts):
            if number == place:
                continue
            leader = cohort.follows
            if leader is not None and leader == place:
                raise BadInput("cohort", f"cohort {number + 1} follows it", "removing that one first")
            if leader is not None and leader > place:
                cohort = cohort.changed("of", leader, self.dim)  # counted from 1, one less than before
            kept.append(cohort)
        return self.with_cohorts(tuple(kept))

    def turned(self, name: str, up: bool, cohort: int = 0) -> Experiment:
        """The experiment with one parameter a press of an arrow further; the same at the end of its range."""
        parameter = self.declared(name, cohort)
        value = self.values(cohort)[name]
        turned = parameter.turned(value, up)
        return self if turned == value else self.with_value(name, turned, cohort)

    def declared(self, name: str, cohort: int = 0) -> Declared:
        """The parameter of the cohort, the landscape or the starts that has this name; raises BadInput."""
        owners: tuple[tuple[Declared, ...], ...]
        owners = (self.cohorts[cohort].declared, self._landscape.parameters, self._start.parameters)
        for parameter in (parameter for owner in owners for parameter in owner):
            if parameter.name == name:
                return parameter
        raise unknown("parameter", name, self.values(cohort))

    def _directions(self, value: object) -> int:
        """A number of directions to open; a mistake is told the range."""
        accepted = f"a whole number from 1 to {self.dim}, or all"
        try:
            active = whole("active_dim", value)
        except BadInput as mistake:
            raise BadInput("active_dim", mistake.what, accepted) from None
        if not 1 <= active <= self.dim:
            raise BadInput("active_dim", f"{value} is out of range", accepted)
        return active

    def _giant_of(self, value: object) -> int:
        """A dimension for the exact laws; what is no whole number is told the range."""
        try:
            return whole("giant_dim", value)
        except BadInput as mistake:
            raise BadInput("giant_dim", mistake.what, larger(self.dim)) from None

    def _with_cohort(self, place: int, cohort: Cohort) -> Experiment:
        cohorts = list(self.cohorts)
        cohorts[place] = cohort
        return self.with_cohorts(tuple(cohorts))

    def _check_place(self, cohort: int) -> None:
        if not 0 <= cohort < len(self.cohorts):
            raise BadInput("cohort", f"there is no cohort {cohort + 1}", f"1 to {len(self.cohorts)}")

    @property
    def _landscape(self) -> Landscape:
        return LANDSCAPES[self.landscape]

    @property
    def _start(self) -> Start:
        return STARTS[self.starts]


def _changed(before: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value]:
    """The entries that are not what they were."""
    return {name: value for name, value in now.items() if value != before[name]}
