"""Entries that are in a registry for the time of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.registry import Registry

Register = Callable[[Registry[Any], str, Any], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Adds an entry to a registry until the test ends, as a file in the registry's folder would."""

    def add(registry: Registry[Any], name: str, entry: Any) -> None:
        names = tuple(sorted({*registry.names, name}))
        monkeypatch.setitem(registry._loaded, name, entry)
        monkeypatch.setitem(registry.__dict__, "names", names)

    return add
