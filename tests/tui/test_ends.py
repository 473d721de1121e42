"""The laboratory ended by something other than a key: what is under way is kept first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable

import pytest
from made_up import Engine
from piloted import opened, screen_text, until
from textual.events import Key

from sim.cohort import Cohort
from sim.commands import Run
from sim.experiment import Experiment
from sim.trail import Trail
from tui.app import LabApp
from tui.connection import leave_when_lost
from tui.interrupted import NO_NEWS, Keeper, News, folder, left, offer, resume
from tui.record import State
from tui.start import run_lab

TRAIL = Trail(Experiment(dim=30), (), 12)


class UnderWay(Engine):
    """With walkers, which may be on the way to where others were."""

    trail: Trail | None = TRAIL
    ahead: Trail | None = None
    followed: tuple[Trail, float | None] | None = None

    def follow(self, trail: Trail, pace: float | None) -> None:
        self.trail = self.ahead = trail
        self.followed = trail, pace


def leave(state: State) -> None:
    """As a laboratory does that is ended."""
    keeper = Keeper()
    keeper.keep(lambda: state)
    keeper.let_go()


def kept() -> State | None:
    found, _ = resume()
    if found is None:
        return None
    found.keeper.forget()
    return found.state


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
    app.keeping._keeper.let_go()
    assert kept() == State(TRAIL, "distances", app.lab.intent.pace, running=False, parameter="active_dim")


async def test_before_there_are_walkers_there_is_nothing_to_keep() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test():
        app.keeping.keep()
    assert kept() is None


async def test_without_a_signal_little_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written now and then is nobody else's until it ends, and gone once it is left."""
    monkeypatch.setattr("tui.keeping.SECONDS", 0.01)
    engine = UnderWay()
    app = LabApp(Experiment(), engine)
    async with app.run_test() as pilot:
        for step in (12, 500):
            engine.trail = Trail(Experiment(dim=30), (), step)
            await until(
                pilot, lambda: app.keeping._kept is not None and app.keeping._kept.trail == engine.trail
            )
            assert kept() is None
    app.keeping._writing.join()
    app.keeping._keeper.let_go()
    assert kept() == State(engine.trail, "descent", app.lab.intent.pace, True, parameter="active_dim")


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
    monkeypatch.setattr("tui.start.LabApp", Broken)
    monkeypatch.setattr("sim.engine.Engine", lambda *_, **__: UnderWay())
    monkeypatch.setattr("tui.start.quiet_warnings", lambda: None)
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("sys.setswitchinterval", lambda _: None)
    before = State(Trail(TRAIL.begun, (), 3), "walls", 5.0, running=True, parameter="active_dim")
    leave(before)
    resumed, _ = resume()
    assert resumed is not None
    if full:
        monkeypatch.setattr("sim.sealed.write", no_room)
    with pytest.raises(ZeroDivisionError):
        run_lab(opened(), resumed=resumed)
    resumed.keeper.let_go()
    assert kept() == (before if full else State(TRAIL, "walls", 5.0, running=True, parameter="active_dim"))
    assert kept() is None


