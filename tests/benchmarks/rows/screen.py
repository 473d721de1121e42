"""The laboratory under full load at 120×40, watched through a pseudo-terminal: frames, bytes, keys.

With every panel visible it is 200×60, so that all of them have room, and all that can be measured is.

A frame is an update of the screen that changes a cell of a chart; where the curves have moved by less than
a dot there is none, so the updates that change a panel (its numbers, or its chart) are counted too. Keys
are pressed at uneven moments, so that they do not keep time with the laboratory's own ticks; Tab is
pressed, which moves a mark.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from textual.geometry import Region

from ..row import Budget, Result, Row
from ..session import Session, quantile
from .charts import regions
from .startup import FIRST_NUMBERS, PROGRAM

LOADS = {
    "opening": (),
    "rastrigin": ("--landscape", "rastrigin", "--dim", "1000"),
    "field": ("--dim", "1000", "--set", "map=dense"),
}
"""Arguments of each load; the opening scene has its own pace, the others go as fast as they can."""

EVERYTHING = "everything"
"""The load of every panel that there is, at once, on the opening experiment at full speed."""

FASTER, FASTEST = 20, r"speed +max"
LINKS = {"a local terminal": (None, 60.0), "50 KB/s": (50e3, 350.0), "10 KB/s": (10e3, 1000.0)}
"""Bytes a second that the terminal takes, and the budget in ms."""

MARK, PAUSED, EVERY_PAGE = "▸", "PAUSED", r" all "
SECONDS_A_REPETITION = 0.5


def load(name: str, link: float | None = None) -> Session:
    """The laboratory at work on a load."""
    size = (200, 60) if name == EVERYTHING else (120, 40)
    session = Session([PROGRAM, *LOADS.get(name, ())], link=link, size=size)
    try:
        session.wait_for(FIRST_NUMBERS)
        if name == EVERYTHING:
            session.press("0")
            session.wait_for(EVERY_PAGE)
        if name != "opening":
            for _ in range(FASTER):
                session.press("+")
            session.wait_for(FASTEST)
    except BaseException:
        session.end()
        raise
    return session


def traffic(name: str, repetitions: int) -> Result:
    """Frames and bytes a second, and the processor's time."""
    panels = regions()
    with load(name) as session:
        session.listen(SECONDS_A_REPETITION)
        counted(session, panels)
        bytes_before, cpu_before = session.bytes, session.cpu_seconds()
        seconds = SECONDS_A_REPETITION * repetitions
        session.listen(seconds)
        cpu, written = session.cpu_seconds() - cpu_before, session.bytes - bytes_before
        counts = counted(session, panels)
        speeds = " ".join(session.screen.display[1].split())
        quit_seconds = leave(session)
    numbers = {f"{what}_per_s": count / seconds for what, count in counts.items()} | {
        "kB_per_s": written / seconds / 1e3,
        "kB_per_frame": written / max(counts["frames"], 1) / 1e3,
        "cores_used": cpu / seconds,
        "quit_seconds": quit_seconds,
    }
    budgets = [
        Budget("frames a second", numbers["frames_per_s"], least=20.0),
        Budget("kB a frame", numbers["kB_per_frame"], most=3.0),
        Budget("q to the end, seconds", quit_seconds, most=0.5),
    ]
    if name == "opening":
        budgets.append(Budget("kB a second", numbers["kB_per_s"], most=60.0))
    return Result(repetitions, numbers, tuple(budgets), {"seconds_watched": seconds, "status": speeds})


def keys(name: str, repetitions: int) -> Result:
    """From a key to its effect on the screen, on three links; with every panel visible on the first.

    A single repetition shows that keys can be measured at all, and tries the first alone as well.
    """
    numbers, budgets = {}, []
    links = list(LINKS.items())[: 1 if name == EVERYTHING or repetitions == 1 else None]
    for link, (bytes_per_s, most) in links:
        with load(name, bytes_per_s) as session:
            list(session.updates())
            for repetition in range(repetitions):
                session.listen(most * 2e-3 + 0.4 + 0.1 * (repetition * 0.618 % 1.0))
                session.press("tab")
            session.listen(most * 2e-3 + 1.0)
            found = latencies(session, repetitions)
        numbers |= {f"p{share}_ms, {link}": quantile(found, share / 100) for share in (50, 95)}
        budgets.append(Budget(f"95 % of keys, ms, {link}", quantile(found, 0.95), most=most))
    return Result(repetitions, numbers, tuple(budgets))


def paused(repetitions: int) -> Result:
    """What the laboratory does while it does nothing."""
    with load("opening") as session:
        session.press("space")
        session.wait_for(PAUSED)
        session.listen(1.0)
        bytes_before, cpu_before = session.bytes, session.cpu_seconds()
        seconds = SECONDS_A_REPETITION * repetitions
        session.listen(seconds)
        written, cpu = session.bytes - bytes_before, session.cpu_seconds() - cpu_before
    share = 100.0 * cpu / seconds
    budgets = (Budget("bytes", written, most=0.0), Budget("% of a core", share, most=1.0))
    return Result(
        repetitions, {"bytes": written, "percent_of_a_core": share}, budgets, {"seconds_watched": seconds}
    )


def counted(session: Session, panels: Sequence[Region]) -> dict[str, int]:
    """Of the updates that came since: how many changed a chart, how many a panel, and how many there were."""
    charts = [panel.shrink((1, 0, 0, 0)) for panel in panels]
    counts = dict.fromkeys(("frames", "panel_updates", "updates"), 0)
    chart, panel = cells(session, charts), cells(session, panels)
    for _ in session.updates():
        chart_before, panel_before = chart, panel
        chart, panel = cells(session, charts), cells(session, panels)
        counts["frames"] += chart != chart_before
        counts["panel_updates"] += panel != panel_before
        counts["updates"] += 1
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
        if (after := marked(session)) != before and waiting:
            found.append((moment - waiting.popleft()) * 1e3)
        before = after
    if waiting:
        raise TimeoutError(f"{len(waiting)} of {count} keys showed no effect")
    return found


def marked(session: Session) -> int:
    """The row of the screen that the mark is in."""
    return next(y for y, line in enumerate(session.screen.display) if MARK in line)


def leave(session: Session) -> float:
    """Seconds from q to the end of the program."""
    session.press("q")
    return session.wait_for_end() - session.pressed[-1]


ROWS = (
    *(Row(f"screen-{name}", f"frames and bytes, {name}", partial(traffic, name), 20) for name in LOADS),
    Row("screen-paused", "bytes and processor time while paused", paused, 20),
    *(
        Row(f"keys-{name}", f"key to visible effect, {name}", partial(keys, name), 20)
        for name in (*LOADS, EVERYTHING)
    ),
)
