"""Registries: a folder of files, each declaring one thing.

An entry's name is its file's name with dashes (`gaussian_field.py` is `gaussian-field`), so the names
are known without importing anything, and looking one up imports that file alone. Adding an entry is
adding a file. Some registries also take the user's own files, by path.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.errors import BadInput, unknown

if TYPE_CHECKING:
    from sim.landscape import Landscape
    from sim.measure import Measure
    from sim.optimizer import Optimizer
    from sim.schedule import Schedule
    from sim.start import Start

Entry = TypeVar("Entry")

Stamp = tuple[int, int, int] | None
"""What changes when a file is written: time, size and place on the disk; None where there is none."""


class Registry(Mapping[str, Entry], Generic[Entry]):
    """The entries of one package, by name; each module declares its own in the variable `attribute`.

    `suffixes` are the endings of the user's files that are entries as well, and `from_file`
    ("module:function") makes an entry of a path, or raises BadInput. A file is read when its path is first
    asked for, and again by `reloaded`: until then its entry stays the same, whatever is written.
    """

    def __init__(
        self, kind: str, package: str, attribute: str, from_file: str = "", suffixes: tuple[str, ...] = ()
    ) -> None:
        self.kind, self.package, self.attribute = kind, package, attribute
        self._from_file, self._suffixes = from_file, suffixes
        self._loaded: dict[str, Entry] = {}
        self._files: dict[str, tuple[Stamp, Entry]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names, sorted; files that begin with an underscore declare nothing."""
        path = importlib.import_module(self.package).__path__
        modules = (module.name for module in pkgutil.iter_modules(path))
        return tuple(sorted(name.replace("_", "-") for name in modules if not name.startswith("_")))

    def __getitem__(self, name: str) -> Entry:
        """The entry; raises KeyError for a name that is not there, and BadInput for a file with a mistake."""
        if self.is_file(name):
            if name not in self._files:
                self._files[name] = self._read(name)
            return self._files[name][1]
        if name not in self._loaded:
            if name not in self.names:
                raise KeyError(name)
            module = importlib.import_module(f"{self.package}.{name.replace('-', '_')}")
            self._loaded[name] = getattr(module, self.attribute)
        return self._loaded[name]

    def find(self, name: str) -> Entry:
        """The entry; raises BadInput with the nearest name for one that is not there."""
        if name not in self.names and not self.is_file(name):
            mistake = unknown(self.kind, name, self.names)
            files = "".join(f", FILE{suffix}" for suffix in self._suffixes)
            raise BadInput(mistake.where, mistake.what, mistake.accepted + files)
        return self[name]

    def is_file(self, name: str) -> bool:
        """Whether a name is a path: it ends like one of the user's files, or names a folder."""
        looks_like_one = name.endswith(self._suffixes) or "/" in name or os.sep in name
        return bool(self._from_file) and looks_like_one

    @contextmanager
    def reloaded(self, name: str, check: Callable[[Entry], object] = lambda entry: None) -> Iterator[Entry]:
        """Read a file anew, for what is inside and from then on; where anything raises, nothing has changed.

        `check(entry)` may raise BadInput before anybody sees the entry.
        """
        before, found = self._files.get(name), self._read(name)
        check(found[1])
        self._files[name] = found
        try:
            yield found[1]
        except BaseException:
            if before:
                self._files[name] = before
            else:
                del self._files[name]
            raise

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """In another folder, whose files have the same names; where anything raises, nothing has changed."""
        before, self._files = self._files, {}
        try:
            yield
        except BaseException:
            self._files = before
            raise

    def _read(self, name: str) -> tuple[Stamp, Entry]:
        if not (self.is_file(name) and name.endswith(self._suffixes)) or "\0" in name:  # no file's name
            accepted = " or ".join(f"FILE{suffix}" for suffix in self._suffixes)
            raise BadInput(self.kind, f"{name} is not a file of a known kind", accepted)
        module, _, function = self._from_file.partition(":")
        read_at = stamp(name)
        return read_at, getattr(importlib.import_module(module), function)(name)

    def stamp(self, name: str) -> Stamp:
        """The stamp that a file had when its present entry was read; None for what is not a file."""
        return self._files[name][0] if name in self._files else None

    def after(self, name: str, up: bool = True) -> str:
        """The name that follows `name`, or the one before it, going round; files that were read come last."""
        names = [*self.names, *self._files]
        return names[(names.index(name) + (1 if up else -1)) % len(names)]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def stamp(path: str) -> Stamp:
    """The stamp of a file as it is now."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):  # no name of a file
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


LANDSCAPES: Registry[Landscape] = Registry(
    "landscape", "sim.landscapes", "LANDSCAPE", "sim.user.landscape:load", (".py",)
)
OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", "sim.optimizers", "OPTIMIZER")
SCHEDULES: Registry[Schedule] = Registry("schedule", "sim.schedules", "SCHEDULE")
STARTS: Registry[Start] = Registry("starts", "sim.starts", "START", "sim.start_file:load", (".csv", ".npy"))
MEASURES: Registry[Measure[Any, Any]] = Registry("measure", "sim.measures", "MEASURE")
