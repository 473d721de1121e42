"""The laboratory under full load at three sizes, watched through a pseudo-terminal: frames, bytes, keys.

With every panel visible it is 200×60, so that all of them have room, and all that can be measured is.

A frame is an update of the screen that changes a cell of a chart, be it only the step on its axis; as curves
may move by less than a dot, the updates that change more than that are counted too. Keys
are pressed at uneven moments, so that they do not keep time with the laboratory's own ticks; Tab is
pressed, which moves a mark. What loads the program beside it loads the machine: `busy` is what other
processes took of the cores meanwhile.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from functools import partial

import psutil
from textual.geometry import Region

from tui.actions import PAGE_TOPICS

from ..row import Budget, Result, Row
from ..session import Session, quantile
from .charts import regions
from .startup import FIRST_FRAME, FIRST_NUMBERS, PROGRAM

LOADS = {
    "opening": (),
    "rastrigin": ("--landscape", "rastrigin", "--dim", "1000"),
    "field": ("--dim", "1000", "--set", "map=dense"),
}
"""Arguments of each load; the opening scene has its own pace, the others go as fast as they can."""

EVERYTHING = "everything"
"""The load of every panel that there is, at once, on the opening experiment at full speed."""

SIZES = {"120×40": (120, 40), "80×24": (80, 24), "200×60": (200, 60)}
"""Columns and rows; the first is the one that budgets are for."""

NARROW = "80×24"

FASTER, FASTEST = 20, r"speed +max"
LINKS = {"a local terminal": (None, 60.0), "50 KB/s": (50e3, 350.0), "10 KB/s": (10e3, 1000.0)}
"""Bytes a second that the terminal takes, and the budget in ms."""

MARK, PAUSED, EVERY_PAGE = "▸", "PAUSED", r" all "
NOWHERE, NAME = "", 14
SECONDS_A_REPETITION = 0.5
SETTLED, SETTLING = 3.0, 60.0
"""Seconds without a byte or a reading after which nothing is under way, and how long until then at most."""

READING = 0.05
"""The share of a core from which on something is read."""


class Watch:
    """What other processes take of the cores."""

    def __init__(self) -> None:
        self._before = self._taken()

    def busy(self, own: float) -> float:
        """Cores that others kept busy since; the program that is watched took `own` seconds."""
        seconds, taken = (after - before for before, after in zip(self._before, self._taken(), strict=True))
        return max(0.0, taken - own) / seconds

    @staticmethod
    def _taken() -> tuple[float, float]:
        times, watching = psutil.cpu_times(), time.process_time()
        return time.perf_counter(), times.user + times.system - watching


def load(name: str, link: float | None = None, size: str = "120×40", *, answers: bool = True) -> Session:
    """The laboratory at work on a load."""
    columns_and_rows = SIZES["200×60" if name == EVERYTHING else size]
    session = Session([PROGRAM, *LOADS.get(name, ())], link=link, size=columns_and_rows, answers=answers)
    try:
        session.first_frame = session.wait_for(FIRST_FRAME) - session.began
        session.wait_for(FIRST_NUMBERS)
        if name == EVERYTHING:
            session.press("0")
            session.wait_for(EVERY_PAGE)
        if name != "opening":
            for _ in range(FASTER):
                session.press("+")
            if size != NARROW:  # where the list of parameters is not seen whole
                session.wait_for(FASTEST)
    except BaseException:
        session.end()
        raise
    return session


def traffic(name: str, repetitions: int) -> Result:
    """Frames and bytes a second, what a pause costs, and how long leaving takes, at each size."""
    numbers: dict[str, float] = {}
    budgets: list[Budget] = []
    for size in list(SIZES)[: 1 if repetitions == 1 else None]:
        with load(name, size=size) as session:
            found = moving(session, regions(SIZES[size]), repetitions) | {
                "first_frame_ms": session.first_frame * 1e3
            }
            found |= resting(session, repetitions)
            found["quit_seconds"] = leave(session)
        numbers |= {f"{what}, {size}": number for what, number in found.items()}
        budgets += judged(name, size, found)
    seconds = SECONDS_A_REPETITION * repetitions
    return Result(repetitions, numbers, tuple(budgets), {"seconds_watched": seconds})


def judged(name: str, size: str, found: dict[str, float]) -> list[Budget]:
    """The budgets of one size."""
    budgets = [
        Budget(f"kB a frame, {size}", found["kB_per_frame"], most=3.0),
        Budget(f"bytes while paused, {size}", found["bytes_paused"], most=0.0),
        Budget(f"% of a core while paused, {size}", found["percent_of_a_core_paused"], most=1.0),
        Budget(f"q to the end, seconds, {size}", found["quit_seconds"], most=0.5),
    ]
    if size == "120×40":
        budgets.append(Budget(f"frames a second, {size}", found["frames_per_s"], least=20.0))
        if name == "opening":
            budgets.append(Budget(f"kB a second, {size}", found["kB_per_s"], most=60.0))
    return budgets


def moving(session: Session, panels: Sequence[Region], repetitions: int) -> dict[str, float]:
    """While walkers move: updates and bytes a second, and the processor's time."""
    session.listen(SECONDS_A_REPETITION)
    counted(session, panels)
    bytes_before, cpu_before, watch = session.bytes, session.cpu_seconds(), Watch()
    seconds = SECONDS_A_REPETITION * repetitions
    session.listen(seconds)
    cpu, written = session.cpu_seconds() - cpu_before, session.bytes - bytes_before
    busy, counts = watch.busy(cpu), counted(session, panels)
    return {f"{what}_per_s": count / seconds for what, count in counts.items()} | {
        "kB_per_s": written / seconds / 1e3,
        "kB_per_frame": written / max(counts["frames"], 1) / 1e3,
        "cores_used": cpu / seconds,
        "busy": busy,
    }


