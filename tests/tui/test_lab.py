"""The laboratory under a pilot, with an engine that computes nothing."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
from dataclasses import replace

import pytest
from made_up import SEVERAL, Engine, several, snapshot, with_reading
from piloted import opened, screen_text, shown, until
from textual.containers import Container
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, Static

from sim.cohort import Cohort
from sim.commands import AddCohort, Advance, Pace, Reseed, Rewind, Run, Set
from sim.experiment import Experiment
from sim.measures.outcomes import Outcome, OutcomesReading
from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.cli import answer
from tui.config import Preferences
from tui.intent import PATIENCE, Intent
from tui.linked import backlog
from tui.look import Look
from tui.panel import PAGES, PANELS, panels
from tui.picture import Picture
from tui.screens.chart_view import ChartView
from tui.screens.help import HelpScreen
from tui.start import run_lab
from tui.surface import Surface


def lab(*snapshots: Snapshot) -> LabApp:
    return LabApp(Experiment(), Engine(*snapshots))


def sent(app: LabApp) -> list[object]:
    assert isinstance(app._engine, Engine)
    return list(app._engine.sent)


async def test_the_engine_starts_after_the_first_paint_and_snapshots_are_taken() -> None:
    app = lab(Snapshot(Experiment(), phase="compiling 2 of 5"), snapshot())
    assert isinstance(app._engine, Engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.lab.snapshot.step == 300)
        assert app._engine.started
        visible = {name for _, panel in panels() if panel.page == PAGES[0] for name in panel.measures}
        assert app._engine.wanted == {*visible, "outcomes"}


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("starting", "loading …"),
        ("compiling 2 of 5", "compiling 2 of 5 …"),
        ("building", "building …"),
        ("running", "measuring …"),
        ("stopped", "stopped"),
    ],
)
async def test_panels_without_numbers_say_why(phase: str, said: str) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        assert (await shown(pilot, app, Snapshot(Experiment(), phase=phase))).count(said) >= 4


async def test_the_whole_screen_from_one_snapshot() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(pilot, app, replace(snapshot(1234), phase="running", steps_per_second=49.96))
        for part in (
            "gaussian-field",
            "d 100",
            "64 walkers",
            "gd",
            "seed 0",
            "step 1 234",
            "50 steps/s",
            "320 k coordinate-steps/s",
            "frames/s",
            "running",
            "Loss",
            "Gradient norm",
            "Spread of distances: relative",
            "Hessian signs",
            "━ median",
            "░ 10–90%",
            "╌ theory",
            "+0− walker 1",
            "▸ active_dim",
            "length_scale",
            "speed",
            "descending",
            "60",
            "at a saddle",
            "q quit",
            "? help",
        ):
            assert part in text, part


async def test_a_speed_that_is_not_measured_yet_is_no_number() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(pilot, app, snapshot(phase="running", steps_per_second=0.0))
        assert "– steps/s" in text and "– coordinate-steps/s" in text


async def test_a_panel_that_fails_says_so_and_the_rest_goes_on() -> None:
    def paint(_: Snapshot) -> Picture:
        raise ValueError("no\nsuch thing")

    app = lab()
    app.lab.charts.views[0].panel = replace(app.lab.charts.views[0].panel, paint=paint)
    async with app.run_test(size=(140, 40)) as pilot:
        text = await shown(pilot, app, snapshot())
        assert "this panel failed: ValueError('no\\nsuch thing')" in text
        assert "theory 0.0594" in text and "100 up" in text


@pytest.mark.parametrize("variable", ["", "1"])
def test_a_mistake_of_the_program_is_one_line_or_a_traceback_that_was_asked_for(
    variable: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Broken(LabApp):
        def tick(self) -> None:
            secret = "a" * 99
            raise ZeroDivisionError(secret[:3])

    def run(self: LabApp) -> None:
        asyncio.run(self.run_async(headless=True, size=(80, 24)))

    monkeypatch.setattr(LabApp, "run", run)
    monkeypatch.setattr("tui.start.LabApp", Broken)
    monkeypatch.setattr("sim.engine.Engine", lambda *_, **__: Engine())
    monkeypatch.setattr("tui.cli._lab", lambda _: run_lab(opened()))
    monkeypatch.setattr("tui.start.quiet_warnings", lambda: None)
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("sys.setswitchinterval", lambda _: None)
    monkeypatch.setenv("LANDSCAPE_TUI_TRACEBACK", variable)
    if variable:
        with pytest.raises(ZeroDivisionError):
            answer([])
        return
    assert answer([]) == 1
    error = capfd.readouterr().err
    assert "a mistake of the program itself: ZeroDivisionError('aaa')" in error
    assert "secret" not in error and "Traceback" not in error


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["space"], Run(False)),
        (["full_stop"], Advance(1)),
        (["r"], Rewind()),
        (["R"], Reseed(1)),
        (["left_square_bracket"], Set("active_dim", 50)),
        (["right_square_bracket"], Set("dim", 200)),
        (["l"], Set("landscape", "griewank")),
        (["o"], Set("optimizer", "langevin")),
        (["plus"], Pace(50.0)),
        (["equals_sign"], Pace(50.0)),
        (["minus"], Pace(10.0)),
        (["left"], Set("active_dim", 50)),
        (["down", "right"], Set("dim", 200)),
        (["tab", "tab", "right"], Set("giant_dim", 200)),
        (["tab", "tab", "tab", "left"], Set("walkers", 32)),
        (["up", "right"], Set("landscape", "griewank")),
        (["shift+tab", "right"], Set("landscape", "griewank")),
        (["enter", "3", "enter"], Set("active_dim", 3)),
        ([*["tab"] * 6, "right"], Set("lr", 0.05)),
        (["a"], AddCohort(Cohort("langevin"))),
    ],
)
async def test_every_key_sends_its_command(keys: list[str], command: object) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        assert sent(app) == [command]


async def test_a_typed_mistake_is_refused_in_place_and_the_run_goes_on() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"1e30", "enter")
        await pilot.pause()
        text = screen_text(app)
        assert "✗ active_dim: 1e30 is out of range; accepted: a whole number from 1 to 100, or all" in text
        assert app.query_one(Input).display and app.query_one(Input).has_focus
        assert sent(app) == []
        await pilot.press("escape")
        assert not app.query_one(Input).display
        assert "✗" not in screen_text(app)
        await pilot.press("space")
        assert sent(app) == [Run(False)]


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24)])
async def test_charts_give_way_to_news_and_help_has_what_has_no_room(size: tuple[int, int]) -> None:
    said = "batch: 1000 is more than the 100 examples of /long/paths/csv/classes.csv; accepted: 0 for all"
    app = lab()
    async with app.run_test(size=size) as pilot:
        before = await shown(pilot, app, snapshot())
        charts = seen(app)
        app.lab.say(said, bad=True)
        await until(pilot, lambda: app.lab.words.message.region.bottom == app.lab.words.keys.region.y)
        await pilot.pause()
        text = screen_text(app)
        assert all(view.region.bottom <= app.lab.words.message.region.y for view in app.lab.charts.seen), text
        assert seen(app) == charts and "too small" not in text
        whole = said.replace(" ", "") in "".join(text.split())
        assert whole == (size[0] > 40) and whole != ("… ? tells all" in text), text
        await pilot.press("question_mark")
        await pilot.pause()
        assert said[:20] in screen_text(app)
        await pilot.press("escape")
        app.lab.say("")
        await until(pilot, lambda: screen_text(app) == before)


async def test_charts_do_not_jump_while_they_are_read() -> None:
    app = lab()
    async with app.run_test(size=(60, 20)) as pilot:
        await shown(pilot, app, snapshot())
        await pilot.press("v")
        await pilot.pause()
        (read,) = (view for view in app.lab.charts.seen if view.is_read)
        regions = set()
        for readout in ("short", "long " * 20, "short"):
            read.readout = lambda digits, readout=readout: (readout,)  # type: ignore[method-assign]
            app.lab.say("")
            await pilot.pause()
            regions.add(read.region)
        assert len(regions) <= 2 and read.region.height == min(region.height for region in regions)


async def test_news_stays_whole_when_the_size_changes() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.say(30 * "remedy ", bad=True)
        for size in [(40, 24), (120, 40), (20, 5), (80, 24)]:
            await pilot.resize_terminal(*size)
            shown = 30 if size[0] >= 40 else 0
            await until(pilot, lambda shown=shown: screen_text(app).count("remedy") == shown)


async def test_the_editor_opens_on_a_value_that_can_be_typed_back() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.put("dim", "2000")
        app.lab.put("lr", "1e-9")
        for name, plain in (
            ("dim", "2000"),
            ("lr", "1e-09"),
            ("landscape", "gaussian-field"),
            ("speed", "20"),
        ):
            app.lab.parameters.chosen = name
            await pilot.press("enter")
            assert app.query_one(Input).value == plain
            before = app.lab.intent.value(name)
            await pilot.press("enter")
            await pilot.pause()
            assert not app.query_one(Input).display and app.lab.intent.value(name) == before


TYPING_SIZES = [(40, 12), (60, 24), (71, 24), (72, 12), (80, 24), (120, 40)]


@pytest.mark.parametrize("size", TYPING_SIZES)
async def test_a_value_can_be_typed_at_every_size(size: tuple[int, int]) -> None:
    app = lab()
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter", *"30x", "enter")
        await pilot.pause()
        text = screen_text(app)
        assert "✗ active_dim: '30x' is not a" in text and re.search(
            r"(^| |▸ )active_dim +30x ", text, re.MULTILINE
        ), text
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert sent(app) == [Set("active_dim", 30)] and "q quit" in screen_text(app)


async def test_a_long_value_is_seen_whole_without_a_list_and_the_next_key_ends_a_mistake() -> None:
    app, value = lab(), "123456789012345678901"
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("enter", *value, "enter")
        await pilot.pause()
        text = screen_text(app)
        assert f"active_dim  {value} " in text and "✗ active_dim: 123" in text and "tells all" not in text
        await pilot.press("backspace")
        await pilot.pause()
        text = screen_text(app)
        assert f"active_dim  {value[:-1]} " in text and "✗" not in text


@pytest.mark.parametrize("size", [(40, 12), (60, 20)])
async def test_a_value_is_told_first_where_no_list_shows_it(size: tuple[int, int]) -> None:
    app = lab()
    async with app.run_test(size=size) as pilot:
        app.lab.choose("seed")
        await pilot.pause()
        assert " seed 0 · decides the landscape and" in screen_text(app)
        await pilot.press("right")
        notice = "started again from step 0"
        text = await shown(
            pilot, app, snapshot(experiment=app.lab.intent.experiment, answered=1, notice=notice)
        )
        assert f" seed 1 · {notice}" in text


async def test_the_editor_stays_on_the_screen_while_the_size_changes() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "7")
        for width, height in [*TYPING_SIZES, *TYPING_SIZES[::-1]]:
            await pilot.resize_terminal(width, height)
            await shown(pilot, app, snapshot())
            assert re.search(r"(^| |▸ )active_dim +7 ", screen_text(app), re.MULTILINE), (width, height)
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert not app.query_one(Input).display and "q quits" in screen_text(app)
        await pilot.press("r")
        assert sent(app) == [Rewind()]


async def test_keys_go_to_the_editor_while_it_is_open() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "q", "space", "r")
        assert sent(app) == [] and app.query_one(Input).value == "q r"
        await pilot.press("tab")
        assert not app.query_one(Input).display and app.lab.parameters.chosen == "dim"


async def test_choosing_goes_round_and_survives_a_change_of_optimizer() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        names = app.lab.intent.names
        await pilot.press(*["down"] * len(names))
        assert app.lab.parameters.chosen == "active_dim"
        app.lab.put("optimizer", "adam")
        app.lab.parameters.chosen = "beta1"
        app.lab.put("optimizer", "gd")
        app.lab.parameters.chosen = "beta1"
        app.lab.parameters.show()
        assert app.lab.parameters.chosen in names


async def test_a_list_longer_than_its_panel_scrolls_to_the_chosen() -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        app.lab.put("optimizer", "adam")
        for _ in range(20):
            await pilot.press("down")
            await pilot.pause()
            assert f"▸ {app.lab.parameters.chosen}" in screen_text(app)


def seen(app: LabApp) -> list[str]:
    """The names of the panels that are on the screen."""
    return [str(view.id).removeprefix("panel-") for view in app.lab.charts.views if view.display]


@pytest.mark.parametrize(("digit", "page"), enumerate(PAGES, start=1))
async def test_a_digit_turns_to_a_page_and_asks_for_no_more_than_is_seen(digit: int, page: str) -> None:
    there = [(name, panel) for name, panel in panels() if panel.page == page]
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("0", str(digit))
        assert seen(app) == [name for name, _ in there]
        wanted = {measure for _, panel in there for measure in panel.choices[0]}
        assert app.lab.measures == {*wanted, "outcomes"}
        assert f" {digit} {page} " in screen_text(app)


async def test_expanding_goes_through_the_panels_of_a_page() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        several = seen(app)
        for name in several:
            await pilot.press("e")
            assert seen(app) == [name]
            assert app.lab.measures == {*PANELS[name].measures, "outcomes"}
        await pilot.press("e")
        assert seen(app) == several
        await pilot.press("e", "e", "escape")
        assert seen(app) == several


@pytest.mark.parametrize(("size", "all_of_them"), [((200, 60), True), ((80, 24), False), ((40, 12), False)])
async def test_all_panels_stand_together_where_they_have_room(
    size: tuple[int, int], all_of_them: bool
) -> None:
    app = lab()
    async with app.run_test(size=size) as pilot:
        await pilot.press("0")
        await pilot.pause()
        assert (len(seen(app)) == len(panels())) == all_of_them
        regions = [view.region for view in app.lab.charts.views if view.display]
        assert len(set(regions)) == len(regions)
        assert all(region.width >= 26 and region.height >= 8 for region in regions)


async def test_charts_that_take_long_to_draw_let_keys_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.charts.SECONDS_AT_ONCE", 0.0)
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        drawn: list[str] = []
        for view in app.lab.charts.views:
            monkeypatch.setattr(view, "show", lambda snapshot, name=view.id: bool(drawn.append(name)))
        app.lab.show(snapshot())
        assert drawn == []
        monkeypatch.setattr("tui.screens.charts.SECONDS_AT_ONCE", 60.0)
        await pilot.pause()
        assert drawn == [view.id for view in app.lab.charts.views if view.display]


async def test_help_opens_and_closes() -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (["escape"], ["q"], ["question_mark", "question_mark"]):
            await pilot.press("question_mark")
            assert isinstance(app.screen, HelpScreen)
            await pilot.press(*keys)
            assert app.screen is app.lab
        assert app.is_running


async def test_a_notice_is_shown_until_something_else_is_done() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(pilot, app, snapshot(notice="started again from step 0"))
        assert "started again from step 0" in text
        await pilot.press("down")
        await pilot.pause()
        text = screen_text(app)
        assert "started again" not in text
        assert "dim: how many dimensions, a whole number from 1; a change starts anew" in text
        await pilot.press("r")
        assert "✗ no room" in await shown(pilot, app, snapshot(notice="no room", failed=True))


async def test_bad_news_stays_until_the_next_key_whatever_the_engine_says_late() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"1e30", "enter")
        text = await shown(pilot, app, snapshot(notice="started again from step 0"))
        assert "✗ active_dim: 1e30 is out of range" in text
        assert "✗ no room" in await shown(pilot, app, snapshot(step=1, notice="no room", failed=True))
        await pilot.press("escape")
        text = await shown(
            pilot, app, snapshot(step=2, notice="rewound: the same landscape, the same starts")
        )
        assert "rewound" in text


async def test_diverged_walkers_are_counted() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        base = snapshot()
        gone = OutcomesReading(300, (Outcome.DIVERGED,) * 64)
        text = await shown(pilot, app, with_reading(base, "outcomes", gone))
        assert any("diverged" in line and "64" in line for line in text.splitlines())


async def test_every_outcome_has_its_row() -> None:
    app = lab()
    reading = OutcomesReading(300, tuple(Outcome))
    async with app.run_test(size=(80, 24)) as pilot:
        base = snapshot()
        text = await shown(pilot, app, with_reading(base, "outcomes", reading))
        assert all(re.search(rf"{outcome} +1 ?│", text) for outcome in Outcome), text
        text = await shown(pilot, app, base)
        assert "│  diverged" in text and Outcome.NOT_LOOKED_AT not in text


SIZES = [(20, 5), (39, 12), (40, 11), (40, 12), (60, 20), (71, 19), (72, 24), (80, 24), (200, 60), (1, 1)]


async def test_every_size_is_survived_while_snapshots_come() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        for i, (width, height) in enumerate([*SIZES, *SIZES[::-1]]):
            await pilot.resize_terminal(width, height)
            text = await shown(pilot, app, snapshot(300 + i))
            small = app.query_one("#too-small", Static).display
            assert small == (width < 40 or height < 12)
            if not small:
                assert "median" in text and "q quit" in text, (width, height)


async def test_the_small_message_says_what_is_enough() -> None:
    app = lab()
    async with app.run_test(size=(38, 5)) as pilot:
        await pilot.pause()
        assert "38×5 is too small: 40×12 is enough" in " ".join(screen_text(app).split())


async def test_the_same_snapshot_again_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot())
        refreshed = []
        monkeypatch.setattr(Surface, "refresh", lambda self, *regions, **_: refreshed.append(self))
        app.lab.show(snapshot())
        assert refreshed == []
        app.lab.show(snapshot(301))
        assert refreshed


async def test_a_title_that_says_another_step_sends_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        made = snapshot()
        await shown(pilot, app, with_reading(made, "signs", replace(made.readings["signs"], step=290)))
        assert "at step 290" in screen_text(app)
        repainted: list[tuple[Region, ...]] = []
        whole = Widget.refresh

        def refresh(self: Widget, *regions: Region, **how: bool) -> Widget:
            if isinstance(self, ChartView | Container):
                repainted.append(regions)
            return whole(self, *regions, **how)

        monkeypatch.setattr(Widget, "refresh", refresh)
        later = with_reading(made, "signs", replace(made.readings["signs"], step=291))
        assert "at step 291" in await shown(pilot, app, later)
        assert [[region.height for region in regions] for regions in repainted] == [[1]]


async def test_a_slow_terminal_is_given_time(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab(snapshot())
    waiting = [5]
    monkeypatch.setattr("tui.linked.backlog", lambda _: waiting[0])
    async with app.run_test(size=(120, 40)) as pilot:
        app.tick()
        assert app.lab.snapshot.step == 0
        waiting[0] = 1
        await until(pilot, lambda: app.lab.snapshot.step == 300)


async def test_without_a_writer_nothing_waits() -> None:
    app = lab()
    async with app.run_test():
        assert backlog(app) == 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
async def test_signals_end_it_cleanly(ending: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.connection.HANG_UP_SECONDS", 1e6)  # this process is the tests', too
    app = lab()
    async with app.run_test() as pilot:
        os.kill(os.getpid(), ending)
        await until(pilot, lambda: app._exit)
    assert app.return_code == 0


async def test_a_lost_connection_ends_it_even_if_leaving_gets_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr("tui.connection.HANG_UP_SECONDS", 0.0)
    monkeypatch.setattr("os._exit", lambda status: status == 129 and ended.set())
    app = lab()
    async with app.run_test() as pilot:
        monkeypatch.setattr(app, "exit", lambda: None)
        os.kill(os.getpid(), signal.SIGHUP)
        await until(pilot, ended.is_set)


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-light", "nord"])
async def test_every_theme_tells_the_curves_from_the_ground(theme: str) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot())
        app.theme = theme
        await pilot.pause()
        surface = app.lab.charts.views[0]
        for name in ("chart--median", "chart--least", "chart--frame", "text--dim"):
            style = surface.get_component_rich_style(name)
            assert style.color is not None
            # A terminal's own two default colours differ, though they share a name.
            assert style.color.is_default or style.color != style.bgcolor, (theme, name)


async def test_where_only_ascii_can_be_written_only_ascii_is_drawn() -> None:
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look("ascii")))
    async with app.run_test(size=(120, 40)) as pilot:
        for keys in ([], ["e"], ["escape", "l"]):
            await pilot.press(*keys)
            text = await shown(pilot, app, replace(snapshot(), experiment=app.lab.intent.experiment))
            assert text.isascii(), sorted(c for c in set(text) if not c.isascii())


async def test_the_screen_tells_of_several_cohorts_and_of_the_open_directions() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        assert "Walkers ─" in await shown(pilot, app, snapshot())
        open_ones = Experiment(active_dim=3, more_cohorts=SEVERAL.more_cohorts)
        app.lab.intent.cohort = 1
        text = await shown(pilot, app, several(chosen=1, experiment=open_ones))
        for part in (
            "d 3 of 100", "3 cohorts", "cohort 2 of 3 · adam", "1 gd  2 adam  3 null", "Walkers of 2 adam",
            "Hessian signs: 2 adam", "Loss: median of each cohort",
        ):  # fmt: skip
            assert part in text, part
        app.tick()
        assert isinstance(app._engine, Engine) and app._engine.chosen == 1


async def test_what_cohorts_refuse_is_one_line_and_the_keys_go_on() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("x")
        assert "✗ cohort: the last one cannot go; accepted: 1 to 4 cohorts" in screen_text(app)
        await pilot.press(*"aaaa")
        assert "✗ cohort: 5 are too many; accepted: 1 to 4" in screen_text(app)
        await pilot.press("c")
        assert "cohort 1, gd" in screen_text(app) and "✗" not in screen_text(app)
        assert len(sent(app)) == 3


async def test_a_new_name_does_not_stand_over_old_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("tui.intent.monotonic", lambda: now[0])
    monkeypatch.setattr(LabApp, "tick", lambda self: None)
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        before = snapshot()
        await shown(pilot, app, before)
        await pilot.press("l")
        text = await shown(pilot, app, replace(before, phase="building"))
        status = text.splitlines()[0]
        assert "gaussian-field" in status and "griewank" not in status and "median" in text
        assert re.search(r"landscape +griewank", text)
        now[0] += PATIENCE
        app.lab.go_on()  # as kernels compile, nothing comes from the engine for long
        await pilot.pause()
        for phase in ("building", "compiling 2 of 5"):
            text = screen_text(app)
            status = text.splitlines()[0]
            assert "griewank" in status and f" {phase} … " in status and "gaussian-field" not in text
            assert text.count(f"{phase} …") == 5 and "median" not in text and "no reading yet" in text
            await shown(pilot, app, replace(before, phase="compiling 2 of 5"))
        text = await shown(pilot, app, replace(snapshot(0), answered=1, experiment=app.lab.intent.experiment))
        assert "griewank" in text.splitlines()[0] and "median" in text


async def test_an_old_notice_neither_stays_nor_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab()
    now = [0.0]
    monkeypatch.setattr("tui.screens.news.monotonic", lambda: now[0])
    async with app.run_test(size=(120, 40)) as pilot:
        old = snapshot(notice="rewound", answered=1)
        assert "rewound" in await shown(pilot, app, old)
        await pilot.press("down")
        assert "rewound" not in await shown(pilot, app, old), "it was said before"
        assert "rewound" in await shown(pilot, app, replace(old, answered=2)), "it was done again"
        now[0] = 60.0
        assert "rewound" not in await shown(pilot, app, replace(old, answered=2, step=999))
        assert "✗ no room" in await shown(pilot, app, snapshot(answered=3, notice="no room", failed=True))
        now[0] = 600.0
        app.lab._show_words()
        assert "✗ no room" in await shown(pilot, app, snapshot(answered=3, notice="no room", failed=True))
        await pilot.press("down")
        assert "✗" not in screen_text(app)


async def test_a_path_that_is_longer_than_its_row_keeps_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        values = {**app.lab.intent.values, "landscape": "/a/very/long/path/to/a/file/well.py"}
        monkeypatch.setattr(Intent, "values", property(lambda intent: values))
        app.lab.parameters.show()
        await pilot.pause()
        assert re.search(r"landscape +…\S*/file/well.py│", screen_text(app)), screen_text(app)
