"""Registries: a folder of files, each declaring one thing.

An entry's name is its file's name with dashes (`gaussian_field.py` is `gaussian-field`), so the names
are known without importing anything, and looking one up imports that file alone. Adding an entry is
adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.errors import unknown

if TYPE_CHECKING:
    from sim.landscape import Landscape
    from sim.measure import Measure
    from sim.optimizer import Optimizer
    from sim.schedule import Schedule
    from sim.start import Start

Entry = TypeVar("Entry")


class Registry(Mapping[str, Entry], Generic[Entry]):
    """The entries of one package, by name; each module declares its own in the variable `attribute`."""

    def __init__(self, kind: str, package: str, attribute: str) -> None:
        self.kind, self.package, self.attribute = kind, package, attribute
        self._loaded: dict[str, Entry] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names, sorted; files that begin with an underscore declare nothing."""
        path = importlib.import_module(self.package).__path__
        modules = (module.name for module in pkgutil.iter_modules(path))
        return tuple(sorted(name.replace("_", "-") for name in modules if not name.startswith("_")))

    def __getitem__(self, name: str) -> Entry:
        """The entry; raises KeyError for a name that is not there."""
        if name not in self._loaded:
            if name not in self.names:
                raise KeyError(name)
            module = importlib.import_module(f"{self.package}.{name.replace('-', '_')}")
            self._loaded[name] = getattr(module, self.attribute)
        return self._loaded[name]

    def find(self, name: str) -> Entry:
        """The entry; raises BadInput with the nearest name for one that is not there."""
        if name not in self.names:
            raise unknown(self.kind, name, self.names)
        return self[name]

    def after(self, name: str, up: bool = True) -> str:
        """The name that follows `name`, or the one before it, going round."""
        return self.names[(self.names.index(name) + (1 if up else -1)) % len(self.names)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


LANDSCAPES: Registry[Landscape] = Registry("landscape", "sim.landscapes", "LANDSCAPE")
OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", "sim.optimizers", "OPTIMIZER")
SCHEDULES: Registry[Schedule] = Registry("schedule", "sim.schedules", "SCHEDULE")
STARTS: Registry[Start] = Registry("starts", "sim.starts", "START")
MEASURES: Registry[Measure[Any, Any]] = Registry("measure", "sim.measures", "MEASURE")
