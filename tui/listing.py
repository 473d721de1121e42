"""What there is to choose from, as the registries have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import dropwhile
from textwrap import indent
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import BadInput, unknown
from sim.registry import LANDSCAPES, MEASURES, OPTIMIZERS, SCHEDULES, STARTS, Registry

if TYPE_CHECKING:
    from sim.parameters import Declared

Record = dict[str, Any]


class Kind(NamedTuple):
    """Something to choose from: its entries as JSON values, and which of those a table shows.

    `more` of them stand before those where there is room for one that few people need.
    """

    records: Callable[[], list[Record]]
    columns: tuple[str, ...]
    more: tuple[str, ...] = ()

    def rows(self, more: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        """One row of words for each entry."""
        columns = (*more, *self.columns)
        return [tuple(_words(record[column]) for column in columns) for record in self.records()]


def text(kind: str = "", *, as_json: bool = False) -> str:
    """All of one kind or of every kind, or what is known of one name, as text or as JSON. Raises BadInput."""
    if kind and kind not in KINDS:
        return _one(kind, as_json=as_json)
    chosen = {name: KINDS[name] for name in ([kind] if kind else KINDS)}
    if as_json:
        import json

        return json.dumps({name: found.records() for name, found in chosen.items()})
    return "\n\n".join(f"{name}\n{_aligned(found.rows(found.more))}" for name, found in chosen.items())


def _one(name: str, *, as_json: bool) -> str:
    """All that is known of a name, which may be that of a measure and of its panel, too."""
    found = {kind: record for kind in TOLD for record in _named(kind, name)}
    if not found:
        names = [*KINDS, *(record["name"] for kind in TOLD for record in KINDS[kind].records())]
        mistake = unknown("KIND", name, names)
        raise BadInput(mistake.where, mistake.what, f"{', '.join(KINDS)}, or a name that one of them lists")
    if as_json:
        import json

        return json.dumps({kind: [record] for kind, record in found.items()})
    told = {kind: TOLD[kind](record) for kind, record in found.items()}
    if len(told) == 1:
        return next(iter(told.values()))
    return "\n\n".join(f"{kind}\n{indent(text, '  ')}" for kind, text in told.items())


def _named(kind: str, name: str) -> list[Record]:
    """The entry of that name, if there is one; a user's file is one of its own."""
    registry = REGISTRIES.get(kind)
    if registry is not None:
        return [_record(registry, name)] if name in registry or registry.is_file(name) else []
    return [record for record in KINDS[kind].records() if record["name"] == name]


def _of_declared(record: Record) -> str:
    """The title, the rule, the parameters and the page."""
    rows: list[tuple[str, ...]] = [
        (p["name"], _default(p), f"{p['help']}; {p['accepted']}") for p in record["parameters"]
    ]
    table = f"\n\n{_aligned(rows)}" if rows else ""
    return f"{record['title']}: {record['formula']}{table}\n\n{record['page']}"


def _of_scene(record: Record) -> str:
    """What it shows, and its file without the comment that says so."""
    lines = record["text"].splitlines()
    return f"{record['help']}\n\n" + "\n".join(dropwhile(lambda line: line.startswith("#"), lines)).strip()


def _of_chapter(record: Record) -> str:
    """What it asks and shows, and what is told, before theory has filled in its numbers."""
    return f"{record['question']} {record['help']}\n\n" + "\n".join(record["steps"])


def _of_measure(record: Record) -> str:
    return f"{record['title']}: {record['help']}"


def _of_panel(record: Record) -> str:
    measures = ", ".join(record["measures"])
    return f"{record['title']}, on page {record['page']}, of the measure {measures}: {record['help']}"


def _declared(kind: str) -> list[Record]:
    return [_record(REGISTRIES[kind], name) for name in REGISTRIES[kind]]


def _record(registry: Registry[Any], name: str) -> Record:
    from tui.pages import page

    entry = registry[name]
    return {
        "name": name,
        "title": entry.title,
        "formula": entry.formula,
        "parameters": [_parameter(parameter) for parameter in entry.parameters],
        "page": page(registry, name),
    }


def _parameter(parameter: Declared) -> Record:
    """`default` is None where it depends on the rest of the experiment."""
    from sim.optimizer import LEARNING_RATE

    return {
        "name": parameter.name,
        "default": None if parameter is LEARNING_RATE else parameter.fixed_default,
        "help": parameter.help,
        "accepted": parameter.accepted,
    }


def _measures() -> list[Record]:
    return [{"name": name, "title": entry.title, "help": entry.help} for name, entry in MEASURES.items()]


def _panels() -> list[Record]:
    from tui import config
    from tui.actions import with_keys
    from tui.panel import PAGES, panels

    table = config.read().actions
    return [
        {
            "name": name,
            "title": panel.title,
            "page": f"{PAGES.index(panel.page) + 1} {panel.page}",
            "measures": panel.measures,
            "help": with_keys(panel.help, table),
        }
        for name, panel in panels()
    ]


def _keys() -> list[Record]:
    from tui import config

    table = config.read().actions  # those that this person presses
    return [{"name": a.id, "keys": a.keys, "shown": a.shown_keys, "help": a.description} for a in table]


def _themes() -> list[Record]:
    from tui.look import THEMES

    return [{"name": name, "help": about} for name, about in THEMES.items()]


def _scenes() -> list[Record]:
    from tui import config, scenes
    from tui.actions import with_keys

    table = config.read().actions
    return [
        {
            "name": name,
            "help": with_keys(scenes.about(name), table),
            "text": scenes.text(scenes.path_of(name)),
        }
        for name in scenes.names()
    ]


def _chapters() -> list[Record]:
    from tui import chapters, config
    from tui.actions import with_keys

    table = config.read().actions
    return [
        {
            "name": name,
            "question": chapters.question(name),
            "help": chapters.about(name),
            "steps": [with_keys(text, table) for text in chapters.texts(name)],
        }
        for name in chapters.names()
    ]


REGISTRIES: dict[str, Registry[Any]] = {
    "landscapes": LANDSCAPES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "starts": STARTS,
}

KINDS = {
    **{kind: Kind(partial(_declared, kind), ("name", "formula", "parameters")) for kind in REGISTRIES},
    "scenes": Kind(_scenes, ("name", "help")),
    "chapters": Kind(_chapters, ("name", "question", "help")),
    "measures": Kind(_measures, ("name", "help")),
    "panels": Kind(_panels, ("page", "title", "help")),
    "keys": Kind(_keys, ("shown", "help"), more=("name",)),
    "themes": Kind(_themes, ("name", "help")),
}

TOLD: dict[str, Callable[[Record], str]] = {
    **dict.fromkeys(REGISTRIES, _of_declared),
    "scenes": _of_scene,
    "chapters": _of_chapter,
    "measures": _of_measure,
    "panels": _of_panel,
}
"""What is told of one entry."""


def _words(value: str | Iterable[Any]) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(_assignment(item) if isinstance(item, dict) else item for item in value)


def _assignment(parameter: Record) -> str:
    default = _default(parameter)
    return f"{parameter['name']} = {default}" if default else parameter["name"]


def _default(parameter: Record) -> str:
    """The default as a word; none for a learning rate, which is what suits the landscape."""
    from sim.optimizer import LEARNING_RATE

    default = parameter["default"]
    if default is None:
        return "" if parameter["name"] == LEARNING_RATE.name else "by size"
    return default if isinstance(default, str) else f"{default:g}"


def _aligned(table: list[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    padded = ("  ".join(map(str.ljust, row, widths)) for row in table)
    return "\n".join("  " + line.rstrip() for line in padded)
