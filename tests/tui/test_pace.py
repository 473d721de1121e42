"""When charts are drawn: not while the terminal is late, in pieces where it is slow, seldom in a pause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic

import pytest
from made_up import Engine, snapshot
from test_map import reading, shown
from textual.events import Key, Resize
from textual.geometry import Size

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.beat import CALM, QUICK, QUIET, Beat
from tui.link import Link
from tui.panel import FIRST, PAGES, panels
from tui.screens import lines
from tui.screens.news import OFFERED_SECONDS, SECONDS


class Late(Link):
    is_ready = False


class Slow(Link):
    is_slow = True


class Counting(Engine):
    taken = 0

    def take(self) -> Snapshot | None:
        self.taken += 1
        return super().take()


def takes(app: LabApp, engine: Counting, ticks: int) -> int:
    """How often a snapshot is asked for in so many ticks at once."""
    before = engine.taken
    for _ in range(ticks):
        app.tick()
    return engine.taken - before


async def test_nothing_is_drawn_while_the_terminal_is_late() -> None:
    engine = Counting(snapshot())
    app = LabApp(Experiment(), engine)
    app.link = Late()
    async with app.run_test(size=(120, 40)):
        assert takes(app, engine, 3) == 0
        app.link = Link()
        assert takes(app, engine, 3) == 3
        assert app.lab.snapshot.step == 300


class Timers:
    """Has one timer at a time, which is called by hand."""

    def __init__(self) -> None:
        self.running: list[Timers] = []

    def set_interval(self, seconds: float, beat: Callable[[], None]) -> Timers:
        self.a_second, self.beat = 1.0 / seconds, beat
        self.running.append(self)
        return self

    def stop(self) -> None:
        self.running.remove(self)


def test_a_beat_becomes_calm_and_is_quick_again_once_something_is_new() -> None:
    timers, ticks = Timers(), []
    beat = Beat(timers, lambda: ticks.append(timers.a_second))
    beat.start()
    for _ in range(QUIET - 1):
        timers.beat()
    beat.hurry()
    for _ in range(QUIET + 9):
        timers.beat()
    assert ticks == [pytest.approx(QUICK)] * (2 * QUIET - 2) + [pytest.approx(CALM)] * 10
    beat.hurry()
    assert timers.a_second == pytest.approx(QUICK)
    assert len(timers.running) == 1


async def test_what_is_new_hurries_the_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, a snapshot, and a terminal that has no room; else nothing."""
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.beat._timer.stop()
        hurried: list[str] = []
        monkeypatch.setattr(app.beat, "hurry", lambda: hurried.append(cause))
        cause = "nothing"
        app.tick()
        cause = "key"
        await app.on_event(Key("tab", None))
        cause = "snapshot"
        app._engine.waiting.append(snapshot())
        app.tick()
        cause = "no room"
        app.link = Late()
        app.tick()
        assert hurried == ["key", "snapshot", "no room"]


@asynccontextmanager
async def on_a_slow_line() -> AsyncIterator[LabApp]:
    """The laboratory, which has found out how slow it is."""
    app = LabApp(Experiment(), Engine())
    app.link = Slow()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.tick()
        yield app


async def test_a_slow_line_gets_one_chart_at_a_time_and_at_last_all() -> None:
    async with on_a_slow_line() as app:
        charts = app.lab.charts
        charts.show(snapshot())
        seen = [view for view in charts.views if view.display]
        assert len(seen) == 4
        drawn = [sum(bool(view._picture.series) for view in seen)]
        for _ in range(3):
            app.tick()  # the engine has nothing new
            drawn.append(sum(bool(view._picture.series) for view in seen))
        assert drawn == [1, 2, 3, 4]


async def test_what_waited_comes_before_what_was_drawn_last_time() -> None:
    async with on_a_slow_line() as app:
        charts = app.lab.charts
        steps = [300, 301, 302, 303]
        for step in steps:  # another snapshot each time before the other charts are drawn
            charts.show(snapshot(step))
        assert [view._painted.last for view in charts.views if view.display] == steps


async def test_what_was_said_goes_in_a_pause_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.offer("go on with what was interrupted?")
        await pilot.press(".")
        app.tick()
        assert app.lab.words.news.line() == "one step" in message(app)
        now = monotonic()
        monkeypatch.setattr("tui.screens.news.monotonic", lambda: now + SECONDS + 1.0)
        app.tick()
        assert "one step" not in message(app) and "go on with what was interrupted?" in message(app)
        monkeypatch.setattr("tui.screens.news.monotonic", lambda: now + OFFERED_SECONDS + 10.0)
        app.tick()
        assert "interrupted" not in message(app)


def message(app: LabApp) -> str:
    """What stands on the line of news."""
    return "".join(character for row in app.lab.words.message._rows for character, _ in row)


async def test_a_map_waits_for_the_next_while_walkers_move_and_only_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("7")
        (view,) = app.lab.charts.seen
        drawn: list[int] = []
        monkeypatch.setattr(view, "_draw", lambda: drawn.append(view._picture.last) or True)
        for step, phase in ((300, "running"), (301, "running"), (302, "paused"), (303, "paused")):
            app.lab.show(replace(shown(reading(step)), step=step, phase=phase))
        assert drawn == [300, 302, 303]


async def test_the_keys_are_put_together_once_for_each_width(monkeypatch: pytest.MonkeyPatch) -> None:
    app = LabApp(Experiment(), Engine())
    made: list[int] = []
    hints = lines.hints
    monkeypatch.setattr(lines, "hints", lambda width, *table: made.append(width) or hints(width, *table))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        made.clear()
        for step in (300, 301):
            app.lab.show(snapshot(step))
        assert made == []
        await pilot.press("v", "v", "enter", "escape")
        assert made == [120]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert made[1:] == [80]
        row = "".join(character for character, _ in app.lab.words.keys._rows[0])
        assert row.startswith(" space pause ") and len(row) == 80


async def test_the_same_size_told_again_is_painted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a session is taken up again in another window."""
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)):
        repainted = []
        monkeypatch.setattr(type(app.lab), "refresh", lambda self, *_, **__: repainted.append(self))
        monkeypatch.setattr(app._shown, "forget", lambda: repainted.append(app._shown))
        await app.on_event(Resize(Size(120, 40), Size(120, 40)))
        assert repainted == [app._shown, app.lab]


async def test_the_first_frame_has_the_panels_of_the_first_page_and_all_come_with_the_first_numbers() -> None:
    """A panel that is imported keeps the first frame waiting."""
    of_the_page = {name for name, panel in panels() if panel.page == PAGES[0]}
    assert set(FIRST) == of_the_page
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert {view.name for view in app.lab.charts.views} == of_the_page
        app._engine.waiting.append(snapshot())
        app.tick()
        await pilot.pause()
        assert [view.name for view in app.lab.charts.views] == [name for name, _ in panels()]
        assert {view.name for view in app.lab.charts.views if view.display} == of_the_page


@pytest.mark.parametrize("key", ["2", "0", "m", "9"])
async def test_another_page_is_there_before_the_first_numbers(key: str) -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app.lab.charts.on_page and all(view.is_attached for view in app.lab.charts.seen)
        assert len(app.lab.charts.views) == len(panels())


async def test_a_wide_screen_has_the_map_before_the_first_numbers() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        assert [view.name for view in app.lab.charts.seen] == ["map", *FIRST]
