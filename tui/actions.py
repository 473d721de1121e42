"""Every key of the laboratory, once: bindings, footer, help, palette and `list keys` come from this table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from sim.errors import BadInput, unknown


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    `keys` are keys as Textual names them; `label` is a word or two for the footer, where actions of one
    label share a place; `handler` is the method `action_<handler>` that carries it out, with "app." in front
    for one of the program's; `group` is its heading in the help.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    description: str
    handler: str
    group: str

    @property
    def shown_keys(self) -> str:
        """The keys as they are printed on a keyboard."""
        return " or ".join(map(key_name, self.keys))

    @property
    def first_key(self) -> str:
        """The key to tell somebody of, as it is printed on a keyboard."""
        return key_name(self.keys[0])


KEY_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "shift+left": "Shift+←",
    "shift+right": "Shift+→",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "ctrl+p": "Ctrl+P",
    "ctrl+q": "Ctrl+Q",
}

RUN, SPACE, CHANGE = "The run", "The dimension", "Parameters"
COHORTS, VIEW, TOUR = "Cohorts: rules side by side", "The screen", "The tour"

GIANTS = "giants"
"""The page of what holds in dimensions without walkers."""

MAP = "map"
"""The page of the map."""

OWN, OWN_DIGIT = "own", "9"
"""The page that a person puts together, and the digit that turns to it."""

EVERY, EVERY_DIGIT = "all", "0"
"""The page on which all panels stand, as many as have room."""

PAGE_TOPICS = {
    "descent": "the descent: loss, gradient, spread, signs",
    "curvature": "curvature: spectrum, sharpness, steps, levels",
    "distances": "distances: histogram, travel, groups, dimension",
    "walls": "walls: ways up, straight lines, lowest paths",
    "critical": "critical points: how many, how high",
    GIANTS: "giants: exact laws in dimensions that no memory holds",
    MAP: "the map: a picture of the landscape with the walkers on it",
}
"""What each page of panels is about, in the order of their digits."""

ACTIONS = (
    Action("pause", ("space",), "pause", "pause, or go on", "pause", RUN),
    Action("step", (".",), "step", "pause and take one step", "step", RUN),
    Action("rewind", ("r",), "rewind", "back to step 0: the same landscape, the same starts", "rewind", RUN),
    Action("reseed", ("R",), "new seed", "another seed: new starts, a new random landscape", "reseed", RUN),
    Action("slower", ("-",), "speed", "fewer steps a second", "speed(False)", RUN),
    Action("faster", ("+", "="), "speed", "more, up to all that the machine gives", "speed(True)", RUN),
    Action("lock-directions", ("[",), "dim", "lock directions: ..., 10, 5, 4, 3, 2, 1", "dial(False)", SPACE),
    Action("open-directions", ("]",), "dim", "open them: 2, 3, 4, 5, 10, ..., or add", "dial(True)", SPACE),
    Action(
        "graft", ("g",), "graft", "add a neuron to trained networks, where there are some", "graft", SPACE
    ),
    Action("steer", ("s",), "stable lr", "set lr by the curvature, 1/λmax for gd", "steer", CHANGE),
    Action("landscape", ("l",), "landscape", "the next landscape", "turn('landscape', True)", CHANGE),
    Action("optimizer", ("o",), "optimizer", "the next optimizer", "turn('optimizer', True)", CHANGE),
    Action("previous", ("up", "shift+tab"), "choose", "choose the parameter above", "choose(-1)", CHANGE),
    Action("next", ("down", "tab"), "choose", "choose the parameter below", "choose(1)", CHANGE),
    Action("decrease", ("left",), "change", "turn the chosen parameter down", "turn_chosen(False)", CHANGE),
    Action("increase", ("right",), "change", "turn the chosen parameter up", "turn_chosen(True)", CHANGE),
    Action("type", ("enter",), "type", "type a value for the chosen parameter", "type", CHANGE),
    Action("add-cohort", ("a",), "add", "one more: a copy with the next optimizer", "add_cohort", COHORTS),
    Action("choose-cohort", ("c",), "cohort", "choose the next cohort", "choose_cohort", COHORTS),
    Action("remove-cohort", ("x",), "remove", "take the chosen cohort away", "remove_cohort", COHORTS),
    *(
        Action(
            f"page-{page}", (str(number),), "page", f"the page of panels on {about}", f"page('{page}')", VIEW
        )
        for number, (page, about) in enumerate(PAGE_TOPICS.items(), start=1)
    ),
    Action("page-own", (OWN_DIGIT,), "page", "the page of panels that you have chosen", "page('own')", VIEW),
    Action("page-all", (EVERY_DIGIT,), "page", "all panels, as many as have room", "page('all')", VIEW),
    Action("panels", ("w",), "panels", "choose the panels of your own page", "choose_panels", VIEW),
    Action("expand", ("e",), "expand", "one panel in full, then the next, then all again", "expand", VIEW),
    Action("plane", ("m",), "plane", "the map; there, the next plane through the landscape", "plane", VIEW),
    Action("next-walker", ("f",), "walker", "the map through the next walker", "walker(1)", VIEW),
    Action("previous-walker", ("F",), "walker", "the map through the walker before", "walker(-1)", VIEW),
    Action("cursor", ("v",), "values", "read exact values off a chart, step by step", "cursor", VIEW),
    Action("first-value", ("home",), "ends", "the cursor to the first values", "read_end(False)", VIEW),
    Action("last-value", ("end",), "ends", "to the newest, and on as they come", "read_end(True)", VIEW),
    Action("value-before", ("shift+left",), "finer", "to those just before", "read_beside(-1)", VIEW),
    Action("value-after", ("shift+right",), "finer", "to those just after", "read_beside(1)", VIEW),
    Action(
        "axis", ("y",), "axis", "a logarithmic or a linear axis, of that chart or the first", "axis", VIEW
    ),
    Action("back", ("escape",), "back", "all panels again; leave without a change", "back", VIEW),
    Action("palette", (":", "ctrl+p"), "palette", "everything by name", "app.command_palette", VIEW),
    Action(
        "screenshot",
        ("P",),
        "screenshot",
        "save the screen as SVG, a picture",
        "app.save_screen('svg')",
        VIEW,
    ),
    Action(
        "screenshot-text", ("T",), "screenshot", "save the screen as text", "app.save_screen('txt')", VIEW
    ),
    Action("help", ("?",), "help", "this page, and what is known of the landscape", "help", VIEW),
    Action("quit", ("q", "ctrl+q"), "quit", "leave the laboratory", "app.quit", VIEW),
    Action("tour-on", ("n", "pagedown"), "tour on", "the next step of the tour", "tour(True)", TOUR),
    Action("tour-back", ("b", "pageup"), "tour back", "the step before", "tour(False)", TOUR),
)

FOOTER = ("help", "quit", "pause", "dim", "page", "choose", "change", "landscape", "optimizer", "add",
          "expand", "panels", "plane", "values", "rewind", "cohort", "remove", "speed", "stable lr", "axis",
          "new seed", "step", "type", "palette")  # fmt: skip
"""Labels of the footer in the order in which they are kept where the row is short."""


def page_number(page: str) -> int:
    """The digit that turns to a page of panels."""
    numbers = {OWN: int(OWN_DIGIT), EVERY: int(EVERY_DIGIT)}
    return numbers[page] if page in numbers else [*PAGE_TOPICS].index(page) + 1


def by_group(table: Iterable[Action] = ACTIONS) -> Iterator[tuple[str, list[Action]]]:
    """The headings of the help with their actions, in the order of the table."""
    for group, actions in groupby(table, key=lambda action: action.group):
        yield group, list(actions)


class Entry(NamedTuple):
    """A place of the footer: a word or two, and the keys with what each does."""

    label: str
    keys: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """As it is shown: "[ ] dim  "."""
        return f" {' '.join(key for key, _ in self.keys)} {self.label} "

    @property
    def shortened(self) -> Entry:
        """Digits that follow one another as their first and last, which go on to the next page."""
        parts: list[list[tuple[str, str]]] = []
        for key, handler in self.keys:
            follows = parts and key.isdecimal() and key == str(int(parts[-1][-1][0]) + 1)
            if follows:
                parts[-1].append((key, handler))
            else:
                parts.append([(key, handler)])
        kept: list[tuple[str, str]] = []
        for part in parts:
            few = len(part) < 3
            kept += part if few else [(f"{part[0][0]}–{part[-1][0]}", NEXT_PAGE)]
        return Entry(self.label, tuple(kept))


NEXT_PAGE = "next_page"
"""What a click on digits that stand for several pages does."""


def footer_entries(table: Iterable[Action] = ACTIONS) -> list[Entry]:
    """What the footer shows, in the order of the table."""
    entries: dict[str, list[tuple[str, str]]] = {}
    for action in table:
        if action.label in FOOTER:
            entries.setdefault(action.label, []).append((action.first_key, action.handler))
    return [Entry(label, tuple(keys)) for label, keys in entries.items()]


def shown(id: str, table: Iterable[Action]) -> str:
    """The first key of an action, as it is printed on a keyboard."""
    return next(action.first_key for action in table if action.id == id)


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard."""
    return KEY_NAMES.get(key, key)


