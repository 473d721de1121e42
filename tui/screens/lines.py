"""The lines above and below the charts: what is run, how it goes, what to know, what to press."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, FOOTER, Action, Entry, footer_entries, shown
from tui.cells import Row, cells, cut, fitted, wrapped
from tui.formats import brief_whole, counted, number, rate, whole
from tui.intent import Intent
from tui.steering import all_diverged

GAP = "   "

DIGITS = (12, 9, 6)
"""How many of a value that is read off a chart may be shown."""

LISTED = 80
"""Columns from which on a list of parameters stands beside the charts."""

SMALLEST = (40, 12)
"""Columns and rows below which there is only a message."""


def too_small(width: int, height: int, table: Sequence[Action] = ACTIONS) -> str:
    """The message of a screen that has no room for anything else; "" where it has."""
    if width >= SMALLEST[0] and height >= SMALLEST[1]:
        return ""
    enough = f"{SMALLEST[0]}×{SMALLEST[1]} is enough"
    return f"{width}×{height} is too small: {enough}. {shown('quit', table)} quits."


def status(intent: Intent, snapshot: Snapshot, frames: float, where: str, width: int) -> list[Row]:
    """Two rows: the experiment with the state at the right, and the speeds with the page.

    `where` says which page it is. Where no list of parameters has room, the loss is told, too.
    """
    state, style = _state(intent, snapshot)
    what = _what(snapshot.experiment, width - len(state) - 3)  # the one that the numbers belong to
    room = max(0, width - len(state) - 1)
    first = [*fitted(cells(f" {what}", "text--strong"), room), *cells(state + " ", style)]
    moving = intent.running and snapshot.phase == "running"
    speeds = [
        f"step {whole(snapshot.step)}".ljust(14),
        f"{_speed(snapshot.steps_per_second, moving)} steps/s".ljust(14),
        f"{_speed(snapshot.coordinate_steps_per_second, moving)} coordinate-steps/s".ljust(25),
        f"{frames:.0f} frames/s" if moving else "– frames/s",
    ]
    if width < LISTED:
        speeds[1:1] = [_loss(snapshot).ljust(11)]
    name = f"{where} "
    room = max(0, width - len(name))
    while len(" " + GAP.join(speeds).rstrip()) + 2 > room and len(speeds) > 1:
        speeds.pop()  # which page it is comes before how fast it is drawn
    left = (" " + GAP.join(speeds).rstrip())[:room].ljust(room)
    return [first, [*cells(left, "text--dim"), *cells(name, "text--chosen")]]


def _what(experiment: Experiment, width: int) -> str:
    """The experiment in as many words as have room; landscape, directions and seed stay to the last."""
    active, cohorts = experiment.active, len(experiment.cohorts)
    seed = f"seed {experiment.seed}"
    open_of_all = f" of {whole(experiment.dim)}" if active < experiment.dim else ""
    giants = (f"giants {brief_whole(experiment.giant)}",) if experiment.giant > experiment.dim else ()
    walkers = counted(experiment.walkers, "walker")
    rule = f"{cohorts} cohorts" if cohorts > 1 else experiment.optimizer
    landscape, directions = experiment.landscape, f"d {whole(active)}{open_of_all}"
    for words in (
        (landscape, directions, *giants, walkers, rule, seed),
        (landscape, directions, *giants, rule, seed),
        (landscape, directions, rule, seed),
        (landscape, directions, seed),
        (landscape, f"d {brief_whole(active)}", seed),
    ):
        for gap in (GAP, "  ", " "):
            if len(gap.join(words)) <= width:
                return gap.join(words)
    end = f" d {brief_whole(active)} {seed}"
    return f"{landscape[: max(0, width - len(end) - 1)]}…{end}"[: max(0, width)]


def _loss(snapshot: Snapshot) -> str:
    """The median of the chosen cohort, if it is measured."""
    reading = snapshot.cohorts[snapshot.chosen].readings.get("loss") if snapshot.cohorts else None
    return f"loss {number(reading.spread.median)}" if reading else "loss –"


def _speed(value: float, moving: bool) -> str:
    """A speed of 0 while they move was not measured yet."""
    return rate(value) if moving and value else "–"


def _state(intent: Intent, snapshot: Snapshot) -> tuple[str, str]:
    """The phase in a word, and its style."""
    if snapshot.phase == "starting":
        return "loading …", "text--dim"
    if snapshot.phase == "stopped":
        return "■ STOPPED", "text--bad"
    if snapshot.phase not in ("running", "paused"):
        return f"{'' if intent.running else '‖ '}{snapshot.phase} …", "text--chosen"
    if intent.running and all_diverged(snapshot):
        several = len(snapshot.experiment.cohorts) > 1
        return f"▶ {f'cohort {snapshot.chosen + 1}' if several else 'all'} diverged", "text--bad"
    return ("▶ running", "text--good") if intent.running else ("‖ PAUSED", "text--chosen")


def message(text: str, bad: bool, hint: str, width: int, most: int = 99, more: str = "") -> list[Row]:
    """News, if there is any, in the rows it takes; else the hint on the chosen parameter in one.

    Where it takes more than `most` rows, the last of them ends in `more`, which says where the rest is.
    """
    if not text:
        return [cells(cut(f" {hint}", width), "text--dim")]
    style, margin = ("text--bad", " ✗ ") if bad else ("text--good", " ")
    news = wrapped(margin + text, width - 1, indent=" " * len(margin))
    if len(news) <= most:
        return [cells(line, style) for line in news]
    *whole, last = news[:most]
    last = cut(f"{last} …", width - len(more) - 2)
    return [*(cells(line, style) for line in whole), [*cells(f"{last} ", style), *cells(more, "text--key")]]


def readout(title: str, parts: Callable[[int], Sequence[str]], width: int) -> list[Row]:
    """What the cursor reads, with as many digits as one row has room for, or few of them in several rows."""
    texts = [f" {title}: {'  '.join(parts(digits))}" for digits in DIGITS]
    text = next((text for text in texts if len(text) < width), texts[-1])
    return [cells(line, "text--chosen") for line in wrapped(text, width - 1, indent=" ")]


Hint = tuple[str, str, str]
"""A piece of the footer: its text, its style, and what a click on it does ("" for nothing)."""

BLANK: Hint = (" ", "", "")

NO_OTHERS: Mapping[str, str] = {}


def hints(width: int, table: Sequence[Action] = ACTIONS, first: Mapping[str, str] = NO_OTHERS) -> list[Hint]:
    """The most important keys that have room, in the order of the table; digits in a row in short.

    Before them stand the actions that are `first`, by their ids, with what each does now. A click on a key
    does what it does, and one on the words what the key nearest to them does.
    """
    known = {action.id: (action.first_key, action.handler) for action in table}
    before = [Entry(label, (known[id],)) for id, label in first.items()]
    entries = footer_entries(table)
    used = sum(len(entry.text) for entry in before)
    if used + sum(len(entry.text) for entry in entries) >= width:
        entries = [entry.shortened for entry in entries]
    kept = _fitting(FOOTER, {entry.label: len(entry.text) for entry in entries}, width - used)
    shown = [*before, *(entry for entry in entries if entry.label in kept)]
    return [hint for entry in shown for hint in _pieces(entry)]


def _fitting(labels: Iterable[str], sizes: Mapping[str, int], width: int) -> set[str]:
    """Those of the labels, in their order, that have room beside those before, each so many columns wide."""
    kept, used = set[str](), 0
    for label in labels:
        if used + sizes[label] <= width:
            kept.add(label)
            used += sizes[label]
    return kept


READING = ("move", "leave", "chart", "ends", "finer")
"""Labels of the keys of the cursor in the order in which they are kept where the row is short."""


def reading_hints(width: int, table: Sequence[Action] = ACTIONS) -> list[Hint]:
    """The keys of the cursor that have room, in the place of the others."""
    known = {action.id: (action.first_key, action.handler) for action in table}
    listed = (
        ((known["decrease"], known["increase"]), "move"),
        ((known["first-value"], known["last-value"]), "ends"),
        ((known["previous"], known["next"]), "chart"), ((known["back"],), "leave"),
        ((known["value-before"], known["value-after"]), "finer"),
    )  # fmt: skip
    entries = [Entry(label, keys) for keys, label in listed]
    sizes = {entry.label: len(entry.text) for entry in entries}
    kept = _fitting(READING, sizes, width)
    return [hint for entry in entries if entry.label in kept for hint in _pieces(entry)]


def typing(name: str) -> list[Hint]:
    """Whose value is typed, in the place of the keys: they belong to the editor then."""
    return [(f" {name} ", "text--chosen", "")]


def _pieces(entry: Entry) -> Iterator[Hint]:
    for key, handler in entry.keys:
        yield from (BLANK, (key, "text--key", handler))
    yield from ((f" {entry.label}", "text--dim", entry.keys[-1][1]), BLANK)


def keys(hints: Sequence[Hint]) -> Row:
    """The row of the footer."""
    return [cell for text, style, _ in hints for cell in cells(text, style)]


def handler_at(column: int, hints: Sequence[Hint]) -> str:
    """What a click on this column of the footer does; "" for nothing."""
    for text, _, handler in hints:
        if column < len(text):
            return handler
        column -= len(text)
    return ""


def outcomes_title(snapshot: Snapshot) -> str:
    """Whose outcomes they are, where there are several cohorts."""
    labels = snapshot.experiment.labels
    return f"Walkers of {snapshot.chosen + 1} {labels[snapshot.chosen]}" if len(labels) > 1 else "Walkers"


def outcomes(snapshot: Snapshot, width: int) -> list[Row]:
    """How many walkers have each outcome."""
    reading = snapshot.readings.get("outcomes")
    if reading is None:
        return [cells("  no reading yet", "text--dim")]
    rows = []
    for name, count in reading.counts.items():
        style = "text--bad" if name == "diverged" and count else ("" if count else "text--dim")
        number = whole(count)
        rows.append([*cells(f"  {name}".ljust(width - len(number)), "text--dim"), *cells(number, style)])
    return rows
