"""The laboratory ended by something other than a key: what is under way is kept first."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

import pytest
from made_up import Engine
from textual.pilot import Pilot

from sim.experiment import Experiment
from sim.trail import Trail
from tui.app import LabApp, run_lab
from tui.connection import leave_when_lost
from tui.interrupted import NO_NEWS, Keeper, News, State, offer, resume

TRAIL = Trail(Experiment(dim=30), (), 12)


class UnderWay(Engine):
    trail = TRAIL


def leave(state: State) -> None:
    """As a laboratory does that is ended."""
    keeper = Keeper()
    keeper.keep(state)
    keeper.let_go()


def kept() -> State | None:
    found, _ = resume()
    if found is None:
        return None
    found.keeper.forget()
    return found.state


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await pilot.pause(0.01)


def screen(app: LabApp) -> str:
    return "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())


@pytest.fixture(autouse=True)
def no_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is the tests', too."""
    monkeypatch.setattr("tui.connection.HANG_UP_SECONDS", 1e6)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal(ending: signal.Signals) -> None:
    app = LabApp(Experiment(), UnderWay())
    async with app.run_test() as pilot:
        await pilot.press("3", "space", "plus")
        os.kill(os.getpid(), ending)
        await until(pilot, lambda: app._exit)
    assert app.lost
    app._keeper.let_go()
    assert kept() == State(TRAIL, "distances", app.lab.intent.pace, running=False)


async def test_before_there_are_walkers_there_is_nothing_to_keep() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test():
        app.keep()
    assert kept() is None


async def test_without_a_signal_little_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written now and then is nobody else's until it ends, and gone once it is left."""
    monkeypatch.setattr("tui.app.KEEP_SECONDS", 0.01)
    engine = UnderWay()
    app = LabApp(Experiment(), engine)
    async with app.run_test() as pilot:
        for step in (12, 500):
            engine.trail = Trail(Experiment(dim=30), (), step)
            await until(pilot, lambda: app._kept == engine.trail)
            assert kept() is None
    app._writing.join()
    app._keeper.let_go()
    assert kept() == State(engine.trail, "descent", app.lab.intent.pace, running=True)


async def test_a_screen_that_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, line = os.openpty()
    done = threading.Event()
    with os.fdopen(line) as keyboard:
        monkeypatch.setattr(sys, "__stdin__", keyboard)
        leave_when_lost(done.set, lambda: None)
        os.close(controller)
        assert done.wait(60), "the loop of events does nothing while this waits"


@pytest.mark.parametrize("full", [False, True])
def test_a_mistake_of_the_program(full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was resumed from stays unless there is something newer."""

    class Broken(LabApp):
        def tick(self) -> None:
            raise ZeroDivisionError

    def run(self: LabApp) -> None:
        asyncio.run(self.run_async(headless=True, size=(80, 24)))

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LabApp, "run", run)
    monkeypatch.setattr("tui.app.LabApp", Broken)
    monkeypatch.setattr("sim.engine.Engine", lambda *_, **__: UnderWay())
    monkeypatch.setattr("tui.app.quiet_warnings", lambda: None)
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("sys.setswitchinterval", lambda _: None)
    before = State(Trail(TRAIL.begun, (), 3), "walls", 5.0, running=True)
    leave(before)
    resumed, _ = resume()
    assert resumed is not None
    if full:
        monkeypatch.setattr("sim.sealed.write", no_room)
    with pytest.raises(ZeroDivisionError):
        run_lab(before.trail.experiment, before.page, resumed=resumed)
    resumed.keeper.let_go()
    assert kept() == (before if full else State(TRAIL, "walls", 5.0, running=True))
    assert kept() is None


async def test_a_start_says_how_to_go_on() -> None:
    leave(State(TRAIL, "descent", None, running=True))
    app = LabApp(Experiment(), Engine(), greet=offer)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "gaussian-field, d = 30, was interrupted at step 12 (" in screen(app))
    assert app.lab.intent.running


async def test_bad_news_at_the_start_stays() -> None:
    app = LabApp(Experiment(), Engine(), greet=lambda: News("it is damaged", bad=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: " ✗ it is damaged" in screen(app))
    assert offer() == NO_NEWS
