"""Panels painted from made-up snapshots."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import made_up
import numpy as np
import pages_shown
import pytest
from made_up import SEVERAL, SIGN_COLUMNS, counted, distances, population, several, snapshot
from textual.app import App, ComposeResult

from sim.cohort import Cohort
from sim.experiment import Experiment
from sim.hessian import Signs
from sim.measure import TraceView
from sim.measures.outcomes import Outcome, OutcomesReading
from sim.measures.signs import SignsReading
from sim.population import COLUMNS, PopulationReading, Spread
from sim.registry import MEASURES
from sim.simulation import Simulation
from sim.snapshot import CohortView, Snapshot
from tui.actions import MAP
from tui.chart import Chart
from tui.formats import whole
from tui.panel import PAGES, PANELS, panels
from tui.picture import Picture
from tui.screens.chart_view import ChartView
from tui.surface import STYLES


def paint(name: str, shown: Snapshot) -> Picture:
    return PANELS[name].paint(shown)


def with_reading(name: str, pair: tuple[object, TraceView]) -> Snapshot:
    return made_up.with_reading(snapshot(), name, *pair)


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_asks_for_measures_that_exist_and_explains_itself(name: str) -> None:
    panel = PANELS[name]
    assert set(panel.measures) <= set(MEASURES)
    assert panel.title and len(panel.help) > 20


@pytest.mark.parametrize("name", [name for name in PANELS if name != MAP])
def test_on_80_columns_no_word_of_a_legend_is_cut(name: str) -> None:
    picture = paint(name, pages_shown.shown(PANELS[name].page))
    shortest = picture.shortest_legend or picture.short_legend or picture.legend
    assert len(" ".join(mark.replace(" ", "", 1) for mark in shortest)) <= 20
    if picture.shortest_legend:
        assert [mark[0] for mark in shortest] == [mark[0] for mark in picture.legend]


@pytest.fixture(scope="module")
def measured() -> Snapshot:
    """Everything that there is to measure, by whichever measures there are."""
    simulation = Simulation(Experiment(dim=5, walkers=8, starts="groups"))
    simulation.read(*MEASURES)
    simulation.advance(10)
    return simulation.read(*MEASURES)


@pytest.mark.parametrize("name", PANELS)
def test_every_mark_is_in_the_legend_and_every_style_in_the_stylesheet(name: str, measured: Snapshot) -> None:
    picture = paint(name, measured)
    assert picture.series and picture.notes
    legend = " ".join(picture.legend)
    marks = [series.mark for series in picture.series]
    assert all(mark in legend for mark in marks)
    assert len(set(marks)) == len(marks), "marks differ, not only colours"
    assert {series.style for series in picture.series} <= STYLES


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_without_a_reading_is_empty(name: str) -> None:
    assert not paint(name, Snapshot(Experiment())).series


def test_panels_stand_in_their_order() -> None:
    places = [(PAGES.index(panel.page), panel.place) for _, panel in panels()]
    assert places == sorted(set(places)), "no two in one place"
    assert max(Counter(page for page, _ in places).values()) <= 4, "as many as have room at 80×24"
    assert {name for name, _ in panels()} == set(PANELS)


def test_a_loss_that_goes_negative_is_never_logarithmic() -> None:
    positive = population(300, 2000.0, 1.0)
    field, rastrigin = Experiment(), Experiment(landscape="rastrigin")
    assert not paint("loss", replace(with_reading("loss", positive), experiment=field)).log
    assert paint("loss", replace(with_reading("loss", positive), experiment=rastrigin)).log
    narrow = with_reading("loss", population(300, 2000.0, 900.0))
    assert not paint("loss", replace(narrow, experiment=rastrigin)).log


def test_a_walker_whose_loss_is_zero_does_not_take_the_axis_from_the_others() -> None:
    reading, trace = population(300, 2000.0, 1.0)
    trace.rows[200:, 0] = 0.0
    at_zero = with_reading("loss", (reading, trace))
    assert paint("loss", replace(at_zero, experiment=Experiment(landscape="rastrigin"))).log
    trace.rows[:] = 0.0
    assert not paint("loss", replace(at_zero, experiment=Experiment(landscape="rastrigin"))).log


@pytest.mark.parametrize("panel", ["loss", "gradient-norm"])
def test_charts_say_of_what_the_loss_is(panel: str) -> None:
    def methods(batch: float) -> list[tuple[str, ...]]:
        network = {"landscape": "network", "parameters": {"batch": batch}}
        return [
            paint(panel, snapshot(experiment=Experiment(**network))).method,
            paint(panel, several(experiment=Experiment(**network, more_cohorts=SEVERAL.more_cohorts))).method,
        ]

    one, beside = methods(32.0)
    assert one == ("of a batch of 32 of 256", "batch of 32 of 256", "batch of 32", "batch")
    assert beside[0] == "median of each cohort, of a batch of 32 of 256"
    assert set(one) < set(beside) and beside[-1] == "batch"
    one, beside = methods(0.0)
    assert one == ("of all 256 examples", "all 256 examples", "all 256", "all")
    assert paint(panel, snapshot()).method == ()
    assert paint(panel, several()).method == ("median of each cohort", "medians")


@pytest.mark.parametrize("more", [(), SEVERAL.more_cohorts], ids=["alone", "beside others"])
async def test_a_batch_is_said_to_be_one_on_80_columns(more: tuple[Cohort, ...]) -> None:
    experiment = Experiment(landscape="network", parameters={"batch": 32.0}, more_cohorts=more)
    shown = several(experiment=experiment) if more else snapshot(experiment=experiment)
    assert await titles("loss", shown, (26,)) == ["Loss: batch of 32"]
    assert await titles("gradient-norm", shown, (26,)) == ["Gradient norm: batch"]


def test_a_gradient_that_is_zero_everywhere_is_not_logarithmic() -> None:
    trace = TraceView(COLUMNS, np.arange(5), np.zeros((5, 5)))
    picture = paint(
        "gradient-norm", with_reading("gradient-norm", (PopulationReading(4, Spread(*[0.0] * 5)), trace))
    )
    assert not picture.log and picture.notes[0] == "median 0.00"
    assert paint("gradient-norm", snapshot()).log


def test_the_minimum_sets_no_limits_of_a_logarithmic_axis() -> None:
    frames = {
        name: {s.mark: s.frame for s in paint(name, snapshot()).series} for name in ("loss", "gradient-norm")
    }
    assert frames["gradient-norm"] == {"━": True, "░": True, "·": False}
    assert all(frames["loss"].values()), "linear: the lowest walker is part of the story"


def test_walkers_that_all_diverged_are_said_to_have() -> None:
    inf = float("inf")
    trace = TraceView(COLUMNS, np.arange(3), np.full((3, 5), inf))
    picture = paint("loss", with_reading("loss", (PopulationReading(2, Spread(*[inf] * 5)), trace)))
    assert picture.message == "all walkers diverged"
    assert picture.notes == ("not finite by step 0", "all walkers diverged")
    reading, past = population(300, 3.0, -16.0)
    picture = paint("loss", with_reading("loss", (replace(reading, spread=Spread(*[inf] * 5)), past)))
    assert not picture.message and picture.notes == ("all walkers diverged",), "the past stays on the chart"


@pytest.mark.parametrize("name", ["distances", "effective-dimension", "distance-histogram"])
def test_panels_tell_of_as_many_walkers_that_diverged_as_the_heading(name: str) -> None:
    reading, trace = distances(300, None)
    past = replace(trace, rows=np.full_like(trace.rows, np.nan))
    shown = with_reading("distances", (replace(reading, mean=None, histogram=None), past))
    assert paint(name, shown).message == "some walkers diverged"
    for last, said in ((Outcome.SADDLE, "some"), (Outcome.DIVERGED, "all")):
        outcomes = OutcomesReading(300, (*[Outcome.DIVERGED] * 63, last))
        found = paint(name, made_up.with_reading(shown, "outcomes", outcomes))
        assert found.message == f"{said} walkers diverged"


@pytest.mark.parametrize("walkers", [1, 2])
def test_fewer_than_three_walkers_have_no_spread(walkers: int) -> None:
    reading, trace = distances(300, None)
    shown = with_reading("distances", (replace(reading, walkers=walkers), trace))
    assert paint("distances", shown).message == "needs three walkers"


def test_distances_say_what_they_are() -> None:
    notes = paint("distances", snapshot()).notes
    assert notes == ("0.0605, theory 0.0594", "mean 24.7", "standard deviation 1.49")
    assert len(notes[0]) <= 22, "both numbers are seen on 80 columns"
    assert paint("distances", with_reading("distances", distances(300, None))).notes == (
        "some walkers diverged",
    )


def test_walkers_that_coincide_have_no_relative_spread() -> None:
    reading, trace = distances(300)
    met = replace(reading, mean=0.0, relative_spread=None, absolute_spread=0.0)
    picture = paint("distances", with_reading("distances", (met, trace)))
    assert picture.notes[0] == "all walkers coincide" and not picture.message, "the past stays on the chart"
    never = replace(trace, rows=np.full_like(trace.rows, np.nan))
    picture = paint("distances", with_reading("distances", (met, never)))
    assert picture.message == "all walkers coincide", "they do not diverge"


def styles_seen(picture: Picture, level: float, styles: set[str]) -> set[str]:
    """Which of `styles` are seen when those curves all stand at one level."""
    x = np.arange(101)
    curves = (s for s in picture.series if s.style in styles and s.top is None)
    together = tuple(replace(s, x=x, y=np.full(101, level)) for s in curves)
    drawn = Chart().draw(replace(picture, series=together, last=100), 26, 8)
    return {style for row in drawn for _, style in row} & styles


def test_theory_is_seen_where_the_curve_runs_beside_it() -> None:
    styles = {"chart--median", "chart--theory"}
    assert styles_seen(paint("distances", snapshot()), 0.05, styles) == styles


@pytest.mark.parametrize("signs", [("negative",), ("positive",), ("zero", "negative"), ("zero", "positive")])
def test_signs_of_one_number_are_all_seen(signs: tuple[str, ...]) -> None:
    styles = {f"chart--{whose}{sign}" for sign in signs for whose in ("", "others-")}
    assert styles_seen(paint("signs", snapshot()), 40.0, styles) == styles


async def test_the_legend_of_signs_says_whose_they_are_as_space_allows() -> None:
    wide, narrow = "+0− walker 1  ▵∘▿ median of 3 others  ▒░ range", "+0−walker 1 ▵∘▿rest"
    assert await titles("signs", snapshot(), (80, 24), part="border_subtitle") == [wide, narrow]


class OnePanel(App[None]):
    """A panel on an empty screen."""

    def __init__(self, name: str, unicode: bool = True) -> None:
        super().__init__()
        self.view = ChartView(name, PANELS[name], "braille" if unicode else "ascii")

    def compose(self) -> ComposeResult:
        yield self.view


async def titles(
    name: str, shown: Snapshot, widths: tuple[int, ...], unicode: bool = True, part: str = "border_title"
) -> list[str]:
    """The title of a panel, or another part of its frame, at each of several widths."""
    found = []
    for width in widths:
        app = OnePanel(name, unicode)
        async with app.run_test(size=(width, 12)) as pilot:
            await pilot.pause()
            app.view.show(shown)
            found.append(str(getattr(app.view, part)))
    return found


async def test_an_older_reading_says_its_step_at_every_width() -> None:
    older = replace(snapshot(300), step=1234)
    for name, title in (("signs", "Hessian signs"), ("distances", "Spread of distances")):
        short = PANELS[name].short_title
        for unicode in (True, False):
            wide, *narrower = await titles(name, older, (80, 60, 40, 30, 26, 20, 16), unicode)
            assert wide.startswith(title) and wide.endswith("at step 300")
            assert all(text.endswith("step 300") for text in narrower)
            assert all(text.startswith((title, f"{short}: ")) for text in narrower[:-2])
            assert narrower[-3] == f"{short}: step 300"
            assert unicode or all(text.isascii() for text in narrower)


@pytest.mark.parametrize("name", PANELS)
def test_no_title_is_cut_at_eighty_columns(name: str) -> None:
    panel = PANELS[name]
    assert 0 < len(panel.short_title or panel.title) <= 20
    assert len(panel.short_title) < len(panel.title)


async def test_a_title_is_short_where_the_frame_is_narrow() -> None:
    shown = snapshot()
    wide, narrow, narrowest = await titles("critical-values", shown, (40, 26, 16))
    assert (wide, narrow, narrowest) == ("Values of critical points", "Critical values", "Critical va…")


async def test_a_reading_of_this_step_does_not_say_its_step() -> None:
    assert await titles("signs", snapshot(300), (80, 18)) == ["Hessian signs: exact (dense)", "Hessian signs"]
    assert await titles("distances", snapshot(300), (80, 24)) == [
        "Spread of distances: relative",
        "Spread of distances",
    ]


def test_signs_say_how_they_are_known() -> None:
    shown = snapshot()
    picture = paint("signs", shown)
    assert picture.limits == (0, 100)
    assert picture.notes[:2] == ("0 down, 0 flat, 100 up", "walker 1")
    assert picture.method == ("exact (dense)", "exact")
    assert "median of 3 others 1/0/99" in picture.notes
    single = replace(shown.readings["signs"], others=(counted(1, 0, 99),))
    alone = paint("signs", made_up.with_reading(shown, "signs", single))
    assert "one other 1/0/99" in alone.notes and alone.legend[1].endswith("one other")
    assert "range 0/0/98 to 2/0/100" in picture.notes and not any("range" in note for note in alone.notes)
    guess = replace(shown.readings["signs"], focus=counted(3, 0, 97, exact=False))
    estimated = paint("signs", made_up.with_reading(shown, "signs", guess))
    assert estimated.method == ("estimate (dense)", "estimate")


def test_signs_of_a_walker_that_diverged() -> None:
    trace = TraceView(SIGN_COLUMNS, np.arange(1), np.full((1, len(SIGN_COLUMNS)), np.nan))
    reading = SignsReading(0, 100, 0, None, (), "it diverged")
    picture = paint("signs", with_reading("signs", (reading, trace)))
    assert picture.message == "the Hessian is not finite: walkers diverged"
    assert picture.notes[0] == "walker 1: it diverged"
    of_several = paint("signs", made_up.with_reading(made_up.several(), "signs", reading, trace))
    assert of_several.notes[0] == "walker 1 of 1 gd: it diverged"
    assert of_several.short_note == "walker 1: it diverged", "where that would be cut"


def test_signs_that_are_estimated_say_how_well_they_are_known() -> None:
    shown = snapshot()
    found = Signs(
        4071, 48, 4073, "Lanczos, 2 probes of 132 steps", False, 1e-7,
        ((3983, 4255), (0, 115), (3937, 4209)), 0.95, 2, 132,
    )  # fmt: skip
    reading = replace(shown.readings["signs"], focus=found, directions=8192)
    picture = paint("signs", made_up.with_reading(shown, "signs", reading))
    assert picture.method == (
        "estimate ±1.66 %, 95 % (Lanczos, 2 probes of 132 steps)",
        "estimate ±1.66 %, 95 % (Lanczos)",
        "estimate ±1.66 %, 95 %",
        "estimate",
    )
    assert picture.notes[0] == f"{whole(4071)} down, 48 flat, {whole(4073)} up"
    ranges = (f"{whole(low)}–{whole(high)}" for low, high in found.intervals or ())
    assert picture.notes[1] == "95 %: " + "/".join(ranges)


def test_how_signs_are_known_is_said_in_as_many_words_as_fit() -> None:
    shown = snapshot()
    found = replace(counted(3, 0, 97), method="dense, finite differences", exact=False)
    known = made_up.with_reading(shown, "signs", replace(shown.readings["signs"], focus=found))
    ways = ("estimate (dense, finite differences)", "estimate (dense)", "estimate")
    assert paint("signs", known).method == ways


@pytest.mark.parametrize("name", ["loss", "gradient-norm", "distances"])
def test_every_cohort_is_a_line_with_its_number_and_its_label(name: str) -> None:
    shown = several(chosen=1)
    picture = paint(name, shown)
    column = "relative_spread" if name == "distances" else "median"
    for place, view in enumerate(shown.cohorts, start=1):
        drawn, number = (s for s in picture.series if s.style == f"chart--cohort-{place}")
        assert (drawn.mark, number.mark) == ("━", str(place)), "not told apart by colour alone"
        for curve in (drawn, number):
            np.testing.assert_array_equal(curve.y, view.traces[name].column(column))
    assert picture.legend[:3] == ("1 gd", "2 adam", "3 null")
    rows = Chart().draw(picture, 60, 20)
    marks = "".join(character for row in rows for character, style in row if "cohort" in style)
    assert {"1", "2", "3"} <= set(marks)


def test_the_notes_give_each_cohort_its_number_the_chosen_one_first() -> None:
    assert paint("loss", several()).notes == ("1 −15.9", "2 −11.9", "3 −7.93")
    assert paint("loss", several(chosen=2)).notes == ("3 −7.93", "1 −15.9", "2 −11.9")
    assert paint("distances", several(chosen=1)).notes == (
        "2 0.0505", "1 0.0605", "3 0.0405", "theory 0.0594"
    )  # fmt: skip


async def test_signs_say_of_which_cohort_they_are_at_every_width() -> None:
    wide, middle, narrow, tight = await titles("signs", several(chosen=1), (80, 34, 26, 22))
    assert wide == "Hessian signs: 2 adam, exact (dense)"
    assert (middle, narrow, tight) == (
        "Hessian signs: 2 adam, exact",
        "Hessian signs: 2 adam",
        "Hessian signs: 2",
    )
    assert "walker 1 of 2 adam" in paint("signs", several(chosen=1)).notes
    assert await titles("signs", snapshot(), (80,)) == ["Hessian signs: exact (dense)"]


async def test_labels_that_do_not_fit_are_all_shortened() -> None:
    (text,) = await titles("loss", several(), (18,), part="border_subtitle")
    assert text == "1gd 2ada 3nul"


def test_a_cohort_without_readings_yet_does_not_stop_the_others() -> None:
    shown = several()
    bare = replace(shown, cohorts=(*shown.cohorts[:2], CohortView()))
    for name in ("loss", "gradient-norm", "distances"):
        picture = paint(name, bare)
        assert {s.style for s in picture.series} >= {"chart--cohort-1", "chart--cohort-2"}
        assert not any(note.startswith("3 ") for note in picture.notes)


def test_starts_without_a_law_have_no_theory_in_the_chart() -> None:
    reading, trace = distances(300)
    picture = paint("distances", with_reading("distances", (replace(reading, theory=None), trace)))
    assert picture.notes[0] == "0.0605" and picture.legend == ("━ measured",)
    assert [s.mark for s in picture.series] == ["━"]


async def test_a_title_does_not_flicker_between_new_and_older_readings() -> None:
    app = OnePanel("signs")
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        new = snapshot(300, phase="running")
        for shown, title in (
            (new, "Hessian signs: exact (dense)"),
            (replace(new, step=301), "Hessian signs: exact (dense) at step 300"),
            (new, "Hessian signs: exact (dense) at step 300"),
            (replace(new, phase="paused"), "Hessian signs: exact (dense)"),
        ):
            app.view.show(shown)
            assert app.view.border_title == title
        app.view.show(replace(new, step=301))
        for _ in range(30):
            app.view.show(new)
        assert app.view.border_title == "Hessian signs: exact (dense)"


def test_directions_that_were_open_before_do_not_leave_the_chart() -> None:
    reading, trace = snapshot().readings["signs"], snapshot().traces["signs"]
    fewer = replace(reading, directions=5, focus=counted(0, 0, 5), others=())
    rows = Chart().draw(paint("signs", with_reading("signs", (fewer, trace))), 60, 12)
    assert [len(row) for row in rows] == [60] * 12
