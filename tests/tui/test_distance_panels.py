"""The panels of the page of distances, painted from made-up snapshots."""

from __future__ import annotations

from dataclasses import replace

import made_up
import numpy as np
import pytest
from made_up import DISTANCE_COLUMNS, beside, distances, grouped, several, snapshot, travel

from sim.experiment import Experiment
from sim.measure import TraceView
from sim.measures.distances import Histogram
from sim.population import Spread
from sim.snapshot import CohortView, Snapshot
from sim.theory import DistanceTheory
from tui.chart import Chart
from tui.panel import PANELS
from tui.picture import Picture

PAGE = ("distance-histogram", "travel", "groups", "effective-dimension")


def paint(name: str, shown: Snapshot) -> Picture:
    return PANELS[name].paint(shown)


def with_reading(name: str, pair: tuple[object, TraceView], shown: Snapshot | None = None) -> Snapshot:
    return made_up.with_reading(shown or snapshot(), name, *pair)


def changed(**values: object) -> Snapshot:
    """The snapshot with a reading of distances that is another in some fields."""
    reading, trace = distances(300)
    return with_reading("distances", (replace(reading, **values), trace))


def drawn(picture: Picture, width: int = 60, height: int = 15) -> str:
    rows = Chart().draw(picture, width, height)
    return "\n".join("".join(character for character, _ in row) for row in rows)


def test_the_page_has_these_panels() -> None:
    placed = sorted((panel.place, name) for name, panel in PANELS.items() if panel.page == "distances")
    assert tuple(name for _, name in placed) == PAGE


# --- histogram ---------------------------------------------------------------------------------------


def test_the_histogram_stands_beside_the_law() -> None:
    picture = paint("distance-histogram", snapshot())
    assert picture.notes[:2] == ("mean 24.7, error 0.150", "theory 24.5")
    assert len(picture.notes[0]) <= 22, "seen on 80 columns"
    assert picture.notes[2:4] == ("deviation 1.49, error 0.0400", "relative 0.0605, error 0.00200")
    assert picture.notes[4] == "64 walkers"
    low, high = picture.across
    assert low <= 24.5 - 2 * 1.45 and high >= 24.5 + 2 * 1.45
    for width, height in ((24, 9), (60, 15)):
        text = drawn(picture, width, height)
        assert all(mark in text for mark in "░│╎·")
    assert {series.mark for series in picture.series} == set("░│╎·")


def test_the_law_is_where_it_is_said_to_be() -> None:
    uprights = {s.mark: s.x for s in paint("distance-histogram", snapshot()).series if s.scatter}
    assert set(uprights["╎"]) == {24.5} and set(uprights["│"]) == {24.7}
    assert set(uprights["·"].tolist()) == {24.5 - 1.45, 24.5 + 1.45}


def test_without_a_law_there_is_the_histogram_alone() -> None:
    picture = paint("distance-histogram", changed(theory=None))
    assert picture.legend == ("░ pairs", "│ mean") == picture.short_legend
    assert picture.across == (20.0, 29.0)
    assert not any("theory" in note for note in picture.notes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"walkers": 1, "mean": None, "histogram": None}, "needs three walkers"),
        ({"walkers": 2, "histogram": None}, "needs three walkers"),
        ({"mean": None, "histogram": None}, "some walkers diverged"),
        ({"mean": 0.0, "histogram": Histogram((-1.0, 1.0), (2016,))}, "all walkers coincide"),
    ],
)
def test_no_histogram_says_why(values: dict[str, object], message: str) -> None:
    picture = paint("distance-histogram", changed(**values))
    assert (picture.message, picture.series) == (message, ())


def test_fewer_walkers_than_there_are_is_said() -> None:
    assert "20 of 64 walkers" in paint("distance-histogram", changed(walkers=20)).notes
    assert "20 of 64 walkers" in paint("effective-dimension", changed(walkers=20)).notes


def test_of_several_cohorts_the_histogram_is_the_chosen_ones() -> None:
    picture = paint("distance-histogram", several(chosen=1))
    assert picture.method[0] == "2 adam" and picture.method[-1] == "2"