async def test_an_offer_stays_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a key tells comes before it, for a while."""
    leave(State(TRAIL, "descent", None, running=True))
    app = LabApp(Experiment(), Engine(), greet=offer)
    offered = "gaussian-field, d = 30, was interrupted at step 12 ("
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: offered in screen_text(app))
        await until(pilot, lambda: "or : resume; : forget drops it" in " ".join(screen_text(app).split()))
        await pilot.press("down")
        await until(pilot, lambda: offered not in screen_text(app))
        monkeypatch.setattr("tui.screens.news.SECONDS", 0.0)
        app.lab.show(app.lab.snapshot)
        await until(pilot, lambda: offered in screen_text(app))
        monkeypatch.setattr("tui.screens.news.SECONDS", 60.0)
        command(app, "forget gaussian-field, d = 30, at step 12")()
        await until(pilot, lambda: " forgotten" in screen_text(app))
        assert offered not in screen_text(app)
        assert not [each for each in app.get_system_commands(app.screen) if each.title.startswith("forget ")]
    assert app.lab.intent.running
    assert left() == ()


def command(app: LabApp, title: str) -> Callable[[], object]:
    """What the palette does for the one entry that begins so."""
    (found,) = (each for each in app.get_system_commands(app.screen) if each.title.startswith(title))
    return found.callback


async def test_what_was_interrupted_is_gone_on_with_from_the_palette() -> None:
    """What ran in its place is given up; all is seen as it was."""
    field = Experiment(dim=30, more_cohorts=(Cohort("adam"),))
    wanted = State(Trail(field, (), 12), "map", 5.0, False, "map", {"map": "map-random"}, 1, "lr")
    leave(wanted)
    engine = UnderWay()
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.keeping.left) == 1)
        app.keeping.keep()
        command(app, "resume gaussian-field, d = 30, at step 12")()
        await pilot.pause()
        assert engine.followed == (wanted.trail, 5.0)
        assert [view.name for view in app.lab.charts.views if view.display] == ["map"]
        assert app.lab.charts.measures == {"map-random"}
        assert engine.sent == [Run(False)]
        assert kept() is None, "it is in use"
        assert len([*folder().iterdir()]) == 1, "nothing else was left"
        app.keeping.keep()
    app.keeping._keeper.let_go()
    assert kept() == wanted
    assert left() == ()


async def test_going_on_with_another_drops_no_way_back() -> None:
    """It was left before its end, as by a key that leaves the laboratory."""
    for step in (10**7, 12):
        leave(State(Trail(TRAIL.begun, (), step), "walls", 5.0, running=True))
    last, before = left()
    resumed, _ = resume(before.path)
    assert resumed is not None
    engine = UnderWay()
    engine.follow(resumed.state.trail, None)
    app = LabApp(TRAIL.begun, engine, keeper=resumed.keeper)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.keeping.left) == 1)
        command(app, "resume gaussian-field, d = 30, at step 12")()
        assert [each.path for each in left()] == [before.path]
        app.keeping.keep()
    app.keeping._keeper.let_go()
    assert [each.path for each in left()] == [last.path, before.path]


@pytest.mark.parametrize("arrived", [False, True])
async def test_leaving_on_the_way_back_drops_nothing(
    arrived: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    before = State(Trail(TRAIL.begun, (), 10**7), "walls", 5.0, running=True, parameter="active_dim")
    leave(before)
    resumed, _ = resume()
    assert resumed is not None
    engine = UnderWay()
    engine.follow(resumed.state.trail, None)
    app = LabApp(before.trail.experiment, engine, keeper=resumed.keeper)
    app.lab.take_over(resumed.state)
    async with app.run_test(size=(120, 40)) as pilot:
        app.keeping.keep()
        if arrived:
            engine.ahead = None
        await pilot.press("q")
    said = "not back at step 10 000 000 yet; to go on: landscape-tui --resume\n"
    assert capsys.readouterr().err == ("" if arrived else said)
    app.keeping.keep()
    assert kept() == (None if arrived else before)


async def test_nothing_older_takes_the_place_of_what_is_newer() -> None:
    """Who waits for another that writes, writes what is so once it is his turn."""
    engine = UnderWay()
    app = LabApp(Experiment(), engine)
    later = Trail(Experiment(dim=30), (), 200)

    class Turn(contextlib.nullcontext[None]):
        def __enter__(self) -> None:
            engine.trail = later

    app.keeping._keeper._turn = Turn()  # type: ignore[assignment]
    app.keeping.keep()
    app.keeping._keeper.let_go()
    found = kept()
    assert found is not None and found.trail == later


async def test_where_nothing_can_be_kept_that_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/1/nope")
    monkeypatch.setattr("tui.keeping.SECONDS", 0.01)
    app = LabApp(Experiment(), UnderWay())
    said = "/proc/1/nope/landscape-tui/interrupted cannot be written (No such file or directory)"
    async with app.run_test(size=(200, 40)) as pilot:
        await until(pilot, lambda: said in screen_text(app))
        await pilot.press("down")
        for _ in range(3):
            app.keeping.keep()
        await pilot.pause()
        assert said not in screen_text(app)


async def test_bad_news_at_the_start_stays() -> None:
    app = LabApp(Experiment(), Engine(), greet=lambda: News("it is damaged", bad=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: " ✗ it is damaged" in screen_text(app))
    assert offer() == NO_NEWS


async def test_keys_after_the_one_that_leaves_open_nothing() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app._typed_ahead is None)
        for key in ("q", "ctrl+p", "a"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert len(app.screen_stack) <= 1
    assert app.failure is None and app.return_code == 0
