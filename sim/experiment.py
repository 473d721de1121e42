"""What is run: one frozen, validated value that a string or a TOML file restores whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Context
from typing import Annotated, Any

import msgspec

from sim.errors import BadInput, unknown
from sim.landscape import Landscape
from sim.optimizer import Optimizer
from sim.parameters import Parameter, settled, whole
from sim.registry import LANDSCAPES, OPTIMIZERS

RANGES = {"dim": (1, 10**15), "walkers": (1, 10**7), "seed": (0, 2**63 - 1)}
"""The whole numbers of an experiment, and what they may be; memory sets tighter bounds."""


SHOWN = 7
"""Digits of a number that a message repeats."""


def _in_range(name: str) -> msgspec.Meta:
    low, high = RANGES[name]
    return msgspec.Meta(ge=low, le=high)


class Experiment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A landscape, walkers on it, and the rule that moves them.

    `parameters` holds the landscape's settings and `hyper` the optimizer's hyperparameters, both sparse:
    what is not named keeps its default, and the learning rate is the one that the landscape suggests.
    `seed` decides the landscape's random parts and the starts. Mistakes raise BadInput.
    """

    landscape: str = "gaussian-field"
    dim: Annotated[int, _in_range("dim")] = 100
    walkers: Annotated[int, _in_range("walkers")] = 64
    optimizer: str = "gd"
    parameters: dict[str, float] = {}
    hyper: dict[str, float] = {}
    seed: Annotated[int, _in_range("seed")] = 0

    def __post_init__(self) -> None:
        for name in RANGES:
            check_range(name, getattr(self, name))
        for name, kind in (("landscape", str), ("optimizer", str), ("parameters", dict), ("hyper", dict)):
            if not isinstance(getattr(self, name), kind):
                raise BadInput(
                    name, f"{getattr(self, name)!r} is not a {kind.__name__}", f"a {kind.__name__}"
                )
        LANDSCAPES.find(self.landscape)
        OPTIMIZERS.find(self.optimizer)
        self.settings  # noqa: B018 - each raises for a name or a value that does not fit
        self.hyperparameters  # noqa: B018

    @property
    def settings(self) -> dict[str, float]:
        """Every parameter of the landscape, defaults included."""
        return settled(self._landscape.parameters, self.parameters, self.dim)

    @property
    def suggested_lr(self) -> float:
        """The learning rate that suits this optimizer on this landscape, to two digits."""
        scales = self._landscape.scales(self.dim, self.settings)
        return float(f"{self._optimizer.suggest(scales):.2g}")

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Every hyperparameter in the order that the update kernel reads them, the learning rate first."""
        chosen = {"lr": self.suggested_lr, **self.hyper}
        return settled(self._optimizer.parameters, chosen, self.dim)

    def explicit(self) -> Experiment:
        """The same experiment with every default written out, so that later defaults cannot change it."""
        return msgspec.structs.replace(self, parameters=self.settings, hyper=self.hyperparameters)

    def values(self) -> dict[str, str | int | float]:
        """Every entry by the name that `with_value` takes, in the order of a parameter panel."""
        fixed = {name: getattr(self, name) for name in ("landscape", "optimizer", "dim", "walkers", "seed")}
        return {**fixed, **self.hyperparameters, **self.settings}

    def with_value(self, name: str, value: object) -> Experiment:
        """The experiment with one entry changed; `value` may be what somebody typed.

        Another landscape or optimizer starts from its own defaults. Raises BadInput.
        """
        change: dict[str, Any]
        if name == "landscape":
            change = {"landscape": str(value), "parameters": {}, "hyper": _without_lr(self.hyper)}
        elif name == "optimizer":
            change = {"optimizer": str(value), "hyper": {}}
        elif name in RANGES:
            change = {name: _whole(name, value)}
        else:
            checked = self.declared(name).check(value)
            entry = "hyper" if name in self.hyperparameters else "parameters"
            change = {entry: {**getattr(self, entry), name: checked}}
        return msgspec.structs.replace(self, **change)

    def turned(self, name: str, up: bool) -> Experiment:
        """The experiment with one parameter a press of an arrow further; the same at the end of its range."""
        parameter = self.declared(name)
        value = {**self.hyperparameters, **self.settings}[name]
        turned = parameter.turned(value, up)
        return self if turned == value else self.with_value(name, turned)

    def declared(self, name: str) -> Parameter:
        """The parameter of the optimizer or the landscape that has this name; raises BadInput."""
        for parameter in (*self._optimizer.parameters, *self._landscape.parameters):
            if parameter.name == name:
                return parameter
        raise unknown("parameter", name, self.values())

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
    def from_toml(cls, text: str) -> Experiment:
        """The experiment in a TOML document; BadInput names the entry at fault."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as mistake:
            accepted = "a TOML table of an experiment's entries"
            raise BadInput("experiment", f"not TOML: {mistake}", accepted) from None
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
    def _optimizer(self) -> Optimizer:
        return OPTIMIZERS[self.optimizer]


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


def _without_lr(hyper: Mapping[str, float]) -> dict[str, float]:
    """A learning rate belongs to a landscape; the other hyperparameters go along to the next one."""
    return {name: value for name, value in hyper.items() if name != "lr"}
