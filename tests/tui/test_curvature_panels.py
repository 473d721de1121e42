"""The panels of spectra and of falling directions, painted from made-up readings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import made_up
import numpy as np
import pytest
from made_up import index_loss, several, snapshot, spectrum

from sim.measure import TraceView
from sim.measures.index_loss import IndexLossReading, law_of_levels
from sim.samplings import Point
from sim.snapshot import CohortView, Snapshot
from tui.chart import Chart
from tui.panel import PANELS
from tui.picture import Picture

MADE = {"spectrum": spectrum, "index-loss": index_loss}


def shown(name: str, **changes: Any) -> Snapshot:
    return made_up.with_reading(snapshot(), name, *MADE[name](**changes))


def paint(name: str, **changes: Any) -> Picture:
    return PANELS[name].paint(shown(name, **changes))


def marks(picture: Picture) -> list[str]:
    return [series.mark for series in picture.series]


def seen(picture: Picture, width: int = 24, height: int = 9) -> str:
    return "\n".join("".join(cell for cell, _ in row) for row in Chart().draw(picture, width, height))


# --- spectrum -------------------------------------------------------------------------------------------


def test_bars_hold_every_direction_and_the_law_as_many() -> None:
    picture = paint("spectrum")
    assert marks(picture) == ["░", "━", "│", "‖"]
    bars, law, zero, edge = picture.series
    reading, _ = spectrum()
    assert reading.counts is not None and reading.edges is not None and bars.top is not None
    width = reading.edges[1] - reading.edges[0]
    assert np.mean(bars.top) * (reading.edges[-1] - reading.edges[0]) / width == pytest.approx(
        100.0, rel=0.02
    )
    assert np.trapezoid(law.y, law.x) / width == pytest.approx(100.0, rel=1e-3)
    assert set(zero.x) == {0.0} and set(edge.x) == {43.5}
    assert picture.across == (-5.0, 45.0) and picture.across_name == "λ"


def test_the_words_say_the_threshold_and_whose_spectrum_it_is() -> None:
    picture = paint("spectrum")
    assert picture.notes == ("λmax 40.2, lr < 0.0498", "λmin −1.90", "2/lr = 43.5", "100 directions")
    assert picture.method == ("walker 1, exact (dense)", "exact (dense)", "exact")
    assert picture.legend == ("░ directions", "━ semicircle", "│ 0", "‖ 2/lr")
    assert len(picture.notes[0]) <= 22, "both numbers are seen on 80 columns"


def test_an_estimate_says_so_and_how_far_the_largest_may_be_off() -> None:
    picture = paint("spectrum", exact=False, method="Lanczos, 2 probes of 40 steps", error=0.7)
    assert (
        picture.method[1] == "estimate (Lanczos, 2 probes of 40 steps)" and picture.method[-1] == "estimate"
    )
    assert picture.notes[0] == "λmax 40.2 (+0.700), lr < 0.0498"


def test_without_a_law_or_a_rate_there_is_nothing_of_them() -> None:
    picture = paint("spectrum", law=None, edge=None)
    assert marks(picture) == ["░", "│"] and picture.legend == ("░ directions", "│ 0")
    assert not any("lr =" in note for note in picture.notes)
    far = paint("spectrum", edge=1e4)
    assert "‖" not in marks(far) and "2/lr = 10000" in far.notes


def test_rules_have_thresholds_of_their_own_and_some_none() -> None:
    momentum = paint("spectrum", stable_below=3.8, edge=43.5)
    assert momentum.legend[-1] == "‖ 3.8/lr" and "3.8/lr = 43.5" in momentum.notes
    assert momentum.notes[0] == "λmax 40.2, lr < 0.0945"
    adam = paint("spectrum", stable_below=None, edge=None)
    assert adam.notes[0] == "λmax 40.2, 2/λmax 0.0498"


def test_no_rate_is_called_stable_where_nothing_curves_up() -> None:
    assert paint("spectrum", highest=-0.1, lowest=-3.0).notes[0] == "λmax −0.100"
    assert paint("spectrum", highest=1e-9, band=1e-8).notes[0] == "λmax 1.00e−9"


def test_a_crowd_at_zero_does_not_hide_the_others() -> None:
    counts = np.zeros(20)
    counts[2], counts[5:9], counts[15], counts[17] = 5000.0, 10.0, 1.0, 0.1
    picture = paint("spectrum", counts=counts, directions=5041, law=None)
    assert picture.log and not picture.from_zero and not paint("spectrum").log
    assert marks(picture)[:2] == ["│", "░"], "the mark of 0 covers no crowd there"
    top = picture.series[1].top
    assert top is not None and np.nanmin(top) == 0.5
    assert len({value for value in top if np.isfinite(value)}) == 4
    rows = seen(picture, 60, 12).splitlines()
    assert sum("░" in row for row in rows) > 6
    assert 15 < len({column for row in rows for column, cell in enumerate(row) if cell == "░"}) < 30
    away = np.roll(counts, 4)  # which leaves a stub at 0
    rows_away = seen(paint("spectrum", counts=away, directions=5041, law=None), 60, 12).splitlines()
    assert all(row[12] in "│░" for row in rows_away[:-2]), "0 is marked from top to bottom"
    assert rows[0].count("░") <= 4, "only the crowd reaches the top, and gaps are empty"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": "the walker diverged"}, "no spectrum: the walker diverged (walker 1)"),
        ({"reason": "the Hessian is not finite"}, "no spectrum: the Hessian is not finite (walker 1)"),
        (
            {"directions": 1, "counts": np.ones(1), "edges": np.array([0.0, 1.0]), "highest": 0.25},
            "one direction at walker 1: λ = 0.250, lr < 8.00",
        ),
        (
            {"directions": 1, "counts": np.ones(1), "edges": np.array([-1.0, 0.0]), "highest": -0.25},
            "one direction at walker 1: λ = −0.250",
        ),
    ],
)
def test_what_has_no_histogram_is_said_in_words(changes: dict[str, Any], message: str) -> None:
    picture = paint("spectrum", **changes)
    assert picture.message == message and picture.notes == (message,) and not picture.series


def test_the_ends_of_the_law_set_no_limits_of_a_logarithmic_axis() -> None:
    counts = np.zeros(20)
    counts[8], counts[3:7] = 131000.0, 18.0
    picture = paint("spectrum", counts=counts, directions=131072)
    assert picture.log and np.nanmin(picture.series[2].y) >= 0.5
    assert "e−" not in seen(picture, 44, 14)


# --- index against loss ---------------------------------------------------------------------------------


def test_the_three_samplings_have_marks_of_their_own_and_the_curve() -> None:
    picture = paint("index-loss")
    assert marks(picture) == ["━", "+", "▵", "∘"]
    assert picture.legend == ("━ semicircle", "+ descent", "▵ planted", "∘ random")
    assert len({series.style for series in picture.series}) == 4
    curve = picture.series[0]
    for level, share in zip(curve.x, curve.y, strict=True):
        assert share == law_of_levels(level)
    assert all(series.scatter for series in picture.series[1:])
    assert [len(series.x) for series in picture.series[1:]] == [31 * 4, 40, 16]
    for size in ((24, 9), (60, 15)):
        assert all(mark in seen(picture, *size) for mark in "∘+▵")


def test_the_words_say_how_far_planted_points_are_from_theory() -> None:
    picture = paint("index-loss")
    assert picture.notes[:4] == ("off by 0.00500 ± 0.0205", "walker: 0.00407 fall", "16 random", "40 planted")
    assert len(picture.notes[0]) <= 23
    assert picture.method == ("exact (dense)", "exact")
    assert "12 still to come" in paint("index-loss", left=12).notes


def test_few_directions_are_not_held_to_the_law_of_many() -> None:
    notes = paint("index-loss", directions=3).notes
    assert not any("off by" in note for note in notes) and notes[-1] == "the semicircle is that of many"


def test_estimates_carry_their_interval() -> None:
    guess = Point(-0.5, 0.34, 0.32, 0.37, "Lanczos, 2 probes", False)
    picture = paint("index-loss", walkers=(guess,))
    assert "walker: 0.340 (0.320 to 0.370) fall" in picture.notes
    assert picture.method == ("estimates ± 0.0250 (Lanczos, 2 probes)", "estimates ± 0.0250")


def test_without_a_law_the_axis_is_the_loss_and_the_legend_says_that_nothing_is_planted() -> None:
    picture = paint("index-loss", levels=False, planted=())
    assert marks(picture) == ["+", "∘"] and picture.across_name == "loss"
    assert picture.legend[-1] == "none planted" and picture.limits is None
    assert "none planted" in paint("index-loss", levels=False, planted=(), left=3).legend
    assert "none planted" not in paint("index-loss", planted=(), left=3).legend, "they may still come"
    assert "none planted" in paint("index-loss", planted=()).legend


def test_points_of_another_landscape_are_not_drawn() -> None:
    reading, trace = index_loss()
    trace.rows[:20, 0] = 7.0
    picture = PANELS["index-loss"].paint(made_up.with_reading(snapshot(), "index-loss", reading, trace))
    assert len(picture.series[1].x) == 11 * 4


def test_walkers_that_diverged_leave_the_others() -> None:
    reading, trace = index_loss()
    trace.rows[:, 1:] = np.nan
    lost = replace(reading, walkers=(None,) * 4)
    picture = PANELS["index-loss"].paint(made_up.with_reading(snapshot(), "index-loss", lost, trace))
    assert marks(picture) == ["━", "▵", "∘"] and "walker diverged" in picture.notes
    nothing = replace(lost, random=(), planted=())
    picture = PANELS["index-loss"].paint(made_up.with_reading(snapshot(), "index-loss", nothing, trace))
    assert picture.message == "the Hessian is not finite: walkers diverged" and not picture.series


def test_without_a_direction_there_is_nothing_to_fall() -> None:
    reading = IndexLossReading(300, 0)
    trace = TraceView(made_up.INDEX_COLUMNS, np.array([300]), np.full((1, 13), np.nan))
    picture = PANELS["index-loss"].paint(made_up.with_reading(snapshot(), "index-loss", reading, trace))
    assert picture.message == "there is no direction to curve in"


@pytest.mark.parametrize("name", MADE)
def test_the_title_says_of_which_cohort(name: str) -> None:
    reading, trace = MADE[name]()
    views = list(several(chosen=1).cohorts)
    views[1] = CohortView({name: reading}, {name: trace})
    picture = PANELS[name].paint(replace(several(chosen=1), cohorts=tuple(views)))
    assert picture.method[0].startswith("2 adam, ") and "2 adam" in picture.method
