"""Numbers read off charts, axes by choice, the palette, the screen in a file, the title, no motion."""

from __future__ import annotations

import resource
import signal
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from made_up import Engine, population, several, snapshot, spectrum, with_reading
from piloted import screen_text, shown
from textual.pilot import Pilot
from textual.widgets import Input

from sim.arrays import Floats
from sim.commands import Set
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.measure import TraceView
from sim.measures.distances import DistancesReading
from sim.measures.outcomes import Outcome, OutcomesReading
from sim.population import COLUMNS, PopulationReading, Spread
from sim.snapshot import Snapshot
from tui import cursor, window
from tui.actions import ACTIONS, CHANGE, COHORTS, MAP, RUN, SPACE, remapped
from tui.app import LabApp
from tui.config import Preferences
from tui.formats import setting
from tui.look import Look, choose
from tui.panel import PANELS, panels
from tui.picture import Picture, Series, bars, upright
from tui.saving import save
from tui.scale import refusal, scaled
from tui.screens import lines
from tui.screens.palette import said

SQUARES = Experiment(landscape="quadratic")
"""A loss that is never negative."""


def lab(*, look: Look = Look(), **keys: list[str]) -> LabApp:  # noqa: B008 - it cannot be changed
    wishes = {id.replace("_", "-"): wished for id, wished in keys.items()}
    return LabApp(Experiment(), Engine(), preferences=Preferences(look, remapped(wishes)))


async def pressed(pilot: Pilot[None], app: LabApp, *keys: str) -> str:
    await pilot.press(*keys)
    await pilot.pause()
    return " ".join(screen_text(app).split())


def paint(name: str, made: Snapshot) -> Picture:
    return PANELS[name].paint(made)


# --- the value cursor -------------------------------------------------------------------------------


def test_what_was_recorded_is_read_and_nothing_between() -> None:
    steps = np.array([0, 10, 20])
    rows = np.array([[1.0, 2.0, 0.1 + 0.2, 4.0, 5.0], [np.nan] * 5, [1.0, 2.0, 3.0, np.inf, np.inf]])
    reading = PopulationReading(20, Spread(1.0, 2.0, 3.0, np.inf, np.inf))
    picture = paint("loss", with_reading(snapshot(20), "loss", reading, TraceView(COLUMNS, steps, rows)))
    assert cursor.stops(picture).tolist() == [0.0, 10.0, 20.0]
    assert cursor.reading(picture, 0.0) == ("step 0", "━ median 0.3", "· min 1", "░ 10–90% 2 to 4")
    assert cursor.reading(picture, 10.0)[1] == "━ median none"
    assert cursor.reading(picture, 20.0)[-1] == "░ 10–90% 2 to ∞"
    assert cursor.reading(picture, 5.0)[1] == "━ median none", "nothing was recorded there"
    assert [cursor.nearest(picture, x) for x in (None, 4.0, 6.0, 1e9)] == [20.0, 0.0, 10.0, 20.0]