NAMED_ACTION = re.compile(r"`([a-z-]+)`")


def with_keys(text: str, table: Iterable[Action] = ACTIONS) -> str:
    """The text with keys in the place of the actions that it names: "`rewind` goes back", "r goes back".

    So nobody who writes a line has to know which keys a person has chosen. What is no action stays.
    """
    keys = {action.id: action.first_key for action in table} if "`" in text else {}
    return NAMED_ACTION.sub(lambda named: keys.get(named[1], named[0]), text)


def plain_key(text: str) -> str:
    """A key as Textual names it, of one that is written so or as it is shown: Esc, ←, Ctrl+Q, F5."""
    names = {shown: key for key, shown in KEY_NAMES.items()}
    return names.get(text, text.lower() if len(text) > 1 else text)


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of this name: a character, or one that Textual names.

    F-keys and combinations with Ctrl reach a program in many terminals, not in all.
    """
    if len(name) == 1:
        return name.isprintable() and name != " "
    held, plus, key = name.rpartition("+")
    if held == "ctrl" and len(key) == 1 and "a" <= key <= "z":
        return key not in "cijmhz"  # what ends a program, or what Tab, Enter and Backspace send
    if held in ("shift", "ctrl"):
        return key in HELD or name == "shift+tab"
    return not plus and key in NAMED


HELD = frozenset({"left", "right", "up", "down", "home", "end", "pageup", "pagedown"})
"""Keys that are told from themselves with Shift or Ctrl held."""

NAMED = HELD | {"space", "tab", "enter", "escape", "backspace", "delete", "insert"} | {
    f"f{number}" for number in range(1, 13)
}  # fmt: skip
"""Keys that are no characters, as Textual names them."""


def remapped(wishes: Mapping[str, Sequence[str]]) -> tuple[Action, ...]:
    """The table with other keys for the actions of these ids; who had one of those keys before loses it.

    Raises BadInput for an id that is not there, what is no key, a key that is wished for twice, and where
    an action would be left without a key.
    """
    taken: dict[str, str] = {}
    for id, keys in wishes.items():
        if id not in (action.id for action in ACTIONS):
            raise unknown("keys", id, (action.id for action in ACTIONS))
        for key in keys:
            if not is_key(key):
                raise BadInput(
                    f"keys.{id}", f"{key!r} is no key", "a character, or such as space, f5, ctrl+s"
                )
            if taken.setdefault(key, id) != id:
                raise BadInput(f"keys.{id}", f"{key!r} is wished for {taken[key]}, too", "another key")
        if not keys:
            raise BadInput(f"keys.{id}", "has no key", "a key, or a list of keys")
    table = tuple(
        replace(action, keys=tuple(wishes.get(action.id) or (k for k in action.keys if k not in taken)))
        for action in ACTIONS
    )
    for action, before in zip(table, ACTIONS, strict=True):
        if not action.keys:
            key = before.keys[0]
            what = f"{key!r} would leave {action.id} without a key"
            raise BadInput(f"keys.{taken[key]}", what, f"another key, or one for {action.id} as well")
    return table


def handlers(table: Iterable[Action]) -> dict[str, str]:
    """What each key does."""
    return {key: action.handler for action in table for key in action.keys}
