"""The page of critical points, painted from made-up readings."""

from __future__ import annotations

from dataclasses import replace

import made_up
import numpy as np
import pytest

from sim import Experiment, Simulation
from sim.critical.expected import Expected
from sim.measures.critical_points import CriticalPointsReading
from sim.snapshot import Snapshot
from tui.chart import Chart
from tui.panel import PANELS, panels
from tui.picture import Picture
from tui.surface import STYLES

NAMES = ("critical-points", "critical-values", "critical-heights", "critical-search")

LEVELS = np.linspace(-4.5, 4.5, 91)

LAW = Expected(
    (4.36, 13.3, 13.3, 4.36), (1.3, 2.7, 2.7, 1.3), (-1.8, -0.59, 0.59, 1.8),
    LEVELS, 35.32 * np.exp(-(LEVELS**2) / 2.0) / np.sqrt(2.0 * np.pi),
)  # fmt: skip

INDICES = np.array([0] * 5 + [1] * 12 + [2] * 12 + [3] * 5)

CENSUS = CriticalPointsReading(
    step=300, directions=3, census=True, complete=True, ended=True, starts=4000, failed=1000,
    values=-2.0 + 4.0 * INDICES / 3.0 + 0.1 * np.sin(np.arange(34.0)), indices=INDICES,
    first=np.arange(34) ** 2, counts=(5, 12, 12, 5), flat=0, unknown=0, outside=0, exact=True,
    morse_sum=0, missed=0.0, expected=LAW,
)  # fmt: skip

HUNT = replace(
    CENSUS, census=False, complete=False, ended=False, morse_sum=None, missed=None, expected=None, outside=7
)

NOTHING = replace(
    HUNT, values=np.empty(0), indices=INDICES[:0], first=INDICES[:0], counts=(0, 0, 0, 0), outside=0
)


def paint(name: str, reading: CriticalPointsReading) -> Picture:
    return PANELS[name].paint(shown(reading))


def shown(reading: CriticalPointsReading) -> Snapshot:
    trace = next(iter(made_up.snapshot().traces.values()))
    return made_up.with_reading(made_up.snapshot(), "critical-points", reading, trace)


def test_they_are_the_page() -> None:
    assert tuple(name for name, panel in panels() if panel.page == "critical") == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("reading", [CENSUS, HUNT], ids=["census", "hunt"])
def test_every_mark_is_in_the_legend_and_every_style_in_the_stylesheet(
    name: str, reading: CriticalPointsReading
) -> None:
    picture = paint(name, reading)
    marks = [series.mark for series in picture.series]
    assert marks and picture.notes and len(set(marks)) == len(marks)
    for legend in filter(None, (picture.legend, picture.short_legend)):
        assert all(mark in " ".join(legend) for mark in marks)
    assert {series.style for series in picture.series} <= STYLES


@pytest.mark.parametrize("name", NAMES)
def test_how_they_are_known_is_always_said(name: str) -> None:
    assert paint(name, CENSUS).method[0] == "census, complete: Morse sum 0"
    assert paint(name, HUNT).method == ("hunted, a biased sample", "biased sample", "biased")
    going = replace(CENSUS, complete=False, ended=False)
    assert paint(name, going).method == ("census, going on", "going on")
    failed = replace(CENSUS, complete=False, morse_sum=-2)
    assert paint(name, failed).method[0] == "census, incomplete: Morse sum −2"
    notes = " ".join(paint(name, failed).notes)
    assert "incomplete" in notes


def test_bars_stand_beside_theory() -> None:
    picture = paint("critical-points", CENSUS)
    bar, spread, dashes = picture.series
    assert bar.top is not None
    heights = [float(bar.top[np.argmin(np.abs(bar.x - k))]) for k in range(4)]
    assert heights == [5.0, 12.0, 12.0, 5.0]
    assert sorted(set(dashes.y.tolist())) == [4.36, 13.3]
    of_minima = spread.y[spread.x == 0]
    assert (of_minima.min(), of_minima.max()) == (pytest.approx(3.06), pytest.approx(5.66))
    assert picture.notes[:4] == (
        "34 points, complete", "5/12/12/5 by directions down", "theory 35.3 in all",
        "5 minima, theory 4.36 ± 1.30",
    )  # fmt: skip
    assert len(picture.notes[0]) <= 22, "seen on 80 columns"


def test_theory_without_a_known_spread_has_no_lines() -> None:
    picture = paint("critical-points", replace(CENSUS, expected=replace(LAW, spreads=())))
    assert [series.mark for series in picture.series] == ["░", "╌"]
    assert "5 minima, theory 4.36" in picture.notes


