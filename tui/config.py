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

import contextlib
import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import BadInput, in_one_line, unknown
from tui import PROGRAM
from tui.actions import ACTIONS, Action, plain_key, remapped
from tui.look import Look

VARIABLE = "LANDSCAPE_TUI_CONFIG"
"""The environment variable that names another file."""

KEYS, DEFAULTS = "keys", "defaults"

LARGEST, MOST_DOTS = 65_536, 50
"""Bytes of a file, and dots of a line that is no comment: reading a name takes the square of its dots."""

LONGEST_SHOWN = 60
"""Characters of a name or a value that a mistake repeats."""

LONGEST_VALUE = 4096
"""Characters of a text: so long may a path be."""

WHOLE, TABLE, UNREADABLE = "file", "table", "cannot be read"

MOST_BITS = 1024
"""Of a whole number: what is larger is beyond every option."""


@dataclass(frozen=True)
class Config:
    """What is in the file at `path`: `state` is "not there", "read" or "cannot be read".

    The mistakes are in the `WHOLE` of it, in a `TABLE`, or in an entry, as `defaults.walkers`.

    `defaults` are options as they would be typed, not yet looked at; `actions` is the table of keys.
    """

    path: Path
    state: str
    defaults: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ACTIONS
    mistakes: tuple[BadInput, ...] = ()


@dataclass(frozen=True)
class Preferences:
    """What the laboratory takes over from a person: how it is drawn, its keys, and what to show at its start.

    That is a `complaint` of the settings, and a `remark` on what the terminal cannot have. Also the `panels`
    of the person's own page, if any were chosen, and the file where others are kept, if there is a place for
    one; nobody writes it where the settings name them: `panels_are_set`.
    """

    look: Look = field(default_factory=Look)
    actions: tuple[Action, ...] = ACTIONS
    complaint: str = ""
    remark: str = ""
    panels: tuple[str, ...] = ()
    panels_file: Path | None = None
    panels_are_set: bool = False


def path() -> Path:
    """Where the file is looked for; ~ is the home folder, also where no shell has seen it.

    In full: who goes on with an experiment may go to the folder of its files.
    """
    import platformdirs

    named = os.environ.get(VARIABLE)
    if not named:
        return platformdirs.user_config_path(PROGRAM) / "config.toml"
    with contextlib.suppress(RuntimeError, OSError):  # nobody's home, or a present folder that is gone
        return Path(named).expanduser().absolute()
    return Path(named)


def read() -> Config:
    """What is in the file; nothing that is in it raises anything."""
    file = path()
    try:
        tables = parsed(file)
    except FileNotFoundError:
        return _missing(file)
    except BadInput as mistake:
        return Config(file, UNREADABLE, mistakes=(mistake,))
    mistakes = [_no_table(name, value) for name, value in tables.items() if name not in (KEYS, DEFAULTS)]
    defaults = _defaults(_table(tables, DEFAULTS, mistakes), mistakes)
    actions = _actions(_table(tables, KEYS, mistakes), mistakes)
    return Config(file, "read", defaults, actions, tuple(mistakes))


def parsed(file: Path) -> dict[str, Any]:
    """The tables in a TOML file. Raises FileNotFoundError, and BadInput for all else that is wrong."""
    try:
        return tomllib.loads(_text(file))
    except (FileNotFoundError, BadInput):
        raise
    except OSError as failure:
        raise _not_read((failure.strerror or str(failure)).lower()) from None
    except UnicodeDecodeError:
        raise _not_read("is not text in UTF-8") from None
    except tomllib.TOMLDecodeError as mistake:
        raise _not_read(f"not TOML: {_brief(in_one_line(str(mistake)))}") from None
    except (ValueError, RecursionError):  # Python reads no number of more than 4300 digits
        raise _not_read("not TOML: a number of too many digits, or too many brackets") from None


def _text(file: Path) -> str:
    """What is in the file, without the mark that some editors begin it with.

    Raises BadInput for what is not to be looked at, OSError and UnicodeDecodeError.
    """
    if str(file) == os.devnull:
        return ""
    if file.exists() and not file.is_file():
        raise _not_read("is not a file")  # who waits for a pipe waits for ever
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _not_read(f"has more than {LARGEST} bytes")
    text = data.decode("utf-8-sig")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS and not line.lstrip().startswith("#"):
            raise _not_read(f"line {number} has more than {MOST_DOTS} dots")
    return text


def _missing(file: Path) -> Config:
    """No file is needed, unless one was named."""
    mistake = _not_read(f"is not there, and {VARIABLE} names it")
    return Config(file, "not there", mistakes=(mistake,) if os.environ.get(VARIABLE) else ())


def _not_read(what: str) -> BadInput:
    return BadInput(WHOLE, what, f"a TOML file in UTF-8 of up to {LARGEST // 1024} KiB")


def _no_table(name: str, value: object) -> BadInput:
    """The mistake of a table that there is not, or of an entry outside of the tables."""
    if isinstance(value, dict):
        return unknown(TABLE, _brief(name), (KEYS, DEFAULTS))
    return BadInput(_brief(name), "stands in no table", f"[{DEFAULTS}] or [{KEYS}] on a line above it")


def _table(tables: Mapping[str, Any], name: str, mistakes: list[BadInput]) -> dict[str, Any]:
    found = tables.get(name, {})
    if isinstance(found, dict):
        return found
    mistakes.append(BadInput(name, "is not a table", f"[{name}] and lines of NAME = VALUE"))
    return {}


def _defaults(table: Mapping[str, Any], mistakes: list[BadInput]) -> tuple[tuple[str, str], ...]:
    """Options as they would be typed; a switch is on where it is true."""
    kept = []
    spelled = Counter(_option(name) for name in table)
    for name, value in table.items():
        where = f"{DEFAULTS}.{_brief(name)}"
        if len(name) > LONGEST_SHOWN:
            mistakes.append(BadInput(where, "is no option", "any of `lab --help`"))
        elif spelled[_option(name)] > 1:
            mistakes.append(BadInput(where, f"is there twice, with - and with _: {_repeated(value)}", "one"))
        elif not isinstance(value, str | int | float):
            mistakes.append(BadInput(where, f"{_repeated(value)} is no value", "a text or a number"))
        elif isinstance(value, int) and value.bit_length() > MOST_BITS:
            mistakes.append(BadInput(where, "is out of range", f"less than 2^{MOST_BITS}"))
        elif isinstance(value, str) and len(value) > LONGEST_VALUE:
            mistakes.append(BadInput(where, "is too long", f"up to {LONGEST_VALUE} characters"))
        elif value is not False:
            kept.append((_option(name), "" if value is True else str(value)))
    return tuple(kept)


def _option(name: str) -> str:
    return name.replace("_", "-")


def _repeated(value: object) -> str:
    """A value as a mistake repeats it; Python writes no number of more than 4300 digits."""
    try:
        return _brief(repr(value))
    except (ValueError, RecursionError):
        return "a value that is too long to repeat"


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _actions(table: Mapping[str, Any], mistakes: list[BadInput]) -> tuple[Action, ...]:
    """The table of keys with the wishes that can be granted, all at once, so that two may change places."""
    wishes: dict[str, list[str]] = {}
    for id, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            wishes[_brief(id)] = list(dict.fromkeys(_brief(plain_key(key)) for key in keys))
        else:
            mistakes.append(
                BadInput(f"{KEYS}.{_brief(id)}", f"{_repeated(value)} is no key", "a key, or a list of keys")
            )
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