def test_digits_that_mean_nothing_are_not_read_a_level_once_and_an_empty_place_as_one() -> None:
    x = np.array([1.0, 2.0])
    law = Series(x, np.full(2, 1.0 / 7.0), "╌", "")
    said = Picture((law, Series(x, x / 7.0, "━", "")), ("╌ 2/lr 0.143", "━ λ"))
    assert cursor.reading(said, 1.0) == ("step 1", "╌ 2/lr 0.142857", "━ λ 0.142857142857")
    assert cursor.reading(replace(said, measured=2), 1.0)[2] == "━ λ 0.142857", "sampled"
    counted = bars(np.array([0.0, 1.0, 2.0]), np.array([87499999999.0, 0.5]), "")
    rows = Picture((counted,), ("░ rows",), across=(0.0, 2.0))
    assert cursor.reading(rows, 0.5)[1] == "░ rows 87 499 999 999", "what is counted is told whole"
    gap = Picture((Series(x, np.array([np.nan, 1.0]), "░", ""),), ("░ law",), across=(1.0, 2.0))
    assert [cursor.reading(gap, at)[1] for at in (1.0, 2.0)] == ["nothing here", "░ law 1"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_keys_of_the_cursor_are_whole_and_leaving_is_always_among_them(width: int) -> None:
    row = "".join(text for text, _, _ in lines.reading_hints(width))
    assert len(row) <= width and "← → move" in row and "Esc leave" in row
    assert ("finer" in row) == (width == 80)


def test_of_several_cohorts_each_is_read_once_by_its_number() -> None:
    said = cursor.reading(paint("loss", several(100)), 100.0)
    assert [part.rpartition(" ")[0] for part in said] == ["step", "1 gd", "2 adam", "3 null"]
    spread = cursor.reading(paint("distances", several(100)), 50.0)
    assert spread[-1] == "╌ theory 0.0594", "a level holds at every step"


def test_of_a_histogram_the_bin_is_read() -> None:
    reading, trace = spectrum()
    picture = paint("spectrum", with_reading(snapshot(), "spectrum", reading, trace))
    places = cursor.stops(picture)
    assert len(places) == 20
    for bin, place in enumerate(places):
        where, counted = cursor.reading(picture, place)
        assert where == f"λ {-5.0 + 2.5 * bin:g} to {-2.5 + 2.5 * bin:g}".replace("-", "−")
        assert counted == f"░ directions {reading.counts[bin]:g}"


@pytest.mark.parametrize(
    ("stops", "at", "told"),
    [
        ([495951239.0, 495951240.0, 495951241.0], 1, "495 951 240"),
        ([918476651.5, 918476652.5, 918476652.51], 1, "918476652.5"),
        (0.4867 + 1e-9 * np.arange(4.0), 2, "0.486700002"),
        (1.0 + 2.0**-52 * np.arange(4.0), 3, "1.0000000000000007"),
        (1e6 + 1e-3 * np.arange(4.0), 1, "1000000.001"),
        (np.linspace(0.0, 1.0, 11), 3, "0.3"),  # 0.30000000000000004
        ([5.3e20, 7.1234567e20], 1, "7.12346e20"),
        ([1e6, 987654321.25], 1, "987 654 321"),
        ([3.25], 0, "3.25"),
    ],
)
def test_where_the_cursor_is_is_told_apart_from_where_it_was(stops: Floats, at: int, told: str) -> None:
    x, y = np.array(stops), np.zeros(len(stops))
    picture = Picture((Series(x, y, "━", ""),), ("━ share",), across=(0.0, 1.0), across_name="k")
    assert cursor.reading(picture, float(x[at]))[0] == f"k {told}"


def test_the_edges_of_narrow_bins_are_told_apart() -> None:
    edges = 1e6 + 1e-3 * np.arange(4.0)
    picture = Picture(
        (bars(edges, np.ones(3), ""),), ("░ walkers",), across=(1e6, 1e6 + 1.0), across_name="L"
    )
    assert cursor.reading(picture, float(edges[1:3].mean()))[0] == "L 1000000.001 to 1000000.002"


def test_a_column_further_or_a_record_further() -> None:
    found, columns = np.arange(10.0), np.arange(10) // 3
    assert [cursor.further(found, columns, 4.0, by, False) for by in (-1, 1)] == [2.0, 6.0]
    assert [cursor.further(found, columns, 4.0, by, True) for by in (-1, 1)] == [3.0, 5.0]
    assert cursor.further(found, columns, 9.0, 1, False) is None, "the newest, which goes on"
    assert cursor.further(found, columns, 1.0, -1, False) == 0.0
    assert cursor.further(found, columns, 0.0, -1, True) == 0.0


async def test_a_key_reads_values_off_a_chart_and_arrows_move_that() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(300))
        text = await pressed(pilot, app, "v")
        trace = snapshot(300).traces["loss"]
        low, high = (setting(float(trace.column(name)[-1])) for name in ("p10", "p90"))
        assert f"░ 10–90% {low} to {high} ← → move" in text and " Loss: step 300 ━ median −15" in text
        assert screen_text(app).count("┊") > 10
        text = await pressed(pilot, app, "home")
        assert "Loss: step 0 ━ median 3 · min 3 ░ 10–90% 2.81 to 4.9" in text
        await pressed(pilot, app, "shift+right", "shift+right")
        median = trace.column("median")
        assert "step 2 " in " ".join(screen_text(app).split())
        assert f"median {median[2]:.12g}" in " ".join(screen_text(app).split())
        text = await pressed(pilot, app, "right")
        at = int(text.partition("Loss: step ")[2].partition(" ")[0])
        assert 2 < at < 20, "the next column"
        await shown(pilot, app, snapshot(340))
        assert f"Loss: step {at}  " in screen_text(app), "it stays where it is while the run goes on"
        assert "Loss: step 340 " in await pressed(pilot, app, "end")
        assert "Loss: step 360 " in " ".join((await shown(pilot, app, snapshot(360))).split())
        assert "Gradient norm: step 360 " in await pressed(pilot, app, "down")
        assert "Loss: step 360 " in await pressed(pilot, app, "up")
        assert app._engine.sent == []
        text = await pressed(pilot, app, "escape")
        assert "Loss: step" not in text and "┊" not in text
        await pressed(pilot, app, "left")
        assert app._engine.sent == [Set("active_dim", 50)], "arrows turn parameters again"


