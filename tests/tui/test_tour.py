"""The tour: every chapter that is there, told to its end and back, with an engine that computes nothing."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up import Engine, population, snapshot, with_reading
from piloted import screen_rows as rows
from test_giant_panels import ENDED, drawn, falling, streamed
from textual.pilot import Pilot

from sim.commands import Advance, Become, Pace, Rewind, Run
from sim.engine import Engine as SimulationEngine
from sim.experiment import Experiment
from sim.giants.descent import expected_loss
from sim.memory import require_memory
from sim.snapshot import Snapshot
from sim.theory import Semicircle
from tui import chapters, listing
from tui.actions import remapped, with_keys
from tui.app import LabApp
from tui.cells import wrapped
from tui.chapters import PLACEHOLDER, Chapter, Step, Tour
from tui.cli import answer
from tui.config import Preferences
from tui.figure import FIGURES, UNKNOWN
from tui.panel import PAGES, PANELS
from tui.screens.tour import TourScreen

NAMES = chapters.names()
GIANT = 10**9


def on_tour(name: str = "", actions: dict[str, list[str]] | None = None) -> tuple[LabApp, Engine, Tour]:
    tour, engine = chapters.tour(name), Engine()
    preferences = Preferences(actions=remapped(actions or {}))
    return LabApp(tour.step.experiment, engine, preferences=preferences, tour=tour), engine, tour


def flat(app: LabApp) -> str:
    return " ".join(" ".join(rows(app)).split())


def bands(app: LabApp) -> int:
    """Rows of the band."""
    return app.screen.query_one("#band").region.height


# --- the files ----------------------------------------------------------------------------------------


def test_the_giants_are_told_in_their_order() -> None:
    assert NAMES == ["distances", "signs", "rastrigin-signs", "krylov"]
    places = [chapters._written(chapters._path_of(name))[0].place for name in NAMES]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", NAMES)
def test_every_chapter_asks_shows_and_can_be_run(name: str) -> None:
    chapter = chapters.read(name)
    assert chapter.question.endswith("?") and chapters.about(name).endswith(".")
    assert len(chapter.steps) > 1
    for step in chapter.steps:
        require_memory(step.experiment)
        assert step.page in PAGES
        assert not step.panel or PANELS[step.panel].page == step.page
        assert all(name in FIGURES for name in step.figures)


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_short_plain_and_have_no_number_of_theory_that_was_typed(name: str) -> None:
    for step in chapters.read(name).steps:
        assert len(wrapped(with_keys(step.told), 78)) <= 2, step.told
        assert "{" not in step.told and "  " not in step.told, "every figure says something"
        assert 1 <= len(re.findall(r"[.?:]( |$)", step.told)) <= 4
        assert not re.search(r"\d[.,eE]\d", PLACEHOLDER.sub("", step.text)), step.text
        assert "`" not in with_keys(step.told), "a key has a name"


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_below_a_text_has_a_law_there(name: str) -> None:
    for step in chapters.read(name).steps:
        for figure in step.figures:
            assert FIGURES[figure].predicted(step.experiment, 100)


# --- the figures --------------------------------------------------------------------------------------

RASTRIGIN = Experiment(landscape="rastrigin", dim=2, giant_dim=GIANT)
KRYLOV = chapters.read("krylov").steps[0].experiment
BEYOND = Experiment(landscape="random-quadratic", dim=100, giant_dim=GIANT, parameters={"shift": 0.0})


@pytest.mark.parametrize(("name", "experiment", "step", "said"), [
    ("distance-mean", Experiment(dim=2), 0, "1.77"),
    ("distance-mean", Experiment(dim=2, giant_dim=175 * 10**9), 0, "591 607.98"),
    ("distance-spread", Experiment(dim=2), 0, "0.523"),
    ("distance-spread", Experiment(dim=2, giant_dim=175 * 10**9), 0, "1.69e−6"),
    ("goe-falling", BEYOND, 0, "500 000 000.0 ± 1.53"),
    ("goe-falling", BEYOND.with_value("shift", 2.5), 0, "0.0 ± 0.00"),
    ("coins-falling", BEYOND, 0, "500 000 000.0 ± 15811"),
    ("rastrigin-falling", RASTRIGIN, 0, "486 706 461.3 ± 15806"),
    ("rastrigin-share", RASTRIGIN, 0, "48.67 ± 0.0016 %"),
    ("rastrigin-all-rise", RASTRIGIN, 0, "10^−289 634 203"),
    ("descent-loss", KRYLOV, 0, "1.75e11"),
    ("descent-loss", KRYLOV.with_value("spread", 1.154), 0, "7.00e11"),
    ("descent-loss", KRYLOV.with_value("dim", 10**6), 10, "3962"),
    ("descent-loss", KRYLOV.with_value("dim", 10**6), 100, ""),
    ("descent-loss", KRYLOV.with_value("optimizer", "momentum"), 0, ""),
    ("descent-loss", BEYOND, 0, ""),
    ("descent-power", KRYLOV, 1000, "−2.50"),
    ("descent-power", KRYLOV, 7, ""),
    ("descent-power", KRYLOV.with_value("shift", 1.9), 1000, ""),
])  # fmt: skip
def test_theory_is_known_before_anything_is_measured(
    name: str, experiment: Experiment, step: int, said: str
) -> None:
    assert FIGURES[name].predicted(experiment, step) == said


def of(experiment: Experiment, name: str, reading: object) -> Snapshot:
    return with_reading(snapshot(experiment=experiment), name, reading)


LOSS, TRACE = population(400, 1e6, 10.0)
POWER = replace(TRACE, rows=np.tile(1e6 * np.maximum(TRACE.steps, 1.0)[:, None] ** -2.5, 5))

BENT = replace(POWER, rows=np.where(TRACE.steps[:, None] > 200, 1.0, POWER.rows))
"""A power law up to step 200 alone."""


@pytest.mark.parametrize(("name", "shown", "said"), [
    ("distance-mean", of(BEYOND, "drawn-distances", drawn()), "44 721.18 ± 0.0920"),
    ("distance-mean", of(BEYOND.with_value("walkers", 32), "drawn-distances", drawn()), ""),
    ("distance-spread", of(BEYOND, "drawn-distances", drawn(175 * 10**9)), ""),
    ("distance-spread", of(Experiment(dim=3), "drawn-distances", drawn(3)), "0.417 ± 0.015"),
    ("goe-falling", of(BEYOND, "streamed-signs", ENDED), "499 999 999"),
    ("goe-falling", of(BEYOND, "streamed-signs", streamed(dim=10**8, rows=10**7)), ""),
    ("rastrigin-falling", of(BEYOND, "drawn-signs", falling(GIANT)), "486 722 267"),
    ("rastrigin-falling", of(RASTRIGIN.with_value("A", 3.0), "drawn-signs", falling(GIANT)), ""),
    ("rastrigin-share", of(BEYOND, "drawn-signs", falling(GIANT)), "48.67 %"),
    ("rastrigin-all-rise", snapshot(), ""),
    ("coins-falling", snapshot(), ""),
    ("descent-loss", with_reading(snapshot(), "loss", LOSS), "1283 (11.6 to 2.01e5)"),
    ("descent-power", with_reading(snapshot(), "loss", LOSS, POWER), "−2.50"),
    ("descent-power", with_reading(snapshot(), "loss", population(200, 1e6, 10.0)[0], BENT), "−2.50"),
])  # fmt: skip
def test_what_was_measured_is_read_off_a_snapshot_of_the_same(name: str, shown: Snapshot, said: str) -> None:
    assert FIGURES[name].measured(shown) == said


@pytest.mark.parametrize("step", [8, 9, 21])
def test_the_power_is_that_from_half_of_the_step_to_the_step(step: int) -> None:
    law, rate = Semicircle(2.0, 2.0), KRYLOV.hyperparameters["lr"]
    losses = np.array([expected_loss(KRYLOV.dim, law, rate, k) for k in range(step + 1)])
    slope = np.log(losses[step] / losses[step // 2]) / np.log(step / (step // 2))
    trace = replace(TRACE, steps=np.arange(step + 1), rows=np.tile(losses[:, None], 5))
    figure, said = FIGURES["descent-power"], f"{slope:.2f}".replace("-", "−")
    assert figure.predicted(KRYLOV, step) == said
    assert figure.measured(with_reading(snapshot(step), "loss", replace(LOSS, step=step), trace)) == said


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_a_reading_says_nothing(name: str) -> None:
    assert FIGURES[name].measured(Snapshot(Experiment())) == ""


# --- the screen ---------------------------------------------------------------------------------------


async def test_every_step_is_told_and_brought_about_on_the_way_and_back() -> None:
    app, engine, tour = on_tour()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        count = sum(len(chapter.steps) for chapter in tour.chapters)
        for number in range(count + 8):
            step = tour.step
            assert with_keys(step.told) in flat(app)
            assert tour.chapter.question in rows(app)[0]
            place = tour.place
            assert rows(app)[0].endswith(f" step {place[1] + 1} of {len(tour.chapter.steps)} ")
            assert rows(app)[-1].startswith(" n on  b back  Esc lab  space pause ")
            assert app.lab.intent.experiment == step.experiment
            assert (app.lab.charts.page, app.lab.charts.alone) == (step.page, step.panel)
            assert (app.lab.intent.pace, app.lab.intent.running) == (step.pace, not step.paused)
            app.lab.show(Snapshot(step.experiment, pace=step.pace, answered=len(engine.sent)))
            for name in step.figures[:1]:
                assert FIGURES[name].predicted(step.experiment, 0) in rows(app)[bands(app) - 1]
            for name in step.figures:
                assert set(FIGURES[name].measures) <= app.lab.measures
            if number == count - 1:
                await pilot.press("n")
                assert "that was the last step" in flat(app) and tour.place == place
            await pilot.press("n" if number < count - 1 else "b")
    became = [command.experiment for command in engine.sent if isinstance(command, Become)]
    assert all(before != after for before, after in pairwise(became))
    assert Rewind() in engine.sent and Run(False) in engine.sent


async def test_theory_stands_beside_what_was_measured() -> None:
    app, _, tour = on_tour("distances")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n", "n")
        laws = " spread over mean: law 0.0224, drawn …   mean distance: law 44.71, drawn …"
        assert rows(app)[3].startswith(laws)
        before = of(tour.chapter.steps[0].experiment, "drawn-distances", replace(drawn(2), seed=1))
        assert FIGURES["distance-mean"].measured(before)
        app.lab.show(replace(before, answered=0))
        assert "drawn …" in rows(app)[3], "what is there is of the step before"
        after = of(tour.step.experiment, "drawn-distances", replace(drawn(1000), seed=1))
        app.lab.show(replace(after, answered=99))
        await pilot.pause()
        assert "law 0.0224, drawn 0.02102 ± 0.00076" in rows(app)[3]


def test_a_law_of_steps_is_of_no_others() -> None:
    changed = KRYLOV.with_value("lr", 0.02)
    for figure in (FIGURES["descent-loss"], FIGURES["descent-power"]):
        known = figure.predicted(KRYLOV, 100)
        assert figure.law(KRYLOV, Snapshot(KRYLOV, 100)) == known != ""
        assert figure.law(KRYLOV, Snapshot(KRYLOV, 100, is_steady=False)) == ""
        assert figure.law(changed, Snapshot(KRYLOV, 100)) == UNKNOWN, "the engine has yet to answer"
        late = with_reading(snapshot(200, experiment=KRYLOV), "loss", population(100, 1e6, 10.0)[0])
        assert figure.law(KRYLOV, late) == known, "of the step of what was measured"
    whatever = Snapshot(KRYLOV, 100, is_steady=False)
    assert FIGURES["distance-mean"].law(Experiment(dim=2), whatever) == "1.77"
    walked = {name for name, figure in FIGURES.items() if figure.how == "walked"}
    assert walked == {name for name, figure in FIGURES.items() if figure.of_steps}


FALLING = """
question = "How fast?"
panel = "loss"
landscape = "krylov-quadratic"
dim = 1_000_000_000
walkers = 4
parameters = { reach = 300 }
[[steps]]
text = "Down."
figures = ["descent-loss"]
pace = 100.0
rewind = true
[[steps]]
text = "Faster."
set = { shift = 2.1 }
rewind = true
[[steps]]
text = "And on."
"""


def law_and_loss(app: LabApp) -> tuple[float, float] | None:
    """What the band says of the loss; None where it knows no law, or no loss yet."""
    found = re.search(r"loss: law ([\de.−]+), walked ([\de.−]+) \(", rows(app)[bands(app) - 1])
    return found and tuple(float(part.replace("−", "-")) for part in found.groups())  # type: ignore[return-value]


@pytest.mark.slow
async def test_walkers_are_where_the_law_has_them_wherever_the_tour_goes(tmp_path: Path) -> None:
    """With an engine that computes: back, aside, and while it has yet to answer."""
    file = tmp_path / "mine.toml"
    file.write_text(FALLING)
    tour = chapters.tour(str(file))
    engine = SimulationEngine(tour.step.experiment)
    app = LabApp(tour.step.experiment, engine, tour=tour)
    async with app.run_test(size=(80, 24)) as pilot:

        async def until(holds: Callable[[], bool]) -> None:
            async with asyncio.timeout(60):
                while not holds():
                    await pilot.pause(0.01)
                    if said := law_and_loss(app):
                        assert said[0] == pytest.approx(said[1], rel=0.05), rows(app)[bands(app) - 1]

        def fell() -> bool:
            return law_and_loss(app) is not None and app.lab.snapshot.step > 20

        def knows_no_law() -> bool:
            return "loss: no law here, walked" in rows(app)[bands(app) - 1]

        try:
            await until(fell)
            for key in ("n", "b", "n"):
                await pilot.press(key)
                await until(lambda: app.lab.snapshot.answered == app.lab.intent.sent)
                await until(fell)
            for back in ("escape", "n"):
                app.lab.put("lr", "0.02")
                await until(knows_no_law)
                assert "aside from step" in rows(app)[0]
                await pilot.press(back)
                await until(fell)
                assert app.lab.intent.experiment == tour.step.experiment
            assert tour.place == (0, 2)
        finally:
            engine.stop()


async def test_a_pause_and_another_speed_are_a_turn_aside() -> None:
    app, engine, tour = on_tour("krylov")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "n")
        for key, changed in (("space", Run(False)), ("+", Pace(100.0)), (".", Advance(1))):
            before = len(engine.sent)
            await pilot.press(key)
            assert engine.sent[-1] == changed and "aside from step" in rows(app)[0]
            await pilot.press("escape")
            assert "aside" not in rows(app)[0] and tour.place == (3, 2), key
            assert (app.lab.intent.pace, app.lab.intent.running) == (50.0, True)
            assert Rewind() not in engine.sent[before:], "they go on where they are"
        step = tour.step.experiment
        app.lab.show(Snapshot(step, 3000, phase="stopped", pace=50.0, answered=len(engine.sent)))
        assert not app.lab.intent.running and "aside" not in rows(app)[0], "nobody has stopped them"
        await pilot.press("b", "b", "space", "escape")
        assert engine.sent[-2:] == [Rewind(), Run(False)], "they stand at their starts, as is told"


async def test_walkers_begin_again_where_a_chapter_does_or_somebody_has_led_them_away() -> None:
    def steps(*rates: float) -> tuple[Step, ...]:
        first, step = Experiment(walkers=2), chapters.read("krylov").steps[1]
        made = [first.with_value("lr", rate) for rate in rates]
        return tuple(replace(step, text="And on.", experiment=each, figures=(), pace=1 / 3) for each in made)

    told = [Chapter("a", "Why?", steps(0.1, 0.1, 0.2)), Chapter("b", "How?", steps(0.2, 0.2))]
    tour, engine = Tour(told), Engine()
    app = LabApp(tour.step.experiment, engine, tour=tour)
    async with app.run_test(size=(80, 24)) as pilot:

        async def rewound(*keys: str) -> bool:
            before = len(engine.sent)
            await pilot.press(*keys)
            return Rewind() in engine.sent[before:]

        await pilot.pause()
        assert app.lab.intent.pace == 1 / 3 and "aside" not in rows(app)[0]
        assert [await rewound("n") for _ in range(4)] == [False, False, True, False]
        assert [await rewound("b") for _ in range(4)] == [True, False, True, True]
        assert not await rewound("n")
        app.lab.put("giant_dim", "1e9")
        assert not await rewound("n"), "that moves no walker"
        app.lab.put("lr", "0.3")
        assert await rewound("escape")
        app.lab.put("lr", "0.3")
        assert await rewound("n") and tour.place == (1, 0)
        app.lab.put("lr", "0.3")
        assert await rewound("n") and tour.place == (1, 1)
        app.lab.put("lr", "0.3")
        assert await rewound("1", "escape") and tour.place == (1, 1), "from another page as well"


async def test_after_a_turn_aside_the_tour_goes_on_or_back() -> None:
    app, engine, tour = on_tour("distances")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b")
        assert "that was the first step" in flat(app) and tour.place == (0, 0)
        await pilot.press("n", "n", "]")
        assert app.lab.intent.experiment.giant == 2000
        await pilot.pause()
        assert rows(app)[0].endswith(" aside from step 3 of 5 ")
        assert rows(app)[-1].startswith(" n on  b back  Esc to the step ")
        await pilot.press("escape")
        assert app.lab.intent.experiment == tour.step.experiment
        assert "aside" not in rows(app)[0] and engine.sent[-1] == Become(tour.step.experiment)
        await pilot.press("2")
        assert app.lab.charts.page == "curvature" and "aside" in rows(app)[0]
        assert "drawn-distances" in app.lab.measures, "the band goes on"
        await pilot.press("n")
        assert (tour.place, app.lab.charts.alone) == ((0, 3), "drawn-distances")
        await pilot.press("enter", "5", "escape")
        assert not app.lab.editor.display and "aside" not in rows(app)[0], "Esc leaves the editor alone"


async def test_the_band_is_left_for_the_laboratory_and_comes_back() -> None:
    app, _, tour = on_tour("distances")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert rows(app)[0].startswith(" gaussian-field") and "n goes on with the tour" in flat(app)
        assert app.lab.charts.region.height == 20 and rows(app)[-1].startswith(" n tour  space pause ")
        await pilot.press("2")
        assert "drawn-distances" not in app.lab.measures
        await pilot.press("escape", "2", "b")
        await pilot.pause()
        assert tour.place == (0, 0) and tour.step.told in flat(app)
        assert app.lab.charts.alone == tour.step.panel and app.lab.charts.region.height == 16


async def test_keys_of_ones_own_are_named_and_taken() -> None:
    app, _, tour = on_tour("distances", {"tour-on": ["j"], "tour-back": ["k"]})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert rows(app)[-1].startswith(" j on  k back ")
        await pilot.press("j")
        assert tour.place == (0, 1)
        await pilot.press("pagedown", "n", "k")
        assert tour.place == (0, 0)


async def test_the_laboratory_says_where_the_tour_is() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test() as pilot:
        await pilot.press("n")
        assert not isinstance(app.lab, TourScreen) and "landscape-tui tour" in flat(app)


async def test_the_band_takes_as_much_as_its_chapter_needs() -> None:
    app, _, tour = on_tour("krylov")
    async with app.run_test(size=(120, 40)) as pilot:
        for size, band in (((200, 60), 3), ((80, 16), 4), ((60, 24), 5), ((60, 16), 5), ((40, 24), 6)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert bands(app) == band
            assert (app.lab.words.status.region.y, app.lab.charts.region.bottom) == (band, size[1] - 2)
            assert "loss: law 1.75e11" in flat(app) and tour.step.told in flat(app)
            assert "too small" not in flat(app)
        for size, seen in (((80, 20), 2), ((80, 24), 4)):
            await pilot.resize_terminal(*size)
            await pilot.press("1")
            assert rows(app)[0].endswith(" aside from step 1 of 6 ")
            assert len(app.lab.charts.seen) == seen
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert "too small" in flat(app)


@pytest.mark.parametrize("size", [(40, 12), (80, 12)])
async def test_where_both_have_no_room_text_and_charts_take_turns(size: tuple[int, int]) -> None:
    app, _, tour = on_tour("distances")
    async with app.run_test(size=size) as pilot:
        for number, step in enumerate(tour.chapter.steps):
            await pilot.pause()
            assert tour.place == (0, number) and step.told in flat(app) and not app.lab.charts.region
            assert "of 5 " in rows(app)[0] and rows(app)[-1].startswith(" n charts  b back  Esc lab ")
            await pilot.press("n")
            shown = of(step.experiment, "drawn-distances", replace(drawn(step.experiment.giant), seed=1))
            app.lab.show(replace(shown, answered=99))
            await pilot.pause()
            assert tour.place == (0, number) and bands(app) == 1 and "too small" not in flat(app)
            assert "╎" in flat(app), "theory's mean is drawn"
            assert rows(app)[-1].startswith(" n on  b back  Esc lab ")
            await pilot.press("n")
        await pilot.press("n", "b", "b")
        await pilot.pause()
        assert tour.place == (0, 4) and tour.step.told in flat(app)
        await pilot.press("]")
        await pilot.pause()
        assert bands(app) == 1 and "aside" in rows(app)[0], "what was turned is seen"
        await pilot.press("escape")
        await pilot.pause()
        assert tour.step.told in flat(app)


async def test_a_long_text_has_as_many_leaves_as_it_takes(tmp_path: Path) -> None:
    file, told = tmp_path / "mine.toml", " ".join(f"word{number}" for number in range(80))
    file.write_text(WHOLE.replace("Because.", told))
    app, _, _ = on_tour(str(file))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        seen = []
        while bands(app) > 1:
            seen += [row.strip() for row in rows(app)[1 : bands(app)]]
            assert rows(app)[-1].startswith(" n charts " if "word79" in " ".join(seen) else " n more ")
            await pilot.press("n")
            await pilot.pause()
        assert " ".join(" ".join(seen).split()) == told and app.lab.charts.region.height == 7


async def test_a_text_of_wide_characters_is_told_to_its_end(tmp_path: Path) -> None:
    file, told = tmp_path / "mine.toml", "在二维空间里的平均距离" * 8
    file.write_text(WHOLE.replace("Because.", told).replace("Why?", "为什么?" * 2))
    app, _, _ = on_tour(str(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "".join(row.strip() for row in rows(app)[1 : bands(app) - 1]) == told
        assert rows(app)[0].startswith(" 1/1 为什么?为什么?") and rows(app)[0].endswith(" step 1 of 1 ")


async def test_nothing_is_shown_of_the_walkers_of_another_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.intent.PATIENCE", 0.0)
    app, engine, tour = on_tour("rastrigin-signs")
    async with app.run_test(size=(120, 40)) as pilot:
        before = with_reading(snapshot(experiment=tour.step.experiment), "loss", LOSS, TRACE)
        await pilot.press("1")
        sent = len(engine.sent)
        app.lab.show(replace(before, answered=sent, phase="running"))
        await pilot.pause()
        assert "median" in flat(app)
        tour.place = (2, len(tour.chapter.steps) - 1)
        await pilot.press("n")
        app.lab.go_on()
        await pilot.pause()
        assert "krylov-quadratic" in flat(app) and "16 walkers" in flat(app) and "building" in flat(app)
        assert app.lab.charts.alone == "loss" and "median" not in flat(app)
        app.lab.show(replace(before, answered=sent, phase="compiling 2 of 6"))
        await pilot.pause()
        assert "compiling 2 of 6 …" in flat(app) and "median" not in flat(app)
        after = with_reading(snapshot(experiment=tour.step.experiment), "loss", LOSS, TRACE)
        app.lab.show(replace(after, answered=99))
        await pilot.pause()
        assert "median" in flat(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_step_is_drawn(snap_compare: Any, size: tuple[int, int]) -> None:
    app, _, tour = on_tour("signs")

    async def show(pilot: Pilot[None]) -> None:
        await pilot.press("n", "n")
        shown = of(tour.step.experiment, "streamed-signs", streamed(seed=1))
        app.lab.show(replace(shown, answered=99))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=show)


# --- what is typed ------------------------------------------------------------------------------------

WHOLE = 'question = "Why?"\ndim = 3\n[[steps]]\ntext = "Because."\n'


@pytest.mark.parametrize(("written", "said"), [
    ("question = ", "not TOML"),
    ("dim = 3\n", "missing required field `question`; accepted: question, steps, place"),
    ('question = "Why?"\nsteps = []\n', "steps: has none; accepted: [[steps]] with a text"),
    (WHOLE + 'txt = "."\n', "unknown field `txt` - at `$.steps[0]`"),
    (WHOLE.replace("dim", "dims"), "unknown field `dims`"),
    (WHOLE + 'panel = "los"\n', "step 1: panel: there is no 'los'; did you mean 'loss'?"),
    (WHOLE + 'page = "gaints"\n', "step 1: page: there is no 'gaints'; did you mean 'giants'?"),
    (WHOLE + "set = { dim = 0 }\n", "step 1: dim: 0 is out of range"),
    (WHOLE + 'figures = ["distance"]\n', "'distance'; did you mean 'distance-mean'?"),
    (WHOLE.replace("Because", "{goe-faling}"), "did you mean 'goe-falling'?"),
    (WHOLE.replace("Because", "{next.goe-falling}"), "step 1: text: {next.goe-falling} in the last step"),
    (WHOLE.replace("Because", "{1 + 1}"), "step 1: text: '{1 + 1}' is no figure"),
    (WHOLE.replace("Because", f"{{descent-loss:{10**15}}}"), "step 1: text: '{descent-loss:1000"),
    (WHOLE + "pace = 0.0\n", "`float` > 0.0 - at `$.steps[0].pace`"),
    (WHOLE + "pace = inf\n", "`float` <= 1.79769313486231"),
])  # fmt: skip
def test_a_chapter_with_a_mistake_gets_one_line(
    written: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(written)
    assert answer(["tour", str(file)]) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"landscape-tui: {file}: ") and said in line and line.count("\n") == 1


def test_a_new_chapter_is_a_new_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(chapters.asset(chapters.FOLDER), tmp_path / chapters.FOLDER)
    (tmp_path / chapters.FOLDER / "mine.toml").write_text(f"# Mine.\nplace = 2\n{WHOLE}")
    monkeypatch.setattr("tui.chapters.asset", tmp_path.joinpath)
    assert chapters.names() == ["distances", "mine", "signs", "rastrigin-signs", "krylov"]
    assert chapters.tour("mine").chapter.steps[0].told == "Because."
    assert listing.KINDS["chapters"].rows()[1] == ("mine", "Why?", "Mine.")


def test_a_file_of_ones_own_is_a_tour_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(WHOLE)
    found = chapters.tour(str(file))
    assert [chapter.name for chapter in found.chapters] == ["mine"]
    assert found.step.experiment == Experiment(dim=3) and found.step.page == PAGES[0]


def test_the_chapter_of_the_readme_can_be_told(tmp_path: Path) -> None:
    file, readme = tmp_path / "mine.toml", Path(__file__).parents[2] / "README.md"
    written = readme.read_text(encoding="utf-8").partition("\nquestion = ")[2].partition("```")[0]
    file.write_text(f"question = {written}")
    first, second = chapters.read(str(file)).steps
    assert first.told == "In a plane, 1.77 on average. In a thousand dimensions it will be 44.71."
    assert second.experiment.giant == 1000


def test_a_chapter_that_is_not_there_has_a_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["tour", "krilov"]) == 2
    line = capsys.readouterr().err
    assert "chapter: there is no 'krilov'; did you mean 'krylov'?" in line and line.count("\n") == 1
    assert answer(["tour", "no/such.toml"]) == 2
    assert "no/such.toml: no such file" in capsys.readouterr().err
    assert answer(["tour", "distances"]) == 2, "there is no terminal here"
    assert "landscape-tui: tour: needs a terminal to draw on" in capsys.readouterr().err