@pytest.mark.parametrize("name", ["distance-histogram", "effective-dimension", "travel"])
def test_distances_on_a_sphere_are_chords_and_on_a_torus_those_of_the_plane(name: str) -> None:
    ways = {
        landscape: paint(name, snapshot(experiment=Experiment(landscape=landscape, **entries))).method
        for landscape, entries in (
            ("spin-glass", {"dim": 20}), ("gaussian-field", {"dim": 4, "parameters": {"period": 5.0}}),
            ("rastrigin", {}),
        )
    }  # fmt: skip
    assert ways["spin-glass"] == ("chords through the sphere", "chords")
    assert ways["gaussian-field"][0] == "in the plane, not round the torus"
    assert ways["rastrigin"] == ()


def test_their_spread_is_that_of_chords_too() -> None:
    on_a_sphere = snapshot(experiment=Experiment(landscape="spin-glass", dim=20))
    ways = ("relative, chords through the sphere", "relative, chords", "relative")
    assert paint("distances", on_a_sphere).method == ways


# --- effective dimension -----------------------------------------------------------------------------


def test_the_effective_dimension_stands_beside_what_the_spread_implies() -> None:
    picture = paint("effective-dimension", snapshot())
    assert picture.notes[:3] == ("93.0 of 100", "90.0 to 96.0", "spread implies 137")
    assert [series.mark for series in picture.series] == ["╌", "░", "·", "━"]
    assert picture.legend[-1] == "╌ starts" and not picture.log
    assert "starts" not in " ".join(paint("effective-dimension", changed(theory=None)).legend)
    assert "━" not in drawn(picture) and "╌" in drawn(picture)


def test_an_effective_dimension_that_falls_far_is_drawn_on_a_logarithmic_axis() -> None:
    reading, trace = distances(300)
    rows = trace.rows.copy()
    rows[:, DISTANCE_COLUMNS.index("effective_dimension")] = np.geomspace(90.0, 1.5, len(rows))
    assert paint("effective-dimension", with_reading("distances", (reading, replace(trace, rows=rows)))).log


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"walkers": 3}, "needs four walkers"),
        ({"mean": None}, "some walkers diverged"),
        ({"mean": 0.0}, "all walkers coincide"),
        ({}, "too few walkers to tell"),
    ],
)
def test_no_effective_dimension_says_why(values: dict[str, object], why: str) -> None:
    shown = changed(effective=None, **values)
    assert paint("effective-dimension", shown).notes == (why,), "the past stays on the chart"
    trace = TraceView(DISTANCE_COLUMNS, np.arange(1), np.full((1, len(DISTANCE_COLUMNS)), np.nan))
    bare = made_up.with_reading(shown, "distances", shown.readings["distances"], trace)
    assert paint("effective-dimension", bare).message == why


def test_every_cohort_has_its_effective_dimension() -> None:
    picture = paint("effective-dimension", several(chosen=1))
    assert picture.notes == ("2 92.0", "1 93.0", "3 91.0")
    assert {s.style for s in picture.series} >= {f"chart--cohort-{place}" for place in (1, 2, 3)}


# --- travel ------------------------------------------------------------------------------------------


def test_travel_is_set_beside_the_distance_of_two_starts() -> None:
    picture = paint("travel", snapshot())
    assert picture.notes == (
        "from start 6.00", "to minimum 18.0", "3 near it", "starts 17.4 from it",
        "0.245 of start to start", "24.5 in theory", "10–90% 5.00 to 7.00", "64 walkers",
    )  # fmt: skip
    assert [series.mark for series in picture.series] == ["░", "━", "·", "╌"]
    assert set(picture.series[-1].y) == {24.5}


def test_travel_shows_what_is_known() -> None:
    reading, trace = travel(300)
    without = {
        "no minimum": replace(reading, to_minimum=None, near=None, starts_to_minimum=None),
        "no start": replace(reading, from_start=None, between_starts=None),
        "neither": replace(reading, from_start=None, to_minimum=None),
        "no law": replace(reading, exact=False, starts_to_minimum=None),
    }
    shown = {name: paint("travel", with_reading("travel", (each, trace))) for name, each in without.items()}
    assert [s.mark for s in shown["no minimum"].series] == ["░", "━", "╌"]
    assert [s.mark for s in shown["no start"].series] == ["·"]
    assert shown["neither"].message == "neither the starts nor a minimum is known"
    assert "24.5 measured" in shown["no law"].notes


def test_walkers_that_all_diverged_have_travelled_nowhere() -> None:
    reading, _ = travel(300)
    inf = Spread(*[np.inf] * 5)
    trace = TraceView(made_up.TRAVEL_COLUMNS, np.arange(1), np.full((1, 6), np.inf))
    lost = replace(reading, from_start=inf, to_minimum=inf, near=0)
    picture = paint("travel", with_reading("travel", (lost, trace)))
    assert picture.message == "all walkers diverged" and picture.notes[0] == "from start ∞"