async def test_the_cursor_is_at_the_first_values_also_where_they_came_after_the_key() -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v", "home")
        assert "Loss: step 0 " in await shown(pilot, app, snapshot(300))
        assert "Loss: step 1 " in await pressed(pilot, app, "shift+right")


async def test_the_cursor_heeds_keys_of_ones_own_and_says_where_nothing_can_be_read() -> None:
    app = lab(cursor=["f4"], decrease=["h"], back=["f9"], first_value=["f5"], value_after=["f6"])
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(300))
        for key in ("f5", "f6"):
            assert "no chart is read; f4 reads values off one" in await pressed(pilot, app, key)
            app.lab.say("")
        text = await pressed(pilot, app, "f4")
        for told in ("h → move", "f5 End ends", "Shift+← f6 finer", "f9 leave"):
            assert told in text
        assert "Loss: step 300 " not in await pressed(pilot, app, "h")
        assert "Loss: step 0 " in await pressed(pilot, app, "home", "shift+right", "f5")
        assert "Loss: step 1 " in await pressed(pilot, app, "f6")
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        await commands["last value (End)"].callback()
        assert "Loss: step 300 " in await pressed(pilot, app, "home"), "which is nobody's key now"
        text = await pressed(pilot, app, "7")
        assert "f9 leave" not in text, "what is not seen is not read"
        assert "f9 leave" not in await pressed(pilot, app, "1"), "and not again without a word"
        await pressed(pilot, app, "f4", "down", "e")
        assert [view.name for view in app.lab.charts.seen] == ["gradient-norm"]
        assert "f9 leave" not in await pressed(pilot, app, "e", "7"), "the next panel is another"
        assert "Map: measuring …" in await pressed(pilot, app, "f4")
        assert "Map: measuring" not in await pressed(pilot, app, "f9")


async def test_where_a_map_comes_first_the_first_chart_is_read() -> None:
    app = lab()
    async with app.run_test(size=(200, 60)) as pilot:
        await shown(pilot, app, snapshot(300))
        assert app.lab.charts.seen[0].panel.page == MAP
        assert "Loss: step 300 " in await pressed(pilot, app, "v")
        await pressed(pilot, app, "v")
        assert "✗ Loss: no logarithmic axis" in await pressed(pilot, app, "y")


async def test_what_is_drawn_late_is_read_as_it_is_then(monkeypatch: pytest.MonkeyPatch) -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, Snapshot(Experiment(), phase="paused"))
        monkeypatch.setattr("tui.screens.charts.SECONDS_AT_ONCE", 0.0)
        monkeypatch.setattr(app.lab.charts, "call_after_refresh", lambda _: None)
        app.lab.show(snapshot(300))
        assert "Loss: measuring …" in await pressed(pilot, app, "v")
        monkeypatch.setattr("tui.screens.charts.SECONDS_AT_ONCE", 60.0)
        app.lab.charts._draw_others()
        await pilot.pause()
        assert "Loss: step 300 " in screen_text(app)


