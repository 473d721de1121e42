"""What there is to choose from, as the registries have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import unknown
from sim.registry import LANDSCAPES, MEASURES, OPTIMIZERS

if TYPE_CHECKING:
    from sim.landscape import Landscape
    from sim.optimizer import Optimizer
    from sim.parameters import Parameter

Record = dict[str, Any]


class Kind(NamedTuple):
    """Something to choose from: its entries as JSON values, and which of those a table shows."""

    records: Callable[[], list[Record]]
    columns: tuple[str, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """One row of words for each entry."""
        return [tuple(_words(record[column]) for column in self.columns) for record in self.records()]


def text(kind: str = "", *, as_json: bool = False) -> str:
    """All of one kind, or of every kind, as tables or as one JSON object. Raises BadInput."""
    if kind and kind not in KINDS:
        raise unknown("KIND", kind, KINDS)
    chosen = {name: KINDS[name] for name in ([kind] if kind else KINDS)}
    if as_json:
        import json

        return json.dumps({name: found.records() for name, found in chosen.items()})
    return "\n\n".join(f"{name}\n{_aligned(found.rows())}" for name, found in chosen.items())


def _declared(entries: Mapping[str, Landscape] | Mapping[str, Optimizer]) -> list[Record]:
    return [
        {
            "name": name,
            "title": entry.title,
            "formula": entry.formula,
            "parameters": [_parameter(parameter) for parameter in entry.parameters],
        }
        for name, entry in entries.items()
    ]


def _parameter(parameter: Parameter) -> Record:
    """`default` is None where it depends on the rest of the experiment."""
    from sim.optimizer import LEARNING_RATE

    depends = parameter is LEARNING_RATE or callable(parameter.default)
    return {
        "name": parameter.name,
        "default": None if depends else parameter.default,
        "help": parameter.help,
        "accepted": parameter.accepted,
    }


def _measures() -> list[Record]:
    return [{"name": name, "title": entry.title, "help": entry.help} for name, entry in MEASURES.items()]


def _panels() -> list[Record]:
    from tui.panel import panels

    return [{"name": name, "title": panel.title, "measures": panel.measures} for name, panel in panels()]


def _keys() -> list[Record]:
    from tui.actions import ACTIONS

    return [{"name": a.id, "keys": a.keys, "shown": a.shown_keys, "help": a.description} for a in ACTIONS]


KINDS = {
    "landscapes": Kind(lambda: _declared(LANDSCAPES), ("name", "formula", "parameters")),
    "optimizers": Kind(lambda: _declared(OPTIMIZERS), ("name", "formula", "parameters")),
    "measures": Kind(_measures, ("name", "help")),
    "panels": Kind(_panels, ("name", "title", "measures")),
    "keys": Kind(_keys, ("shown", "help")),
}


def _words(value: str | Iterable[Any]) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(_assignment(item) if isinstance(item, dict) else item for item in value)


def _assignment(parameter: Record) -> str:
    default = parameter["default"]
    return f"{parameter['name']}" if default is None else f"{parameter['name']} = {default:g}"


def _aligned(table: list[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    padded = ("  ".join(map(str.ljust, row, widths)) for row in table)
    return "\n".join("  " + line.rstrip() for line in padded)