# --- groups and cohorts ------------------------------------------------------------------------------


def test_without_groups_or_cohorts_it_is_said_how_to_get_them() -> None:
    assert (
        paint("groups", snapshot()).message
        == "needs groups (--starts groups) or a second cohort (`add-cohort`)"
    )
    assert len(drawn(paint("groups", snapshot()), 24, 9).split("\n")) == 9


def test_groups_stand_beside_shuffled_ones() -> None:
    picture = paint("groups", with_reading("groups", grouped(300)))
    assert picture.notes == (
        "within 3.00", "between 25.0", "ratio 0.120", "p 0.00100", "4 groups", "64 walkers"
    )  # fmt: skip
    assert [series.mark for series in picture.series] == ["░", "╌", "━"]


def test_groups_that_cannot_be_compared_say_why() -> None:
    reading, trace = grouped(300)
    none = replace(reading, within=None, between=None, reason="needs two groups")
    picture = paint("groups", with_reading("groups", (none, trace)))
    assert picture.notes[0] == "needs two groups" and not picture.message, "the past stays on the chart"
    empty = replace(trace, rows=np.full_like(trace.rows, np.nan))
    assert paint("groups", with_reading("groups", (none, empty))).message == "needs two groups"


def test_each_cohort_is_compared_with_the_chosen_one() -> None:
    shown = several(chosen=1)
    picture = paint("groups", shown)
    assert picture.notes[:4] == ("1 same 2.00", "others 24.0", "3 same 4.00", "others 26.0")
    assert picture.method[0] == "2 adam"
    assert picture.legend[:2] == ("1 same walker in gd", "a others")
    text = drawn(picture)
    assert all(mark in text for mark in "1a3c"), "not told apart by colour alone"


def test_groups_are_given_in_words_beside_cohorts() -> None:
    shown = several(chosen=0)
    reading, trace = grouped(300)
    picture = paint("groups", made_up.with_reading(shown, "groups", reading, trace))
    assert "groups: within 3.00" in picture.notes and "ratio 0.120" in picture.notes


def test_a_cohort_that_diverged_is_said_to_have() -> None:
    shown = several(chosen=0)
    reading, trace = beside(300, 0, 3)
    first, second = reading.apart
    lost = replace(reading, apart=(replace(first, same=None, different=None), second))
    picture = paint("groups", made_up.with_reading(shown, "cohort-distances", lost, trace))
    assert picture.notes[0] == "2 diverged"


def test_a_place_that_another_cohort_had_is_not_drawn() -> None:
    """Of four cohorts the second was removed: what was said of the others stays in the chart's past alone."""
    shown = several(chosen=0)
    reading, trace = beside(300, 0, 3)
    rows = trace.rows.copy()
    rows[:20, 0] = 4.0
    picture = paint(
        "groups", made_up.with_reading(shown, "cohort-distances", reading, replace(trace, rows=rows))
    )
    assert all(series.x[0] == trace.steps[20] for series in picture.series)
    for stale in (replace(reading, cohorts=4), replace(reading, place=1)):
        assert paint("groups", made_up.with_reading(shown, "cohort-distances", stale, trace)).series == ()


@pytest.mark.parametrize("name", PAGE)
def test_a_cohort_without_readings_yet_does_not_stop_the_others(name: str) -> None:
    shown = several()
    bare = replace(shown, cohorts=(*shown.cohorts[:2], CohortView()))
    assert paint(name, bare).series
    assert paint(name, replace(bare, chosen=2)).message == ""


def test_marks_are_told_apart_in_ascii_too() -> None:
    from tui.cells import ASCII

    for name in PAGE:
        marks = [series.mark for series in paint(name, snapshot()).series]
        plain = {mark.translate(ASCII) for mark in marks}
        assert len(plain) == len(marks) and all(mark.isascii() for mark in plain)


def test_a_law_far_from_the_walkers_is_still_in_the_chart() -> None:
    law = DistanceTheory(2.0, 0.1, 0.2, "independent starts")
    low, _ = paint("distance-histogram", changed(theory=law)).across
    assert low == pytest.approx(1.6)


def test_readings_of_an_earlier_step_say_so() -> None:
    later = replace(several(300), step=900)
    for name in PAGE:
        assert paint(name, later).measured == 300
