"""The page of giants, painted from made-up readings."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_up import snapshot, with_reading

from sim.experiment import Experiment
from sim.giants.laws import expected_in_back, falling_of_rastrigin, negative_in_front, negative_of_goe
from sim.giants.under_way import Trail
from sim.measures.drawn_distances import DrawnDistancesReading
from sim.measures.drawn_signs import DrawnSignsReading
from sim.measures.streamed_signs import StreamedSignsReading
from sim.snapshot import Snapshot
from sim.theory import normal_distances
from tui.chart import Chart
from tui.formats import decimal, whole
from tui.giants import signed
from tui.panel import PANELS, panels
from tui.picture import BAND, Picture

NAMES = ("streamed-signs", "index-by-size", "drawn-distances", "falling-directions")
GIANT = 10**9
MEASURED = {
    StreamedSignsReading: "streamed-signs",
    DrawnDistancesReading: "drawn-distances",
    DrawnSignsReading: "drawn-signs",
}
BEYOND = Experiment(landscape="random-quadratic", dim=100, giant_dim=GIANT)


def trail(dim: int, rows: int, shift: float) -> Trail:
    """A way through the first of them, off by at most two standard deviations of the leading blocks."""
    sizes = np.unique(np.geomspace(512, rows / 2, 60).astype(np.int64))
    laws = [negative_in_front(dim, shift, int(size)) for size in sizes]
    mean, spread = (np.array([getattr(law, name) for law in laws]) for name in ("mean", "standard_deviation"))
    found = np.rint(mean + 2.0 * spread * np.sin(np.arange(len(sizes))))
    behind = np.array([expected_in_back(dim, shift, int(size)) for size in sizes])
    return Trail(2.0 * sizes, found + np.rint(behind), mean + behind, 1.0 * sizes, found, mean, spread)


def streamed(
    rows: int = 280_000_000, shift: float = 0.0, dim: int = GIANT, **changes: Any
) -> StreamedSignsReading:
    way = trail(dim, rows, shift)
    reading = StreamedSignsReading(
        300, dim, shift, 0, True, rows, False, int(way.counted[-1]), float(way.expected[-1]),
        negative_of_goe(dim, shift), None, 10.2, 43.4, way,
    )  # fmt: skip
    return replace(reading, **changes)


ENDED = streamed(
    rows=GIANT,
    finished=True,
    counts=(499_999_999, 0, 500_000_001),
    counted=499_999_999,
    expected=5e8,
    seconds_left=0.0,
)


def drawn(dim: int = GIANT, points: int = 64) -> DrawnDistancesReading:
    law = normal_distances(dim, 1.0)
    edges = law.mean + law.absolute_spread * np.linspace(-3.0, 3.0, 13)
    counts = np.rint(2016 * 0.2 * np.exp(-0.125 * np.arange(-6, 6) ** 2)).astype(np.int64)
    return DrawnDistancesReading(
        300,
        dim,
        points,
        0,
        law,
        law.mean - 0.18,
        0.94,
        0.94 / law.mean,
        float(edges[0]),
        float(edges[-1]),
        edges,
        counts,
        0.092,
        0.034 / law.mean,
        0.034,
    )


def falling(dim: int = GIANT, amplitude: float = 10.0, shift: float = 0.0) -> DrawnSignsReading:
    law = falling_of_rastrigin(dim, amplitude)
    count = round(law.mean + law.standard_deviation) if law.probability else 0
    return DrawnSignsReading(
        300, dim, 0, amplitude, count, law, law.mean, law.standard_deviation, law.log10_of_none, shift,
        negative_of_goe(dim, shift),
    )  # fmt: skip


def of(reading: Any) -> Experiment:
    """What is set where a reading is of it."""
    shift = getattr(reading, "shift", 0.0)
    return Experiment(landscape="random-quadratic", dim=1, giant_dim=reading.dim, parameters={"shift": shift})


def shown(*readings: Any, experiment: Experiment | None = None) -> Snapshot:
    """On a landscape whose matrix and whose dimension are those of the readings, or on another one."""
    readings = readings or (streamed(), drawn(), falling())
    asked = experiment or of(readings[0])
    found = snapshot(experiment=asked)
    for reading in readings:
        found = with_reading(found, MEASURED[type(reading)], reading)
    return found


def paint(name: str, *readings: Any) -> Picture:
    mine = [reading for reading in readings if MEASURED[type(reading)] in PANELS[name].measures]
    return PANELS[name].paint(shown(*mine))


def test_the_page_is_theirs() -> None:
    assert [name for name, panel in panels() if panel.page == "giants"] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_first_has_room_on_80_columns_and_says_how_it_is_known(name: str) -> None:
    for readings in (
        (),
        (ENDED, drawn(10**15), falling(10**15)),
        (streamed(dim=10**15), drawn(3), falling(3)),
    ):
        picture = paint(name, *readings)
        assert len(picture.notes[0]) <= 24 and picture.method[-1] in ("streamed", "drawn")


def test_a_count_under_way_says_how_far_it_is_and_how_long_it_takes() -> None:
    reading = streamed()
    picture = paint("streamed-signs", reading)
    off = reading.counted - reading.expected
    assert picture.notes == (
        f"28 %: off {signed(off)}", "43 s left", f"{whole(reading.counted)} negative",
        f"expected {decimal(reading.expected, 1)}", "280 000 000 of 1e9 rows", "10.2 ns a row",
    )  # fmt: skip
    law, line = picture.series
    assert picture.log and picture.across_log and picture.across == (reading.trail.rows[0], GIANT)
    assert line.y[-1] == pytest.approx(max(abs(off), 0.1) / reading.expected)
    assert law.y[-1] == pytest.approx(reading.law.standard_deviation / reading.law.mean)
    assert law.x[0] == line.x[0] and law.x[-1] == pytest.approx(GIANT)
    assert picture.method[0] == "streamed, exact; GOE + t, d = 1e9, t = 0, the landscape's"


def test_a_count_that_takes_long_names_the_command_for_the_same_matrix() -> None:
    notes = paint("streamed-signs", streamed(dim=175 * 10**9, seconds_left=5000.0)).notes
    assert notes[1] == "1 h 23 min left"
    assert notes[-1] == "quicker: landscape-tui signs --dim 175000000000 --shift 0 --seed 0"
    assert not any("quicker" in note for note in paint("streamed-signs", streamed()).notes)
    unknown = paint("streamed-signs", streamed(seconds_left=None)).notes
    assert not any("left" in note or "quicker" in note for note in unknown)


def test_a_finished_count_says_all_of_it() -> None:
    assert paint("streamed-signs", ENDED).notes == (
        "all 1e9: off −1.0", "499 999 999 negative", "expected 500 000 000.0", "sd 1.53",
        "0 zero, 500 000 001 positive", "10.2 ns a row",
    )  # fmt: skip


def test_a_count_that_hits_its_mean_is_drawn_as_nearly_so() -> None:
    reading = streamed()
    exact = replace(reading, trail=replace(reading.trail, counted=reading.trail.expected))
    picture = paint("streamed-signs", exact)
    np.testing.assert_allclose(picture.series[1].y * reading.trail.expected, 0.1)
    assert "off by 0.1 at least" in picture.legend[0]


def test_where_nothing_is_negative_it_is_said() -> None:
    way = trail(GIANT, 280_000_000, 3.0)
    assert not way.expected.any()
    picture = paint("streamed-signs", streamed(shift=3.0, counted=0, expected=0.0, trail=way))
    assert picture.message == "28 % of 1e9 rows, 0 negative: none is expected" and not picture.series
    few = replace(way, expected=np.full_like(way.expected, 0.17))
    picture = paint("streamed-signs", streamed(shift=2.0, counted=1, expected=0.17, trail=few))
    assert picture.message == "28 % of 1e9 rows, 1 negative: 0.170 expected" and not picture.series
    index = paint("index-by-size", streamed(shift=3.0, trail=way))
    assert not index.series and index.message.startswith("nothing to vary at any size: t = 3 is beyond the ")


def test_every_size_stands_beside_its_standard_deviation() -> None:
    reading = streamed()
    picture = paint("index-by-size", reading)
    band, found = picture.series
    assert band.top is not None
    np.testing.assert_array_equal(band.top, -band.y)
    np.testing.assert_allclose(np.interp(found.x, band.x, band.top), reading.trail.spreads, rtol=1e-3)
    assert (band.x[0], band.x[-1]) == (found.x[0], pytest.approx(GIANT)), "of sizes to come as well"
    np.testing.assert_array_equal(found.y, reading.trail.counted_in_front - reading.trail.expected_in_front)
    within = int(np.count_nonzero(np.abs(found.y) <= reading.trail.spreads))
    assert picture.notes[1:] == (
        "of 70 000 000.0 in 1.4e8 rows", f"{within} of {len(found.y)} sizes within one sd"
    )  # fmt: skip
    assert picture.across == (512.0, GIANT)


def test_small_blocks_have_no_index_where_a_shift_outweighs_them() -> None:
    reading = streamed(shift=1.0, rows=600_000_000)
    assert "nothing to vary below k = 2.50e8" in paint("index-by-size", reading).notes
    early = paint("index-by-size", streamed(shift=1.0, rows=100_000_000))
    assert early.message == "nothing to vary below k = d t²/4 = 2.50e8; 5e7 rows so far" and not early.series


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("turned", [{"giant_dim": GIANT // 2}, {"seed": 1}, {"parameters": {"shift": 0.5}}])
def test_numbers_of_what_was_set_before_are_not_shown(name: str, turned: dict[str, Any]) -> None:
    as_they_are = {"giant_dim": GIANT, "seed": 0, "parameters": {"shift": 0.0}}
    now = Experiment(landscape="random-quadratic", dim=100, **{**as_they_are, **turned})
    picture = PANELS[name].paint(shown(experiment=now))
    independent = name == "drawn-distances" and "parameters" in turned
    assert bool(picture.series) == independent
    assert picture.method == () or independent


def test_a_hill_becomes_a_needle_on_an_axis_from_0() -> None:
    widths = []
    for dim in (3, 1000, 175 * 10**9):
        reading = drawn(dim)
        picture = paint("drawn-distances", reading)
        assert picture.across is not None and picture.across[0] == 0.0
        assert picture.across[1] >= 1.25 * reading.theory.mean
        theory, pairs = picture.series
        assert pairs.top is not None and reading.counts is not None
        assert theory.y.max() > pairs.top.max() >= reading.counts.max()
        if dim > 10**6:
            assert pairs.top.max() == reading.counts.sum(), "a needle is as high as there are pairs in it"
        drawn_at = pairs.x[np.isfinite(pairs.y)]
        widths.append((drawn_at.max() - drawn_at.min()) / picture.across[1])
    assert widths[0] > 0.8 and widths[1] < 0.2 and widths[2] < 0.011


def test_distances_stand_beside_theory_with_all_of_their_digits() -> None:
    assert paint("drawn-distances", drawn(175 * 10**9)).notes == (
        "(1.589 ± 0.057)e−6", "relative, theory 1.69e−6", "mean 591 607.80 ± 0.0920, theory 591 607.98",
        "sd 0.940 ± 0.034, theory 1.000", "64 points in 1.75e11 dimensions",
    )  # fmt: skip


def test_too_few_points_are_said_to_be() -> None:
    alone = DrawnDistancesReading(300, GIANT, 1, 0, normal_distances(GIANT, 1.0))
    assert paint("drawn-distances", alone).message == "needs two walkers"
    unknown = {"mean_error": None, "relative_error": None, "absolute_error": None}
    pair = replace(drawn(points=2), absolute_spread=math.nan, relative_spread=math.nan, **unknown)
    assert paint("drawn-distances", pair).notes == (
        "mean 44 721.18, theory 44 721.36", "2 points in 1e9 dimensions"
    )  # fmt: skip


def test_both_laws_become_needles_and_the_chance_that_all_rise_hopeless() -> None:
    few, many = (paint("falling-directions", falling(dim)) for dim in (5, GIANT))
    assert (few.across, few.limits) == ((0.0, 1.0), (0.0, 1.0))
    chances = [math.comb(5, k) * 0.48670646**k * 0.51329354 ** (5 - k) for k in range(6)]
    curve = few.series[0]
    assert curve.top is not None
    at = [float(curve.top[np.argmin(np.abs(curve.x - k / 5))]) for k in range(6)]
    np.testing.assert_allclose(at, np.array(chances) / max(chances), rtol=1e-6)
    needle = many.series[0]
    assert needle.top is not None and needle.top.max() == 1.0
    assert needle.x.max() - needle.x.min() < 2e-4
    assert few.notes[3] == "all rise: 0.0356"
    assert many.notes == (
        "Rastr. 48.67 ± 0.0016 %", "GOE 50 ± 1.5e−7 %",
        "486 722 267 of 1e9 of Rastrigin's, law 486 706 461.3 ± 15806",
        "all rise: 10^−289 634 203", "GOE, t = 0: 500 000 000.0 ± 1.53",
    )  # fmt: skip


def test_many_directions_look_like_few_where_both_are_drawn() -> None:
    """The curve of 200 directions, each chance by itself, is nearly the bell of 201."""
    each, bell = (paint("falling-directions", falling(dim)).series[0] for dim in (200, 201))
    assert each.top is not None and bell.top is not None
    there = np.interp(each.x, bell.x, bell.top, left=0.0, right=0.0)
    assert np.max(np.abs(there - each.top)) < 0.1


def test_directions_that_never_fall_have_a_law_too() -> None:
    for dim in (5, GIANT):
        picture = paint("falling-directions", falling(dim, amplitude=0.01, shift=3.0))
        rows = Chart().draw(picture, 40, 12)
        assert any(character == BAND or character == "┆" for row in rows for character, _ in row)
        assert "all rise: 1.00" in picture.notes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(24, 9), (60, 15)])
def test_giants_are_drawn(name: str, size: tuple[int, int]) -> None:
    for readings in (
        (),
        (ENDED, drawn(3), falling(3, shift=1.5)),
        (streamed(shift=-2.5), drawn(1), falling(1)),
    ):
        rows = Chart().draw(paint(name, *readings), *size)
        assert [len(row) for row in rows] == [size[0]] * size[1]