def test_of_a_map_and_of_scattered_points_nothing_is_read() -> None:
    rising = Series(np.array([1.0, 2.0]), np.array([0.5, 0.25]), "●", "", scatter=True)
    shares = Picture((rising, upright(9.0, 0.0, 1.0, "│", "")), ("● share",), across=(0.0, 9.0))
    assert cursor.reading(shares, 2.0) == ("at 2", "● share 0.25"), "points that are a function are read"
    points = upright(3.0, 0.0, 1.0, "+", "chart--zero")
    ground = Picture((points,), across=(0.0, 4.0), ground=np.zeros((2, 2)))
    for picture in (ground, replace(ground, ground=None)):
        assert cursor.nearest(picture, 3.0) is None


@pytest.mark.parametrize("name", [name for name, _ in panels()])
def test_every_panel_without_numbers_reads_nothing(name: str) -> None:
    assert cursor.nearest(paint(name, Snapshot(Experiment())), None) is None


# --- empty and diverged -----------------------------------------------------------------------------


async def test_empty_panels_say_what_to_press_and_the_screen_that_all_have_diverged() -> None:
    app = lab(rewind=["f2"])
    async with app.run_test(size=(120, 40)) as pilot:
        gone = OutcomesReading(300, (Outcome.DIVERGED,) * 64)
        lost = DistancesReading(300, 64, None, None, None, None)
        rows = TraceView(snapshot().traces["distances"].columns, np.array([0]), np.full((1, 7), np.nan))
        made = with_reading(snapshot(phase="running"), "outcomes", gone)
        text = await shown(pilot, app, with_reading(made, "distances", lost, rows))
        assert "▶ all diverged" in text and "diverged                64" in text
        assert "all walkers diverged; f2 goes back" in text
        text = await shown(pilot, app, with_reading(several(phase="running"), "outcomes", gone))
        assert "▶ cohort 1 diverged" in text, "of the others nothing is known"
        text = " ".join((await shown(pilot, app, Snapshot(Experiment(), phase="stopped"))).split())
        assert text.count("stopped; f2 goes back to step 0") == 4


# --- logarithmic and linear axes --------------------------------------------------------------------


def test_no_logarithmic_axis_for_what_is_or_may_be_negative() -> None:
    loss = paint("loss", snapshot())
    assert "may be below 0 here" in refusal(loss, log=True) and scaled(loss, True).log is False
    positive = replace(loss, may_be_negative=False)
    assert "values down to −16" in refusal(positive, log=True) and scaled(positive, True) is positive
    share = paint("signs", snapshot())
    assert refusal(share, log=True) == refusal(share, log=False) == "it goes from 0.00 to 100 by nature"
    assert refusal(Picture(), log=True) == "there is nothing to draw yet"


def test_an_axis_by_choice_where_it_suits() -> None:
    norm = paint("gradient-norm", snapshot())
    assert norm.log and not scaled(norm, False).log
    made = with_reading(snapshot(experiment=SQUARES), "loss", *population(300, 3.0, 2.5))
    loss = paint("loss", made)
    assert not loss.log and not refusal(loss, log=True) and scaled(loss, True).log
    assert scaled(replace(loss, log=True), False).from_zero


def test_bars_stand_on_a_logarithmic_axis_too() -> None:
    reading, trace = spectrum()
    picture = paint("spectrum", with_reading(snapshot(), "spectrum", reading, trace))
    for log, ground in ((True, 0.5), (False, 0.0)):
        bars = scaled(replace(picture, log=not log), log).series[0]
        assert np.nanmin(bars.y) == np.nanmax(bars.y) == ground


