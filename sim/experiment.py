"""What is run: one frozen, validated value that a string or a TOML file restores whole."""

from __future__ import annotations

import tomllib
from decimal import Context
from pathlib import Path
from typing import Annotated, Any

import msgspec

from sim.cohort import CONSTANT, MOST_COHORTS, Cohort, labels
from sim.errors import BadInput, unknown
from sim.landscape import Landscape, Scales
from sim.parameters import Parameter, settled, whole
from sim.registry import LANDSCAPES, STARTS
from sim.start import Start

RANGES = {"dim": (1, 10**15), "walkers": (1, 10**7), "seed": (0, 2**63 - 1)}
"""The whole numbers of an experiment, and what they may be; memory sets tighter bounds."""

SHOWN = 7
"""Digits of a number that a message repeats."""

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


class Experiment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A landscape, walkers on it, and the rules that move them.

    `optimizer`, `hyper` and `schedule` are the first cohort, `more_cohorts` up to three others, each from the
    same starts. `parameters` holds the landscape's settings and `starts_parameters` those of the starts;
    like `hyper` they are sparse: what is not named keeps its default, and the learning rate is the one that
    the landscape suggests. Only the first `active_dim` directions are open to the walkers (None: all).
    `landscape` may be a file of the user's (`FILE.py`), and `starts` one with positions (`FILE.csv`,
    `FILE.npy`). `seed` decides the landscape's random parts, the starts and the noise. Mistakes raise
    BadInput.
    """

    landscape: str = "gaussian-field"
    dim: Annotated[int, _in_range("dim")] = 100
    active_dim: int | None = None
    walkers: Annotated[int, _in_range("walkers")] = 64
    starts: str = "uniform"
    optimizer: str = "gd"
    hyper: dict[str, float] = {}
    schedule: str = CONSTANT
    more_cohorts: tuple[Cohort, ...] = ()
    parameters: dict[str, float] = {}
    starts_parameters: dict[str, float] = {}
    seed: Annotated[int, _in_range("seed")] = 0

    def __post_init__(self) -> None:
        for name in RANGES:
            check_range(name, getattr(self, name))
        for name, kind in KINDS.items():
            if not isinstance(getattr(self, name), kind):
                found = f"{getattr(self, name)!r} is not a {kind.__name__}"
                raise BadInput(name, found, f"a {kind.__name__}")
        for cohort in self.more_cohorts:
            if not isinstance(cohort, Cohort):
                raise BadInput("more_cohorts", f"{cohort!r} is not a Cohort", "Cohort(OPTIMIZER, ...)")
        LANDSCAPES.find(self.landscape)
        STARTS.find(self.starts)
        self._check_cohorts()
        self._check_active()
        # Each raises for a name or a value that does not fit.
        self.settings  # noqa: B018
        self.starts_settings  # noqa: B018
        for cohort in self.cohorts:
            cohort.settings(self.scales, self.dim)

    def _check_cohorts(self) -> None:
        cohorts = self.cohorts
        if len(cohorts) > MOST_COHORTS:
            raise BadInput("cohort", f"{len(cohorts)} are too many", f"1 to {MOST_COHORTS}")
        for cohort in cohorts:
            for trait, reason in self._landscape.refuses.items():
                if trait in cohort.rule.traits:
                    what = f"{cohort.optimizer} {trait}; on {self.landscape}, {reason}"
                    raise BadInput("optimizer", what, "another optimizer or landscape")
            leader = cohort.follows
            if leader is None:
                continue
            if not 0 <= leader < len(cohorts) or cohorts[leader].follows is not None:
                what = f"{cohort.optimizer} has nobody to follow as cohort {leader + 1}"
                raise BadInput("of", what, "the number of a cohort that has a rule of its own")

    def _check_active(self) -> None:
        active = self.active_dim
        if active is None:
            return
        if type(active) is not int or not 1 <= active <= self.dim:
            raise BadInput(
                "active_dim", f"{active!r} is out of range", f"a whole number from 1 to {self.dim}"
            )
        if active < self.dim and self._landscape.constraint is not None:
            what = f"{self.landscape} keeps its walkers on a surface that all directions share"
            raise BadInput("active_dim", what, f"{self.dim}, all of them")

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
    def settings(self) -> dict[str, float]:
        """Every parameter of the landscape, defaults included."""
        return settled(self._landscape.parameters, self.parameters, self.dim)

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

    def explicit(self) -> Experiment:
        """The same experiment with every default written out, so that later defaults cannot change it."""
        scales, dim = self.scales, self.dim
        cohorts = [msgspec.structs.replace(c, hyper=c.settings(scales, dim)) for c in self.cohorts]
        return msgspec.structs.replace(
            self.with_cohorts(tuple(cohorts)),
            parameters=self.settings, starts_parameters=self.starts_settings, active_dim=self.active,
        )  # fmt: skip

    def values(self, cohort: int = 0) -> dict[str, str | int | float]:
        """Every entry by the name that `with_value` takes, those of a cohort being of the given one."""
        names = ("landscape", "dim", "walkers", "starts", "seed")
        fixed = {name: getattr(self, name) for name in names}
        rule = self.cohorts[cohort]
        own = {"optimizer": rule.optimizer, **self.hyperparameters_of(cohort), "schedule": rule.schedule}
        return {**fixed, "active_dim": self.active, **own, **self.settings, **self.starts_settings}

    def with_value(self, name: str, value: object, cohort: int = 0) -> Experiment:
        """The experiment with one entry changed; `value` may be what somebody typed.

        Another landscape, optimizer, schedule or kind of starts has its own defaults. Raises BadInput.
        """
        self._check_place(cohort)
        change: dict[str, Any]
        if name == "landscape":
            kept = self.with_cohorts(tuple(each.without_lr() for each in self.cohorts))
            return msgspec.structs.replace(kept, landscape=str(value), parameters={})
        if name in ("optimizer", "schedule"):
            return self._with_cohort(cohort, self.cohorts[cohort].changed(name, value, self.dim))
        if name == "starts":
            change = {"starts": str(value), "starts_parameters": {}}
        elif name == "dim":
            dim = _whole(name, value)
            stays = self.active_dim is not None and self.active_dim < dim
            change = {"dim": dim, "active_dim": self.active_dim if stays else None}
        elif name == "active_dim":
            active = self.dim if value == "all" else self._directions(value)
            change = {"active_dim": None if active == self.dim else active}
        elif name in RANGES:
            change = {name: _whole(name, value)}
        else:
            parameter = self.declared(name, cohort)
            if parameter in self.cohorts[cohort].declared:
                return self._with_cohort(cohort, self.cohorts[cohort].changed(name, value, self.dim))
            entry = "parameters" if parameter in self._landscape.parameters else "starts_parameters"
            change = {entry: {**getattr(self, entry), name: parameter.check(value)}}
        return msgspec.structs.replace(self, **change)

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
        value = float(self.values(cohort)[name])
        turned = parameter.turned(value, up)
        return self if turned == value else self.with_value(name, turned, cohort)

    def declared(self, name: str, cohort: int = 0) -> Parameter:
        """The parameter of the cohort, the landscape or the starts that has this name; raises BadInput."""
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

    def _with_cohort(self, place: int, cohort: Cohort) -> Experiment:
        cohorts = list(self.cohorts)
        cohorts[place] = cohort
        return self.with_cohorts(tuple(cohorts))

    def _check_place(self, cohort: int) -> None:
        if not 0 <= cohort < len(self.cohorts):
            raise BadInput("cohort", f"there is no cohort {cohort + 1}", f"1 to {len(self.cohorts)}")

    def to_json(self) -> str:
        """One line that `from_json` restores."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        """The experiment that `to_json` wrote; BadInput names the entry at fault."""
        try:
            data = msgspec.json.decode(text)
        except msgspec.DecodeError as mistake:
            raise BadInput("experiment", f"not JSON: {mistake}", "what Experiment.to_json wrote") from None
        return cls.from_data(data)

    @classmethod
    def from_toml(cls, text: str, folder: str = "") -> Experiment:
        """The experiment in a TOML document; the files that it names are looked for from `folder`.

        BadInput names the entry at fault.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as mistake:
            accepted = "a TOML table of an experiment's entries"
            raise BadInput("experiment", f"not TOML: {mistake}", accepted) from None
        for name, registry in (("landscape", LANDSCAPES), ("starts", STARTS)):
            if isinstance(data.get(name), str) and registry.is_file(data[name]):
                data[name] = str(Path(folder) / data[name])  # an absolute path stays as it is
        return cls.from_data(data)

    @classmethod
    def from_data(cls, data: object) -> Experiment:
        """The experiment in a decoded document."""
        try:
            return msgspec.convert(data, cls)
        except msgspec.ValidationError as mistake:
            if isinstance(mistake.__cause__, BadInput):
                raise mistake.__cause__ from None
            raise BadInput("experiment", str(mistake), ", ".join(cls.__struct_fields__)) from None

    @property
    def _landscape(self) -> Landscape:
        return LANDSCAPES[self.landscape]

    @property
    def _start(self) -> Start:
        return STARTS[self.starts]


def _whole(name: str, value: object) -> int:
    """A whole number for the entry `name`; a mistake is told the entry's own range."""
    try:
        return whole(name, value)
    except BadInput as mistake:
        low, high = RANGES[name]
        raise BadInput(name, mistake.what, f"a whole number from {low} to {high:.3g}") from None


def check_range(name: str, value: object) -> None:
    """Refuse what is not a whole number in the range of the entry `name`."""
    low, high = RANGES[name]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        shown = repr(value)
        if len(shown) > SHOWN and isinstance(value, int):  # no float holds 10⁴⁰⁰
            shown = f"{Context(prec=SHOWN).create_decimal(value).normalize():g}"
        raise BadInput(name, f"{shown} is out of range", f"a whole number from {low} to {high:.3g}")