def resting(session: Session, repetitions: int) -> dict[str, float]:
    """What the laboratory does while it does nothing, once what was under way is done."""
    session.press("space")
    session.wait_for(PAUSED)
    until, rests = time.perf_counter() + SETTLING, False
    while not rests and time.perf_counter() < until:
        bytes_before, cpu_before = session.bytes, session.cpu_seconds()
        session.listen(SETTLED)
        rests = session.bytes == bytes_before and session.cpu_seconds() - cpu_before < READING * SETTLED
    bytes_before, cpu_before = session.bytes, session.cpu_seconds()
    seconds = SECONDS_A_REPETITION * repetitions
    session.listen(seconds)
    return {
        "bytes_paused": session.bytes - bytes_before,
        "percent_of_a_core_paused": 100.0 * (session.cpu_seconds() - cpu_before) / seconds,
    }


def pages(repetitions: int) -> Result:
    """Bytes on each page of the opening scene once it is there; a single repetition tries the last alone."""
    numbers, budgets = {}, []
    kinds = [*enumerate(PAGE_TOPICS, start=1), (0, "all")]
    with load("opening") as session:
        for digit, page in kinds[-1:] if repetitions == 1 else kinds:
            session.press(str(digit))
            session.wait_for(rf" {page}(: \d+ of \d+)? *\n")
            session.listen(1.0)
            before = session.bytes
            seconds = 0.25 * SECONDS_A_REPETITION * repetitions
            session.listen(seconds)
            numbers[f"kB_per_s, {page}"] = found = (session.bytes - before) / seconds / 1e3
            budgets.append(Budget(f"kB a second, {page}", found, most=60.0))
    return Result(repetitions, numbers, tuple(budgets))


def keys(name: str, repetitions: int, *, answers: bool = True) -> Result:
    """From a key to its effect on the screen, on three links; with every panel visible on the first.

    A single repetition shows that keys can be measured at all, and tries the first alone as well.
    """
    numbers: dict[str, float] = {}
    budgets: list[Budget] = []
    single = repetitions == 1
    links = list(LINKS.items())[: 1 if name == EVERYTHING or single else None]
    sizes = list(SIZES)[: 1 if name == EVERYTHING or single or not answers else None]
    for size in sizes:
        for link, (bytes_per_s, most) in links:
            with load(name, bytes_per_s, size, answers=answers) as session:
                found = pressed(session, repetitions, most * 1e-3)
            where = f"{link}, {'200×60' if name == EVERYTHING else size}"
            numbers |= {f"p{share}_ms, {where}": quantile(found, share / 100) for share in (50, 95)}
            budgets.append(Budget(f"95 % of keys, ms, {where}", quantile(found, 0.95), most=most))
    return Result(repetitions, numbers, tuple(budgets))


def pressed(session: Session, count: int, apart: float) -> list[float]:
    """Milliseconds from each of so many keys to its effect."""
    session.listen(2.0 + apart)
    list(session.updates())
    for number in range(count):
        session.listen(apart + 0.3 + 0.1 * (number * 0.618 % 1.0))
        session.press("tab")
    session.listen(2.0 * apart + 1.0)
    return latencies(session, count)


def counted(session: Session, panels: Sequence[Region]) -> dict[str, int]:
    """Of the updates since: how many changed a chart, how many its curves, and how many there were."""
    parts = {
        "frames": [panel.shrink((1, 0, 0, 0)) for panel in panels],
        "moved_curves": [panel.shrink((1, 0, 2, 0)) for panel in panels],
    }
    counts = dict.fromkeys((*parts, "updates"), 0)
    before = {what: cells(session, part) for what, part in parts.items()}
    for _ in session.updates():
        after = {what: cells(session, part) for what, part in parts.items()}
        for what in parts:
            counts[what] += after[what] != before[what]
        counts["updates"] += 1
        before = after
    return counts


def cells(session: Session, regions: Sequence[Region]) -> list[tuple[str, str]]:
    """Characters and colours in these parts of the screen."""
    rows = session.screen.buffer
    return [
        (rows[y][x].data, rows[y][x].fg)
        for region in regions
        for y in range(region.y, region.bottom)
        for x in range(region.x, region.right)
    ]


def latencies(session: Session, count: int) -> list[float]:
    """Milliseconds from each of the last `count` keys to the update that moved the mark for it."""
    waiting, found = deque(session.pressed[-count:]), []
    before = marked(session)
    for moment in session.updates():
        after = marked(session)
        if after not in (before, NOWHERE) and waiting:
            found.append((moment - waiting.popleft()) * 1e3)
        before = before if after == NOWHERE else after
    if waiting:
        raise TimeoutError(f"{len(waiting)} of {count} keys showed no effect")
    return found


def marked(session: Session) -> str:
    """What the mark stands before, as a list may scroll; a piece of an update may only have taken it away."""
    return next((line.partition(MARK)[2][:NAME] for line in session.screen.display if MARK in line), NOWHERE)


def leave(session: Session) -> float:
    """Seconds from q to the end of the program."""
    session.press("q")
    return session.wait_for_end() - session.pressed[-1]


ROWS = (
    *(
        Row(f"screen-{name}", f"frames, bytes, pause and end, {name}", partial(traffic, name), 20)
        for name in LOADS
    ),
    Row("screen-pages", "bytes on each page of the opening scene", pages, 20),
    *(
        Row(f"keys-{name}", f"key to visible effect, {name}", partial(keys, name), 20)
        for name in (*LOADS, EVERYTHING)
    ),
    Row(
        "keys-unanswered",
        "key to visible effect, opening, where the terminal answers nothing",
        partial(keys, "opening", answers=False),
        20,
    ),
)