async def test_a_key_changes_the_axis_and_says_so_or_why_not() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(300))
        assert "✗ Loss: no logarithmic axis: values may be below 0" in await pressed(pilot, app, "y")
        text = await pressed(pilot, app, "v", "down", "y")
        assert "Gradient norm: a linear axis; y makes it logarithmic again" in text
        view = app.lab.charts.read
        assert view is not None and not view._picture.log
        await shown(pilot, app, snapshot(310))
        assert not view._picture.log, "it stays so"
        assert "Gradient norm: a logarithmic axis" in await pressed(pilot, app, "y") and view._picture.log


# --- the palette ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lr 0.05", [("lr", "0.05")]),
        ("set lr to 0.05", [("lr", "0.05")]),
        ("lr=0.05", [("lr", "0.05")]),
        ("dim 1 000", [("dim", "1 000")]),
        ("lr", []),
        ("set lr to", []),
        ("no 3", []),
        ("", []),
    ],
)
def test_a_parameter_with_its_value_is_understood(typed: str, found: list[tuple[str, str]]) -> None:
    assert list(said(typed, ("lr", "dim"))) == found


async def test_every_parameter_is_in_the_palette_and_takes_a_value() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        assert {f"set {name}" for name in app.lab.intent.names} <= set(commands)
        commands["set walkers"].callback()
        await pilot.press("8", "enter")
        assert app._engine.sent == [Set("walkers", 8)]
        commands["set lr"].callback()
        text = await pressed(pilot, app, "-", "1", "enter")
        assert "✗ lr: −1 is out of range" in text.replace("-1", "−1")
        await pilot.press("escape", "space")
        assert len(app._engine.sent) == 2, "the keys go on"


async def test_a_value_is_typed_into_the_palette_itself() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        for typed, sent in (("walkers 8", [Set("walkers", 8)]), ("walkers 0", [Set("walkers", 8)])):
            await pilot.press(":")
            app.screen.query_one(Input).value = typed
            assert app.screen.query_one(Input).cursor_blink
            await found(pilot, app, f"set {typed.replace(' ', ' to ')}")
            await pilot.press("enter")
            await pilot.pause()
            assert app.screen is app.lab and app._engine.sent == sent
        assert "✗ walkers: 0 is out of range" in screen_text(app)


async def found(pilot: Pilot[None], app: LabApp, text: str) -> None:
    for _ in range(500):
        if text in screen_text(app):
            return
        await pilot.pause(0.01)
    raise AssertionError(screen_text(app))


# --- the screen in a file ---------------------------------------------------------------------------


def test_no_file_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.strftime", lambda form: "now")
    saved = [save(text, "txt", [lambda: tmp_path]) for text in ("a", "b", "c")]
    assert [path.read_text() for path in saved] == ["a", "b", "c"]
    assert [path.name for path in saved] == [f"landscape-tui-now{n}.txt" for n in ("", "-2", "-3")]
    assert save("d", "txt", [lambda: tmp_path / "nowhere", lambda: tmp_path]).parent == tmp_path
    with pytest.raises(BadInput, match="neither here nor in .*nowhere: no such file"):
        save("e", "txt", [lambda: tmp_path / "nowhere"])


def test_a_folder_that_is_gone_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, temporary = tmp_path / "gone", tmp_path / "temporary"
    for folder in (gone, temporary):
        folder.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    gone.rmdir()
    assert save("a", "txt").parent == temporary
    with pytest.raises(BadInput, match="neither here nor in a folder for temporary files: no such file"):
        save("b", "txt", [lambda: tmp_path / "gone", Path.cwd])


def test_what_has_no_room_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        for size in (5_000, 500_000):  # noticed when the file is closed, and before
            with pytest.raises(BadInput, match="file too large"):
                save("a" * size, "txt", [lambda: tmp_path])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []


