"""The page of panels that a person has put together, and the file in which it is kept for another start.

The file lies beside that of the person's settings, which nothing but a person writes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.errors import BadInput, unknown
from sim.sealed import write
from tui.config import Preferences, parsed
from tui.panel import PANELS

FILE = "panels.toml"

ENTRY = "panels"

HEADING = "# The panels of one's own page, as the laboratory keeps them.\n"

UNKEPT = "shown until you leave"
"""What is said of a page of panels that another start will not have, before the reason."""


def chosen(text: str) -> tuple[str, ...]:
    """The names in a list with commas, each once, in their order. Raises BadInput."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in PANELS.names:
            raise unknown(f"--{ENTRY}", name, PANELS.names)
    if not names:
        raise BadInput(f"--{ENTRY}", "none are named", "names with commas, as `list panels` has them")
    return names


def beside(settings: Path) -> Path | None:
    """Where the page is kept, by the file of a person's settings.

    Nowhere beside the null device, or what is a folder and no file.
    """
    with contextlib.suppress(OSError):  # who may not look at it finds out when it is read
        if str(settings) == os.devnull or not settings.name or settings.is_dir():
            return None
    return settings.with_name(FILE)


def read(file: Path | None) -> tuple[tuple[str, ...], tuple[BadInput, ...]]:
    """What was kept there, and what is wrong with it; nothing that is in the file raises anything."""
    if file is None:
        return (), ()
    try:
        found = parsed(file).get(ENTRY)
    except FileNotFoundError:
        return (), ()
    except BadInput as mistake:
        return (), (_mistake(mistake.what),)
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        return (), (_mistake("is not a list of names"),)
    try:
        return chosen(",".join(found)), ()
    except BadInput as mistake:
        return (), (BadInput(FILE, mistake.what, mistake.accepted),)


def _mistake(what: str) -> BadInput:
    return BadInput(FILE, what, f'{ENTRY} = ["loss", "signs"]')


def keep(file: Path, names: Iterable[str]) -> None:
    """Write it, in the place of what was kept before. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{name}"' for name in names)
    write(file, f"{HEADING}{ENTRY} = [{listed}]\n")


def keep_for(preferences: Preferences, names: Sequence[str]) -> str:
    """Keep it where these preferences have a place for it; says where, or why not."""
    file = preferences.panels_file
    if preferences.panels_are_set:
        return f"{UNKEPT}: your settings say which panels another start has"
    if file is None:
        return f"{UNKEPT}: there is no file of settings to keep it beside"
    try:
        keep(file, names)
    except OSError as failure:
        return f"{UNKEPT}: {file} cannot be written ({failure.strerror})"
    return f"kept in {file}"
