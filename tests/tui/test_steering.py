"""The key that takes a learning rate from the curvature, the warning of one too large, and the panels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_up import Engine, decrease, population, sharpness, snapshot, with_reading
from piloted import screen_text, shown

from sim.cohort import Cohort
from sim.commands import AddCohort, Command, Rewind, Set
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.measures.decrease import Decrease
from sim.measures.outcomes import Outcome, OutcomesReading
from sim.measures.sharpness import Sharpness
from sim.registry import LANDSCAPES
from sim.snapshot import CohortView, Snapshot
from tui import steering
from tui.app import LabApp
from tui.chart import Chart
from tui.intent import Intent
from tui.panel import PANELS
from tui.picture import Picture
from tui.screens.chart_view import ChartView
from tui.steering import Watch

SHARP = Experiment(hyper={"lr": 0.08})


def steered(step: int = 1200, experiment: Experiment = SHARP, **changes: Any) -> Snapshot:
    """A snapshot with λmax; `changes` replace fields of its reading."""
    shown = snapshot(step, experiment=experiment)
    return with_reading(shown, "sharpness", *sharpness(step, settings=experiment.settings, **changes))


def diverged(shown: Snapshot) -> Snapshot:
    return with_reading(shown, "outcomes", OutcomesReading(shown.step, (Outcome.DIVERGED,) * 64))


@pytest.fixture
def sent() -> list[Command]:
    return []


@pytest.fixture
def intent(sent: list[Command]) -> Intent:
    return Intent(SHARP, sent.append)


def test_a_reading_that_is_there_sets_the_learning_rate_at_once(intent: Intent, sent: list[Command]) -> None:
    said = intent.steer(steered())
    assert said == "lr 0.08 → 0.025 = 1/λmax (λmax 40 at walker 1, step 1 200)"
    assert sent == [Set("lr", 0.025)] and intent.value("lr") == "0.025" and not intent.wants
    intent.settle(replace(steered(experiment=intent.experiment), answered=1))
    again = intent.steer(replace(steered(experiment=intent.experiment), answered=1))
    assert again == "lr is 0.025 = 1/λmax already (λmax 40 at walker 1, step 1 200)" and len(sent) == 1


@pytest.mark.parametrize(
    ("rule", "hyper", "lr", "formula"),
    [
        ("momentum", {"momentum": 0.9}, 0.0475, "1.9/λmax"),
        ("nesterov", {"momentum": 0.9}, 0.017, "0.679/λmax"),
        ("langevin", {}, 0.025, "1/λmax"),
        ("perturbed-gd", {}, 0.025, "1/λmax"),
    ],
)
def test_each_rule_has_its_own_multiple(
    rule: str, hyper: dict[str, float], lr: float, formula: str, sent: list[Command]
) -> None:
    experiment = Experiment(optimizer=rule, hyper={"lr": 0.5, **hyper})
    said = Intent(experiment, sent.append).steer(steered(experiment=experiment))
    assert sent == [Set("lr", lr)] and f"→ {lr:g} = {formula} (" in said


def test_the_sharpest_of_those_looked_at_decides_and_the_error_is_on_the_safe_side(
    intent: Intent, sent: list[Command]
) -> None:
    sharper = Sharpness(5, 1200, 100.0, 25.0, "Lanczos, 20 steps")
    said = intent.steer(steered(others=(sharper,)))
    assert sent == [Set("lr", 0.008)] and "(λmax 100 to 125 at walker 6, step 1 200)" in said


def test_what_lies_on_both_sides_of_its_middle_is_told_from_end_to_end(
    intent: Intent, sent: list[Command]
) -> None:
    """And the learning rate is for the upper one."""
    drawn = Sharpness(0, 1200, 110.0, 15.0, "Tracy and Widom's law", below=15.0)
    said = intent.steer(steered(focus=drawn, others=()))
    assert sent == [Set("lr", 0.008)] and "(λmax 95 to 125 at walker 1, step 1 200)" in said


def test_without_a_reading_one_is_waited_for(intent: Intent, sent: list[Command]) -> None:
    bare = snapshot(1200, experiment=SHARP)
    assert intent.steer(bare) == steering.WAITING
    assert intent.wants == {"sharpness"} and sent == []
    assert intent.steered(bare) == ""
    old = with_reading(bare, "sharpness", *sharpness(1100, settings=SHARP.settings))
    assert intent.steered(old) == "", "older than the key"
    said = intent.steered(steered(1210))
    assert "→ 0.025" in said and sent == [Set("lr", 0.025)] and not intent.wants
    assert intent.steered(steered(1220)) == ""


def test_what_was_asked_before_is_waited_for_first(intent: Intent, sent: list[Command]) -> None:
    """λmax of the landscape as it was says nothing about the one that is coming."""
    intent.put("length_scale", "2")
    assert intent.steer(steered()) == steering.WAITING
    assert intent.steered(steered()) == "", "not answered yet"
    other = intent.experiment
    answered = replace(snapshot(1200, experiment=other), answered=1)
    stale = with_reading(answered, "sharpness", *sharpness(1200, settings=SHARP.settings))
    assert intent.steered(stale) == "", "of the landscape before"
    fresh = with_reading(answered, "sharpness", *sharpness(1200, settings=other.settings))
    assert "→ 0.025" in intent.steered(fresh)
    assert [command.name for command in sent if isinstance(command, Set)] == ["length_scale", "lr"]


def test_directions_that_were_opened_since_make_a_reading_old(intent: Intent) -> None:
    assert intent.steer(steered(active=3)) == steering.WAITING


def test_a_rewind_does_not_leave_the_wish_waiting_for_steps_that_are_gone(intent: Intent) -> None:
    bare = snapshot(1200, experiment=SHARP)
    intent.steer(bare)
    intent.steered(bare)
    intent.rewind()
    back = replace(steered(0), answered=1)
    assert "→ 0.025" in intent.steered(back)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_reading_of_the_landscape_that_there_is_is_known_as_one(name: str) -> None:
    experiment = Experiment(landscape=name)
    problem = LANDSCAPES[name].build(experiment.dim, 0, **experiment.settings)
    reading, _ = sharpness(0, settings=problem.settings, active=experiment.active)
    assert steering.matches(reading, experiment)
    assert not steering.matches(replace(reading, active=0), experiment)


@pytest.mark.parametrize("change", ["choose", "optimizer"])
def test_a_wish_ends_with_its_cohort_or_its_rule(intent: Intent, sent: list[Command], change: str) -> None:
    intent.add_cohort()
    intent.cohort = 0
    shown = Snapshot(intent.experiment, 9, (CohortView(), CohortView()), answered=1)
    assert intent.steer(shown) == steering.WAITING
    if change == "choose":
        intent.choose_cohort()
    else:
        intent.put("optimizer", "momentum")
    settled = replace(shown, experiment=intent.experiment, answered=intent.sent)
    assert intent.steered(settled) == "" and not intent.wants
    assert not any(isinstance(command, Set) and command.name == "lr" for command in sent)


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        (
            Experiment(optimizer="adam"),
            "lr: 2/λmax is no limit of adam; accepted: a cohort with gd, lan",
        ),
        (Experiment(optimizer="lion"), "2/λmax is no limit of lion"),
    ],
)
def test_a_rule_without_an_edge_is_refused_by_name(
    experiment: Experiment, said: str, sent: list[Command]
) -> None:
    intent = Intent(experiment, sent.append)
    with pytest.raises(BadInput, match=said):
        intent.steer(steered(experiment=experiment))
    assert sent == [] and not intent.wants


def test_the_null_control_has_no_learning_rate(sent: list[Command]) -> None:
    intent = Intent(Experiment(more_cohorts=(Cohort("null"),)), sent.append)
    intent.cohort = 1
    with pytest.raises(BadInput, match="null has no learning rate"):
        intent.steer(snapshot())
    assert sent == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"focus": Sharpness(0, 1200, -3.0, 0.0, "dense"), "others": ()},
            "λmax −3 at walker 1, step 1 200: no",
        ),
        ({"focus": Sharpness(0, 1200, 0.0, 0.0, "dense"), "others": ()}, "no direction curves up"),
        ({"focus": None, "others": (), "diverged": 3}, "λmax is not known: the walkers diverged"),
        ({"focus": None, "others": ()}, "λmax is not known: the Hessian is not finite"),
    ],
)
def test_where_there_is_no_largest_curvature_nothing_is_set(
    changes: dict[str, object], said: str, intent: Intent, sent: list[Command]
) -> None:
    with pytest.raises(BadInput, match=said):
        intent.steer(steered(**changes))
    assert sent == [] and not intent.wants
    intent.steer(snapshot(1200, experiment=SHARP))
    with pytest.raises(BadInput, match=said):
        intent.steered(steered(**changes))
    assert sent == [] and not intent.wants


@pytest.mark.parametrize(
    "changes", [{"phase": "stopped"}, {"failed": True, "notice": "sharpness could not be measured: x"}]
)
def test_a_reading_that_will_not_come_is_not_waited_for(intent: Intent, changes: dict[str, Any]) -> None:
    bare = snapshot(1200, experiment=SHARP)
    intent.steer(bare)
    with pytest.raises(BadInput, match="λmax could not be measured"):
        intent.steered(replace(bare, **changes))
    assert not intent.wants


AT_START = {"focus": Sharpness(0, 0, 40.0, 0.0, "dense"), "others": (), "diverged": 4}
"""What is known of walkers that diverged."""


def test_a_learning_rate_that_diverged_is_told_once_a_run_with_the_key_to_press() -> None:
    watch, calm = Watch(), Sharpness(0, 1190, 2.0, 0.0, "dense")
    assert watch.look(steered(1190, focus=calm, others=())) == ""
    assert watch.look(snapshot(1200, experiment=SHARP)) == "" and not watch.wants
    gone = diverged(snapshot(1210, experiment=SHARP))
    assert watch.look(gone) == "" and watch.wants, "λmax is asked for, whatever panels are seen"
    before = diverged(steered(1200, rate=0.08, stable_below=2.0, focus=None, others=()))
    assert watch.look(before) == "" and watch.wants, "a reading from before says nothing of it"
    known = diverged(steered(1220, **AT_START))
    said = watch.look(known)
    assert said == (
        "walkers diverged by step 1 200: lr 0.08 is above 2/λmax = 0.05 at walker 1, step 0; "
        "press `steer` to apply a stable one, then `rewind` to go back"
    )
    assert not watch.wants and watch.look(known) == ""
    assert watch.look(steered(0)) != "", "another run"


def test_a_learning_rate_above_the_edge_is_told_once_for_each_setting() -> None:
    watch = Watch()
    assert "lr 0.08 is above 2/λmax = 0.05" in watch.look(steered(100))
    assert watch.look(steered(110)) == ""
    higher = Experiment(hyper={"lr": 0.1})
    assert "lr 0.1 is above" in watch.look(steered(120, experiment=higher, rate=0.1))


def test_nothing_is_told_within_the_error_or_of_an_older_rate() -> None:
    within = Sharpness(0, 100, 26.0, 2.0, "Lanczos, 20 steps")
    assert Watch().look(steered(100, focus=within, others=())) == ""
    beyond = replace(within, error=0.5)
    assert "is above" in Watch().look(steered(100, focus=beyond, others=()))
    lowered = Experiment(hyper={"lr": 0.01})
    assert Watch().look(steered(100, experiment=lowered, rate=0.08)) == "", "the reading is from before"


def test_walkers_that_diverged_below_the_edge_are_not_blamed_on_it() -> None:
    low = Experiment(hyper={"lr": 0.01})
    said = Watch().look(diverged(steered(100, experiment=low, rate=0.01, **AT_START)))
    assert said == (
        "walkers diverged by step 100, though lr 0.01 is below 2/λmax = 0.05 at walker 1, step 0; "
        "turn it down, then `rewind`"
    )


def test_walkers_that_diverge_after_the_warning_are_not_told_that_the_rate_was_below_the_edge() -> None:
    watch = Watch()
    assert watch.look(steered(0)).startswith("lr 0.08 is above 2/λmax = 0.05")
    said = watch.look(diverged(steered(1, **AT_START)))
    assert said.startswith("walkers diverged by step 1: lr 0.08 is above 2/λmax = 0.05"), said


def test_walkers_that_diverged_within_the_error_of_the_edge_are_not_told_that_they_were_below_it() -> None:
    near = Sharpness(0, 0, 26.0, 2.0, "Lanczos, 20 steps")
    said = Watch().look(diverged(steered(100, **{**AT_START, "focus": near})))
    assert "though lr 0.08 is within the error of 2/λmax = 0.0769 at walker 1" in said


def test_walkers_that_diverged_at_another_rate_are_not_told_as_if_at_this_one() -> None:
    low, watch = Experiment(hyper={"lr": 0.01}), Watch()
    assert watch.look(snapshot(90, experiment=SHARP)) == ""
    assert watch.look(diverged(steered(100, experiment=low, rate=0.01, **AT_START))) == ""
    assert not watch.wants


def test_a_rule_without_an_edge_is_not_watched() -> None:
    watch, adam = Watch(), Experiment(optimizer="adam", hyper={"lr": 1e300})
    assert watch.look(snapshot(90, experiment=adam)) == "" and not watch.wants
    said = watch.look(diverged(snapshot(100, experiment=adam)))
    assert said == "walkers diverged by step 100; turn lr down, then `rewind` goes back to step 0"
    shown = diverged(steered(100, experiment=adam, rate=1e300, stable_below=None, **AT_START))
    assert watch.look(shown) == "" and not watch.wants


def test_walkers_that_fell_without_end_are_not_told_to_turn_a_learning_rate_down() -> None:
    for loss, said in ((-4e15, "the loss fell to −4.00e15 and on, as there is no bottom here"), (-4e8, "")):
        watch = Watch()
        fell = with_reading(diverged(snapshot(1200, experiment=SHARP)), "loss", *population(1200, 3.0, loss))
        found = watch.look(fell)
        assert said in found and bool(found) == bool(said)
        assert watch.wants == (not said)
        assert "turn" not in found


def lab() -> LabApp:
    return LabApp(SHARP, Engine())


def sent_by(app: LabApp) -> list[Command]:
    assert isinstance(app._engine, Engine)
    return app._engine.sent


def test_a_learning_rate_above_the_suggested_one_is_looked_into_once_whatever_panels_are_seen() -> None:
    watch = Watch()
    assert watch.look(snapshot(100)) == "" and not watch.wants, "nobody chose it"
    suggested = Experiment().suggested_lr
    assert suggested is not None
    watch.look(snapshot(100, experiment=Experiment(hyper={"lr": suggested})))
    assert not watch.wants
    assert watch.look(snapshot(110, experiment=SHARP)) == "" and watch.wants
    watch.look(steered(120, rate=0.02))
    assert watch.wants, "that was the rate before"
    calm = Sharpness(0, 130, 2.0, 0.0, "dense")
    assert watch.look(steered(130, focus=calm, others=())) == ""
    watch.look(snapshot(140, experiment=SHARP))
    assert not watch.wants


def test_a_schedule_is_followed() -> None:
    cosine = Experiment(hyper={"lr": 0.08, "horizon": 200.0}, schedule="cosine")
    assert Watch().look(steered(100, experiment=cosine, rate=0.08)) == "", "not the rate of that step"
    assert Watch().look(steered(100, experiment=cosine, rate=0.04)) == "", "half way down it is stable"
    assert "lr 0.08 is above" in Watch().look(steered(0, experiment=cosine, rate=0.08))


async def test_the_key_measures_first_where_no_panel_shows_it_and_says_so() -> None:
    slow = Experiment(hyper={"lr": 0.01})
    app = LabApp(slow, Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(1200, experiment=slow))
        assert "sharpness" not in app.lab.measures
        await pilot.press("s")
        assert steering.WAITING in screen_text(app) and "sharpness" in app.lab.measures
        assert sent_by(app) == [] and app.lab.parameters.chosen == "lr"
        text = await shown(pilot, app, steered(1210, slow, rate=0.01))
        assert "lr 0.01 → 0.025 = 1/λmax (λmax 40 at walker 1, step 1 210)" in text
        assert sent_by(app) == [Set("lr", 0.025)] and "sharpness" not in app.lab.measures


async def test_an_answer_leaves_what_is_being_typed() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(1200, experiment=SHARP))
        await pilot.press("s", "enter", "7")
        await shown(pilot, app, steered(1210))
        assert app.lab.editor.display and app.lab.editor.value == "7"
        assert sent_by(app) == [Set("lr", 0.025)]


async def test_a_learning_rate_that_diverges_is_a_line_and_the_key_mends_it() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, diverged(snapshot(1200, experiment=SHARP)))
        assert "sharpness" in app.lab.measures
        text = await shown(pilot, app, diverged(steered(1210, **AT_START)))
        said = "✗ walkers diverged by step 1 200: lr 0.08 is above 2/λmax = 0.05 at walker 1, step 0; "
        assert f"{said}press s to apply a stable one, then r to go back" in " ".join(text.split())
        await pilot.press("s")
        assert "lr 0.08 → 0.025 = 1/λmax (λmax 40 at walker 1, step 0); r rewinds" in screen_text(app)
        lower = app.lab.intent.experiment
        text = await shown(
            pilot, app, replace(diverged(steered(1220, lower, rate=0.025, **AT_START)), answered=1)
        )
        assert "✗" not in text, "that they diverged is known"
        await pilot.press("r")
        assert sent_by(app) == [Set("lr", 0.025), Rewind()]


async def test_what_the_key_has_mended_is_not_told_afterwards() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.snapshot = diverged(steered(1210, **AT_START))
        await pilot.press("s")
        lower = replace(
            diverged(steered(1220, app.lab.intent.experiment, rate=0.025, **AT_START)), answered=1
        )
        assert "✗" not in await shown(pilot, app, lower)


async def test_while_a_reading_takes_long_the_screen_goes_on_saying_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, app = [0.0], lab()
    monkeypatch.setattr("tui.screens.news.monotonic", lambda: now[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, snapshot(1200, experiment=SHARP))
        await pilot.press("s")
        now[0] = 60.0
        assert steering.WAITING in await shown(pilot, app, snapshot(1210, experiment=SHARP))


async def test_a_warning_waits_behind_a_mistake() -> None:
    app = lab()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"1e30", "enter")
        assert "✗ active_dim" in await shown(pilot, app, steered(1200))
        await pilot.press("escape")
        assert "is above 2/λmax" in await shown(pilot, app, steered(1210))


async def test_a_refusal_is_one_line_and_the_run_goes_on() -> None:
    app = LabApp(Experiment(optimizer="adam"), Engine())
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("s")
        assert "✗ lr: 2/λmax is no limit of adam; accepted: a cohort with gd" in screen_text(app)
        await pilot.press("a")
        assert isinstance(sent_by(app)[-1], AddCohort) and "✗" not in screen_text(app)


def paint(name: str, shown: Snapshot) -> Picture:
    return PANELS[name].paint(shown)


def test_the_panel_says_what_is_sharp_what_is_stable_and_what_the_key_would_set() -> None:
    picture = paint("sharpness", steered(300))
    assert picture.notes[:4] == ("λmax 40", "`steer`: 0.025", "lr = 1/λmax", "λmax 40 at walker 1, step 300")
    assert "in general lr 0.02" in picture.notes and "median of 2 others 37" in picture.notes
    assert picture.legend == ("━ λmax, walker 1", "· median of 2 others", "╌ 2/lr 25")
    assert picture.method == ("dense",)
    edge = next(series for series in picture.series if series.mark == "╌")
    assert (edge.y == 25.0).all() and edge.frame
    lazy = paint("sharpness", steered(300, rate=1e-4))
    assert next(note for note in lazy.legend if "2/lr" in note) == "╌ 2/lr 20 000"


def test_a_limit_far_above_does_not_press_the_curves_to_the_floor() -> None:
    reading, trace = sharpness(300, settings=SHARP.settings)
    trace.rows[:, 2] = 2000.0
    picture = paint("sharpness", with_reading(snapshot(300, experiment=SHARP), "sharpness", reading, trace))
    assert not next(series for series in picture.series if series.mark == "╌").frame


def test_a_rule_without_an_edge_shows_no_wrong_one() -> None:
    adam = Experiment(optimizer="adam")
    reading, trace = sharpness(300, settings=adam.settings, stable_below=None)
    trace.rows[:, 2] = np.nan
    picture = paint("sharpness", with_reading(snapshot(300, experiment=adam), "sharpness", reading, trace))
    assert "╌" not in " ".join(picture.legend)
    assert picture.notes[:2] == ("λmax 40", "2/λmax is no limit of adam")


def test_walkers_that_diverged_leave_the_sharpness_of_their_start() -> None:
    picture = paint("sharpness", steered(300, **AT_START))
    assert picture.notes[:2] == ("λmax 40", "`steer`: 0.025")
    assert "diverged: λmax at its start" in picture.notes
    reading, trace = sharpness(300, **AT_START)
    trace.rows[:, :2] = np.nan
    picture = paint("sharpness", with_reading(snapshot(300), "sharpness", reading, trace))
    assert picture.message == "walkers diverged: λmax 40 at walker 1, step 0"
    nowhere, _ = sharpness(300, focus=None, others=(), diverged=4)
    picture = paint("sharpness", with_reading(snapshot(300), "sharpness", nowhere, trace))
    assert picture.message == "walkers diverged" and picture.notes[0] == "λmax not known"
    flat, _ = sharpness(300, focus=None, others=())
    picture = paint("sharpness", with_reading(snapshot(300), "sharpness", flat, trace))
    assert picture.message == "the Hessian is not finite"


def test_the_decrease_says_the_ratio_and_whose_step_it_is() -> None:
    shown = with_reading(snapshot(300), "decrease", *decrease(300))
    picture = paint("decrease", shown)
    assert picture.notes == (
        "0.984 × predicted", "fell 0.0123", "with curvature 0.0125", "by slope alone 0.0200"
    )  # fmt: skip
    assert picture.method == ("next step",) and picture.limits == (0.0, 2.0)
    assert picture.legend == ("╌ predicted", "━ walker 1", "· median of others")
    adam = replace(shown, experiment=Experiment(optimizer="adam"))
    assert paint("decrease", adam).method[0] == "of a plain gradient step at this lr"
    both = replace(shown, experiment=Experiment(more_cohorts=(Cohort("adam"),)))
    assert paint("decrease", both).method == ("1 gd, next step", "1 gd", "1")
    rising = decrease(300, focus=Decrease(0.02, 0.01, -1.25, 1e-12))
    assert paint("decrease", with_reading(snapshot(300), "decrease", *rising)).notes[1] == "rose 1.25"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Decrease(1e-13, 1e-13, 2e-13, 1e-12), "lost in rounding"),
        (Decrease(0.02, 1e-5, 0.003, 1e-12), "slope and curvature cancel"),
        (Decrease(0.02, 0.01, -np.inf, 1e-12), "leads out of the finite"),
        (Decrease(0.02, -0.01, -0.35, 1e-12), "35.0 × predicted"),
    ],
)
def test_a_decrease_without_a_ratio_says_why(found: Decrease, said: str) -> None:
    shown = with_reading(snapshot(300), "decrease", *decrease(300, focus=found))
    assert paint("decrease", shown).notes[0] == said


def test_a_decrease_that_cannot_be_is_an_empty_panel_that_says_why() -> None:
    gone = with_reading(snapshot(300), "decrease", *decrease(300, focus=None, others=()))
    assert paint("decrease", gone).message == "walkers diverged"
    null = Experiment(more_cohorts=(Cohort("null"),))
    view = CohortView({"decrease": decrease(300, rate=None)[0]}, {"decrease": decrease(300)[1]})
    shown = Snapshot(null, 300, (CohortView(), view), chosen=1)
    assert paint("decrease", shown).message == "null has no learning rate"


def notes_at(picture: Picture, width: int) -> Iterator[str]:
    view = ChartView("sharpness", PANELS["sharpness"], marker="braille")
    view._picture = view._with_keys(picture)
    yield "".join(character for character, _ in view._notes(width)).strip()
    yield view._legend(width - 4)


def test_at_80_columns_all_three_numbers_are_read() -> None:
    words, legend = notes_at(paint("sharpness", steered(300)), 24)
    assert words == "λmax 40 · s: 0.025" and legend == "━λ ·rest ╌2/lr 25"
    least = Sharpness(0, 300, 397.2, 0.0, "diagonal")
    words, legend = notes_at(paint("sharpness", steered(300, focus=least, rate=0.00252)), 24)
    assert words == "λmax 397 · s: 0.00252" and legend == "━λ ·rest ╌2/lr 794"
    between = replace(least, value=23.1, error=0.2)
    assert paint("sharpness", steered(300, focus=between)).notes[0] == "λmax 23.1–23.3"


@pytest.mark.parametrize("name", ["sharpness", "decrease"])
def test_every_curve_is_seen_in_a_small_chart(name: str) -> None:
    made = {"sharpness": sharpness, "decrease": decrease}[name](300)
    rows = Chart().draw(paint(name, with_reading(snapshot(300), name, *made)), 24, 9)
    styles = {style for row in rows for _, style in row}
    assert styles >= {"chart--median", "chart--least", "chart--theory"}


def test_where_nothing_curves_up_no_learning_rate_is_said_to_be_below_a_limit() -> None:
    watch, down = Watch(), Sharpness(3, 0, -2.0, 0.0, "dense")
    gone = diverged(steered(1220, focus=down, others=(), diverged=4))
    assert watch.look(gone) == (
        "walkers diverged by step 1 220; no direction curves up at walker 4, step 0, "
        "so no lr is too large there: the loss may fall without end"
    )
