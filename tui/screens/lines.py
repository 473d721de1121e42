"""The lines above and below the charts: what is run, how it goes, what to know, what to press."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.measures.outcomes import Outcome, OutcomesReading
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, FOOTER, PAGE_TOPICS, Action, footer_entries, page_number, with_keys
from tui.cells import Row, cells, wrapped
from tui.formats import brief_whole, rate, whole
from tui.intent import Intent

GAP = "   "

DIGITS = (12, 9, 6)
"""How many of a value that is read off a chart may be shown."""


def status(intent: Intent, snapshot: Snapshot, frames: float, page: str, width: int) -> list[Row]:
    """Two rows: the experiment with the state at the right, and the speeds with the page."""
    experiment = snapshot.experiment  # the one that the numbers belong to
    cohorts = experiment.cohorts
    what = [
        experiment.landscape,
        f"d {whole(experiment.active)}"
        + (f" of {whole(experiment.dim)}" if experiment.active < experiment.dim else ""),
        *((f"giants {brief_whole(experiment.giant)}",) if experiment.giant > experiment.dim else ()),
        f"{whole(experiment.walkers)} walker{'s' if experiment.walkers > 1 else ''}",
        f"{len(cohorts)} cohorts" if len(cohorts) > 1 else experiment.optimizer,
        f"seed {experiment.seed}",
    ]
    state, style = _state(intent, snapshot)
    left = (" " + GAP.join(what))[: max(0, width - len(state) - 2)]
    first = [*cells(left.ljust(width - len(state) - 1), "text--strong"), *cells(state + " ", style)]
    moving = intent.running and snapshot.phase == "running"
    speeds = [
        f"step {whole(snapshot.step)}".ljust(14),
        f"{_speed(snapshot.steps_per_second, moving)} steps/s".ljust(14),
        f"{_speed(snapshot.coordinate_steps_per_second, moving)} coordinate-steps/s".ljust(25),
        f"{frames:.0f} frames/s" if moving else "– frames/s",
    ]
    name = f"{page} " if page not in PAGE_TOPICS else f"{page_number(page)} {page} "
    room = max(0, width - len(name))
    while len(" " + GAP.join(speeds).rstrip()) + 2 > room and len(speeds) > 1:
        speeds.pop()  # which page it is comes before how fast it is drawn
    left = (" " + GAP.join(speeds).rstrip())[:room].ljust(room)
    return [first, [*cells(left, "text--dim"), *cells(name, "text--chosen")]]


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
    if intent.running and _all_diverged(snapshot):
        return "▶ all diverged", "text--bad"
    return ("▶ running", "text--good") if intent.running else ("‖ PAUSED", "text--chosen")


def _all_diverged(snapshot: Snapshot) -> bool:
    """Whether no walker of the chosen cohort is left that moves."""
    reading: OutcomesReading | None = snapshot.readings.get("outcomes")
    return reading is not None and set(reading.outcomes) == {Outcome.DIVERGED}


def message(text: str, bad: bool, hint: str, width: int) -> list[Row]:
    """News, if there is any, in as many rows as it takes; else the hint on the chosen parameter in one."""
    if not text:
        return [cells(f" {hint}", "text--dim")]
    style, margin = ("text--bad", " ✗ ") if bad else ("text--good", " ")
    news = wrapped(margin + text, width - 1, indent=" " * len(margin))
    return [cells(line, style) for line in news]


def readout(title: str, parts: Callable[[int], Sequence[str]], width: int) -> list[Row]:
    """What the cursor reads, with as many digits as one row has room for, or few of them in several rows."""
    texts = [f" {title}: {'  '.join(parts(digits))}" for digits in DIGITS]
    text = next((text for text in texts if len(text) < width), texts[-1])
    return [cells(line, "text--chosen") for line in wrapped(text, width - 1, indent=" ")]


def reading_keys(table: Sequence[Action] = ACTIONS) -> Row:
    """The keys of the cursor, in the place of the others."""
    entries = (
        ("`decrease` `increase`", "move"), ("Home End", "ends"), ("`previous` `next`", "chart"),
        ("`back`", "leave"), ("Shift+← Shift+→", "finer"),
    )  # fmt: skip
    row = cells(" ")
    for shown, label in entries:
        row += [*cells(with_keys(shown, table), "text--key"), *cells(f" {label}  ", "text--dim")]
    return row


def keys(width: int, table: Sequence[Action] = ACTIONS) -> Row:
    """The most important keys that have room, in the order of the table."""
    entries = footer_entries(table)
    kept: list[str] = []
    used = 1
    for label in FOOTER:
        size = next(len(shown) + len(label) + 3 for shown, other in entries if other == label)
        if used + size > width:
            continue
        kept.append(label)
        used += size
    row = cells(" ")
    for shown, label in entries:
        if label in kept:
            row += [*cells(shown, "text--key"), *cells(f" {label}  ", "text--dim")]
    return row


def typing(name: str) -> Row:
    """Whose value is typed, in the place of the keys: they belong to the editor then."""
    return cells(f" {name} ", "text--chosen")


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
