"""Readings without a screen: every field for a program, and what the panels say of them for a person."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from sim.arrays import np
from sim.snapshot import Snapshot
from tui.panel import panels
from tui.picture import Picture


def as_json(value: Any) -> Any:
    """A reading as JSON values: its fields by name, arrays as lists, None for what is no number."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (np.ndarray, np.generic)):
        return as_json(value.tolist())
    if isinstance(value, dict):
        return {str(name): as_json(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def in_words(snapshot: Snapshot, place: int, measures: Collection[str]) -> Iterator[tuple[str, str]]:
    """Title and words of every panel that shows one of these measures, for the cohort in that place."""
    for _, panel in panels():
        for choice in panel.choices:
            if not set(choice).isdisjoint(measures):
                others = set(panel.measures) - set(choice)
                picture = panel.paint(_without(replace(snapshot, chosen=place), others))
                yield panel.title.lower(), _words(picture)


def _without(snapshot: Snapshot, names: Collection[str]) -> Snapshot:
    """The snapshot as if these had not been read."""
    views = (
        replace(view, readings={name: value for name, value in view.readings.items() if name not in names})
        for view in snapshot.cohorts
    )
    return replace(snapshot, cohorts=tuple(views))


def _words(picture: Picture) -> str:
    how = f" ({picture.method[0]})" if picture.method else ""
    return ", ".join(picture.notes) + how if picture.notes else picture.message or "nothing to say"