async def test_the_screen_is_kept_as_it_is_seen_and_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        before = await shown(pilot, app, snapshot(300))
        await pressed(pilot, app, "T")
        await pressed(pilot, app, "P")
        await pilot.pause()
        (text,), (picture,) = tmp_path.glob("*.txt"), tmp_path.glob("*.svg")
        assert text.read_text() == "".join(f"{line.rstrip()}\n" for line in before.splitlines())
        texts = [part for part in ET.parse(picture).iter() if part.tag.endswith("}text")]
        assert any("Parameters" in (part.text or "") for part in texts)
        assert {part.get("{http://www.w3.org/XML/1998/namespace}space") for part in texts} == {"preserve"}
        assert str(picture) in "".join(line.strip() for line in screen_text(app).splitlines())
        nowhere = [lambda: tmp_path / "nowhere"]
        monkeypatch.setattr("tui.app.save", lambda text, ending: save(text, ending, nowhere))
        await pressed(pilot, app, "T")
        await pilot.pause()
        assert "✗ screen: it could be saved neither here" in screen_text(app)


# --- the title of the window ------------------------------------------------------------------------


def test_a_title_says_what_is_looked_at() -> None:
    assert window.title(Experiment(), True) == "gaussian-field, d 100 - landscape-tui"
    open_ten = Experiment(active_dim=10)
    assert window.title(open_ten, False) == "gaussian-field, d 10 of 100, paused - landscape-tui"
    sly = SimpleNamespace(landscape="a\x1b]2;b\x07c" * 40, active=1, dim=1)
    terms = ("xterm-256color", "screen", "linux", "vt100", "dumb", "")
    assert [window.is_titled({"TERM": term}) for term in terms] == [True, True, False, False, False, False]
    assert "\x1b" not in window.title(sly, True) and len(window.title(sly, True)) == window.LONGEST


@pytest.mark.parametrize(("term", "titled"), [("tmux", True), ("dumb", False)])
async def test_the_title_is_written_when_it_changes_and_given_back(
    term: str, titled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    app, written = lab(), list[str]()
    monkeypatch.setattr(app, "_write", written.append)
    async with app.run_test() as pilot:
        for _ in range(3):
            app.tick()
        await pilot.press("space")
        for _ in range(3):
            app.tick()
    name = "gaussian-field, d 100"
    first = window.SAVE + window.entitled(f"{name} - landscape-tui")
    then = window.entitled(f"{name}, paused - landscape-tui")
    assert written == ([first, then, window.RESTORE] if titled else [])


# --- reduced motion ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "environment", "motion"),
    [
        ({}, {}, "full"),
        ({"motion": "reduced"}, {}, "reduced"),
        ({}, {"TEXTUAL_ANIMATIONS": "none"}, "reduced"),
        ({}, {"TEXTUAL_ANIMATIONS": "BASIC"}, "reduced"),
        ({"motion": "full"}, {"TEXTUAL_ANIMATIONS": "none"}, "full"),
        ({}, {"TEXTUAL_ANIMATIONS": "much"}, "full"),
    ],
)
def test_motion_by_what_is_asked_for(asked: dict[str, str], environment: dict[str, str], motion: str) -> None:
    assert choose(asked, {"TERM": "xterm", **environment}, "utf-8").motion.value == motion


async def test_nothing_blinks_where_nothing_should_move() -> None:
    app = lab(look=Look(motion="reduced"))
    async with app.run_test() as pilot:
        assert app.animation_level == "none"
        await pilot.press("enter")
        assert not app.lab.editor.cursor_blink
        await pilot.press("escape", ":")
        assert not app.screen.query_one(Input).cursor_blink


# --- every change of a setting is acknowledged at once ----------------------------------------------

SETTING = [
    action
    for action in ACTIONS
    if action.group in (RUN, SPACE, CHANGE, COHORTS) and action.id not in ("type", "previous", "next")
]


async def test_a_change_is_acknowledged_before_the_engine_has_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the frame of the key: the engine, which compiles or is in a long kernel, has not said anything."""
    monkeypatch.setattr(LabApp, "tick", lambda self: None)
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        for action in SETTING:
            app.lab.say("")
            before = await shown(pilot, app, several(phase="compiling 2 of 5", answered=app.lab.intent.sent))
            await app.lab.run_action(action.handler)
            await pilot.pause()
            assert screen_text(app) != before, action.id