def test_a_sample_that_is_biased_has_no_theory() -> None:
    picture = paint("critical-points", HUNT)
    assert [series.mark for series in picture.series] == ["░"]
    assert picture.notes[0] == "34 points, biased" and "7 outside the box" in picture.notes
    one = replace(HUNT, values=HUNT.values[:1], indices=INDICES[:1], first=INDICES[:1], counts=(1, 0, 0, 0))
    assert paint("critical-points", one).notes[0] == "1 point, biased"
    one = replace(one, starts=int(one.first[0]) + 2)
    assert "none new in the last start" in paint("critical-search", one).notes
    one = replace(NOTHING, starts=1)
    assert paint("critical-search", one).message == "no critical points found yet from 1 start"
    assert "directions estimated" not in picture.notes
    assert "directions estimated" in paint("critical-points", replace(HUNT, exact=False)).notes


def test_many_directions_share_bars() -> None:
    many = replace(HUNT, directions=1000, indices=400 + 3 * INDICES, counts=())
    picture = paint("critical-points", many)
    (bar,) = picture.series
    assert picture.across == (399.5, 409.5)
    assert bar.top is not None and bar.top.max() == 12.0
    wide = replace(many, indices=np.arange(34) * 25)
    (bar,) = paint("critical-points", wide).series
    assert bar.top is not None
    assert len(np.flatnonzero(np.diff(bar.top))) < 20
    assert not any("by directions" in note for note in picture.notes)


def test_values_stand_over_their_index() -> None:
    picture = paint("critical-values", CENSUS)
    found, means = picture.series
    np.testing.assert_array_equal(found.x, CENSUS.values)
    np.testing.assert_array_equal(found.y, CENSUS.indices)
    assert means.x.tolist() == list(LAW.values)
    assert picture.limits == (0.0, 3.0) and picture.across is not None
    assert picture.across[0] < CENSUS.values.min() and picture.across[1] > CENSUS.values.max()
    assert picture.notes[0] == "lowest −2.08"
    assert "minima −1.98, theory −1.80" in picture.notes


def test_values_that_are_all_the_same_have_room() -> None:
    same = replace(HUNT, values=np.full(34, 2.0))
    assert paint("critical-values", same).across == (1.0, 3.0)
    (bar,) = paint("critical-heights", same).series
    assert bar.top is not None and bar.top.max() == 34.0


def test_heights_stand_beside_as_many_as_theory_expects_in_each_bar() -> None:
    picture = paint("critical-heights", CENSUS)
    bar, law = picture.series
    assert bar.top is not None and picture.across is not None
    low, high = picture.across
    width = (high - low) / 12
    np.testing.assert_allclose(law.y, width * np.interp(law.x, LAW.levels, LAW.densities))
    assert sum(bar.top[np.argmin(np.abs(bar.x - low - (k + 0.5) * width))] for k in range(12)) == 34.0
    assert [series.mark for series in paint("critical-heights", HUNT).series] == ["░"]
    assert picture.notes[0] == "sd 1.21, theory 1.000"
    assert low <= -2.0 and high >= 2.0, "theory is seen as a whole"


def test_the_search_is_a_curve_that_ends_at_what_was_found() -> None:
    picture = paint("critical-search", CENSUS)
    curve, law = picture.series
    assert (curve.x[0], curve.y[0]) == (1.0, 1.0)
    assert (curve.x[-1], curve.y[-1]) == (4000.0, 34.0)
    assert np.all(np.diff(curve.x) >= 0.0) and np.all(np.diff(curve.y) >= 0.0)
    assert set(law.y.tolist()) == {LAW.total}
    assert "none new in the last 2 910 starts" in picture.notes
    assert not any("Chao" in note for note in picture.notes)
    doubtful = paint("critical-search", replace(CENSUS, complete=False, missed=5.0))
    assert "about 5.00 missing (Chao)" in doubtful.notes


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_is_said(name: str) -> None:
    said = paint(name, NOTHING)
    assert not said.series and said.message == "no critical points found yet from 4 000 starts"
    over = paint(name, replace(NOTHING, ended=True, flat=12))
    assert over.message == "no critical points found from 4 000 starts, 12 flat places"
    assert over.notes == (over.message,)
    large = paint(name, replace(NOTHING, ended=True, unknown=3))
    assert "3 whose directions could not be counted" in large.message
    none = paint(name, replace(NOTHING, reason="there is no direction to go in"))
    assert none.message == "nothing is looked for: there is no direction to go in"
    assert not none.method


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(24, 9), (60, 15)])
def test_what_is_measured_is_drawn(name: str, size: tuple[int, int]) -> None:
    for experiment in (
        Experiment(dim=3, walkers=4, parameters={"period": 5.0}),
        Experiment(landscape="rastrigin", dim=1, walkers=1),
        Experiment(landscape="separable-logistic", dim=3, walkers=2),
    ):
        picture = PANELS[name].paint(Simulation(experiment).read("critical-points", work=1e9))
        rows = Chart().draw(picture, *size)
        assert [len(row) for row in rows] == [size[0]] * size[1]
        assert picture.series or picture.message
