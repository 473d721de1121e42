"""A person's own settings, in a TOML file: keys for actions, and defaults of the laboratory's options.

    [keys]
    pause = "p"                 # by the ids that `list keys` shows; several in a list
    quit = ["q", "ctrl+q"]

    [defaults]
    landscape = "rastrigin"     # any option of `lab --help`, as it would be typed
    theme = "landscape-day"

Only the laboratory heeds them: what `run` computes depends on what is typed alone. A mistake costs the entry
that it is in, and never prevents a start.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import BadInput, unknown
from tui import PROGRAM
from tui.actions import ACTIONS, Action, plain_key, remapped
from tui.look import Look

VARIABLE = "LANDSCAPE_TUI_CONFIG"
"""The environment variable that names another file."""

KEYS, DEFAULTS = "keys", "defaults"


@dataclass(frozen=True)
class Config:
    """What is in the file at `path`: `state` is "not there", "read" or "cannot be read".

    `defaults` are options as they would be typed, not yet looked at; `actions` is the table of keys.
    """

    path: Path
    state: str
    defaults: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ACTIONS
    mistakes: tuple[BadInput, ...] = ()


@dataclass(frozen=True)
class Preferences:
    """What the laboratory takes over from a person: how it is drawn, its keys, and a `complaint` to show."""

    look: Look = field(default_factory=Look)
    actions: tuple[Action, ...] = ACTIONS
    complaint: str = ""


def path() -> Path:
    """Where the file is looked for."""
    import platformdirs

    named = os.environ.get(VARIABLE)
    return Path(named) if named else platformdirs.user_config_path(PROGRAM) / "config.toml"


def read() -> Config:
    """What is in the file; nothing that is in it raises anything."""
    file = path()
    try:
        if file.exists() and not file.is_file():
            return _unread(file, "is not a file")  # who waits for a pipe waits for ever
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config(file, "not there")
    except OSError as failure:
        return _unread(file, (failure.strerror or str(failure)).lower())
    except UnicodeDecodeError:
        return _unread(file, "is not text in UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError) as mistake:
        return _unread(file, f"not TOML: {' '.join(str(mistake).split())}")
    mistakes = [unknown("table", name, (KEYS, DEFAULTS)) for name in tables if name not in (KEYS, DEFAULTS)]
    defaults = _defaults(_table(tables, DEFAULTS, mistakes), mistakes)
    actions = _actions(_table(tables, KEYS, mistakes), mistakes)
    return Config(file, "read", defaults, actions, tuple(mistakes))


def _unread(file: Path, what: str) -> Config:
    return Config(file, "cannot be read", mistakes=(BadInput("file", what, "a TOML file in UTF-8"),))


def _table(tables: Mapping[str, Any], name: str, mistakes: list[BadInput]) -> dict[str, Any]:
    found = tables.get(name, {})
    if isinstance(found, dict):
        return found
    mistakes.append(BadInput(name, "is not a table", f"[{name}] and lines of NAME = VALUE"))
    return {}


def _defaults(table: Mapping[str, Any], mistakes: list[BadInput]) -> tuple[tuple[str, str], ...]:
    """Options as they would be typed; a switch is on where it is true."""
    kept = []
    for name, value in table.items():
        if not isinstance(value, str | int | float):
            mistakes.append(BadInput(f"{DEFAULTS}.{name}", f"{value!r} is no value", "a text or a number"))
        elif value is not False:
            kept.append((name.replace("_", "-"), "" if value is True else str(value)))
    return tuple(kept)


def _actions(table: Mapping[str, Any], mistakes: list[BadInput]) -> tuple[Action, ...]:
    """The table of keys with the wishes that can be granted, all at once, so that two may change places."""
    wishes: dict[str, list[str]] = {}
    for id, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            wishes[id] = [plain_key(key) for key in keys]
        else:
            mistakes.append(BadInput(f"{KEYS}.{id}", f"{value!r} is no key", "a key, or a list of keys"))
    while True:
        try:
            return remapped(wishes)
        except BadInput as mistake:
            mistakes.append(mistake)
            del wishes[_at_fault(mistake, wishes)]


def _at_fault(mistake: BadInput, wishes: Mapping[str, object]) -> str:
    """The wish that a mistake is in: named by it, or one for an action that is not there."""
    named = mistake.where.removeprefix(f"{KEYS}.")
    return named if named in wishes else next(id for id in wishes if id not in {a.id for a in ACTIONS})
