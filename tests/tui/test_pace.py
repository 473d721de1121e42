"""When charts are drawn: not while the terminal is late, in pieces where it is slow, seldom in a pause."""

from __future__ import annotations

import pytest
from made_up import Engine, snapshot
from textual.events import Key, Resize
from textual.geometry import Size

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.app import CALM, CALM_TICKS, LabApp
from tui.link import Link


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


async def test_a_pause_is_looked_at_seldom_until_a_key_is_pressed() -> None:
    engine = Counting()
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=(120, 40)):
        takes(app, engine, CALM + 1)
        assert takes(app, engine, 10 * CALM_TICKS) == 10
        await app.on_event(Key("tab", None))
        assert takes(app, engine, 10) == 10


async def test_a_new_snapshot_calls_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Counting()
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=(120, 40)):
        takes(app, engine, CALM + 1)
        monkeypatch.setattr(engine, "take", snapshot)
        takes(app, engine, CALM_TICKS)
        monkeypatch.undo()
        assert takes(app, engine, 10) == 10


async def test_a_slow_line_gets_one_chart_at_a_time_and_at_last_all() -> None:
    app = LabApp(Experiment(), Engine())
    app.link = Slow()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.tick()
        charts = app.lab.charts
        charts.show(snapshot())
        seen = [view for view in charts.views if view.display]
        assert len(seen) == 4
        drawn = [sum(bool(view._picture.series) for view in seen)]
        for _ in range(3):
            charts.go_on()
            drawn.append(sum(bool(view._picture.series) for view in seen))
        assert drawn == [1, 2, 3, 4]


async def test_the_same_size_told_again_is_painted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a session is taken up again in another window."""
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)):
        repainted = []
        monkeypatch.setattr(type(app.lab), "refresh", lambda self, *_, **__: repainted.append(self))
        monkeypatch.setattr(app._shown, "forget", lambda: repainted.append(app._shown))
        await app.on_event(Resize(Size(120, 40), Size(120, 40)))
        assert repainted == [app._shown, app.lab]
