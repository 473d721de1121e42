"""The arithmetic of charts: thinning, axes, what cannot be drawn, and that only changes are drawn."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tui.chart
from tui.axes import LABEL_WIDTH, across_axis, fixed_axis, steps_axis, value_axis
from tui.cells import changed_span
from tui.chart import LINES, NOW, Chart, in_the_middle, plotted
from tui.picture import BAND, DOTS, LINE, Picture, Series, bars, upright
from tui.thinning import band, column_of, levels, row_of, thinned, turns

FINITE = st.floats(-1e290, 1e290)


def text(rows: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(character for character, _ in row) for row in rows)


def line(y: object, log: bool = False, mark: str = LINE, **more: object) -> Picture:
    values = np.asarray(y, dtype=float)
    series = Series(np.arange(len(values)), values, mark, "chart--median")
    return Picture((series,), last=max(len(values) - 1, 0), log=log, **more)  # type: ignore[arg-type]


def drawn_columns(rows: list[list[tuple[str, str]]]) -> set[int]:
    return {
        x - LABEL_WIDTH - 1 for row in rows for x, (_, style) in enumerate(row) if style == "chart--median"
    }


def test_thinning_keeps_the_extremes_of_every_column() -> None:
    columns = column_of(np.arange(1001), 1000.0, 50, 1)
    y = np.random.default_rng(1).integers(0, 60, 1001).astype(float)
    where, values = thinned(columns, y)
    for column in range(50):
        kept = values[where == column]
        assert len(kept) <= 2
        assert (kept.min(), kept.max()) == (y[columns == column].min(), y[columns == column].max())


def test_thinning_keeps_gaps() -> None:
    y = np.array([1.0, 2.0, np.nan, np.nan, 3.0])
    columns, values = thinned(np.arange(5.0), y)
    np.testing.assert_array_equal(columns, np.arange(5))
    np.testing.assert_array_equal(values, y)


def test_thinning_nothing_gives_nothing() -> None:
    none = np.empty(0)
    for columns, rows in (thinned(none, none), levels(none, none), band(none, none, none, 5)):
        assert len(columns) == len(rows) == 0


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 7.0, math.nan]), min_size=2, max_size=60))
def test_a_line_through_its_turns_has_the_same_dots(rows: list[float]) -> None:
    columns, y = np.arange(0.0, 2.0 * len(rows), 2.0), np.array(rows)
    fewer = turns(columns, y)
    assert len(fewer[0]) <= len(y)
    drawn = []
    for where, heights in ((columns, y), fewer):
        shape = (LINES["braille"], "chart--median", (where / (2 * len(rows) - 1), heights / 7.0))
        drawn.append(plotted([shape], ([0.0], ["0"]), ([0.0], ["0"]), len(rows) + 2, 4))
    assert drawn[0] == drawn[1]


def test_a_flat_line_is_its_ends() -> None:
    columns, rows = turns(np.arange(50.0), np.full(50, 3.0))
    assert (columns.tolist(), rows.tolist()) == ([0.0, 49.0], [3.0, 3.0])


def test_levels_are_the_last_finite_values() -> None:
    columns, values = levels(np.array([0.0, 0.0, 1.0, 2.0]), np.array([1.0, 2.0, np.nan, np.inf]))
    assert (columns.tolist(), values.tolist()) == ([0.0], [2.0])


def test_a_band_fills_what_is_between_and_reaches_the_edge_for_infinity() -> None:
    columns, rows = band(np.arange(3.0), np.array([1.0, 2.0, np.nan]), np.array([2.0, np.inf, 3.0]), 5)
    assert set(zip(columns, rows, strict=True)) == {(0, 1), (0, 2), (1, 2), (1, 3), (1, 4)}


@given(st.floats(0, 1), st.integers(2, 60))
def test_lines_and_marks_stand_in_the_same_cell(share: float, size: int) -> None:
    value = np.array([share])
    assert row_of(value, size, 4) == row_of(value, size * 4, 1) // 4
    assert 0 <= row_of(value, size, 4) < size
    x = np.array([int(share * 1000)])
    assert column_of(x, 1000.0, size, 2) == column_of(x, 1000.0, size * 2, 1) // 2
    assert 0 <= column_of(x, 1000.0, size, 2) < size


@pytest.mark.parametrize("mark", [LINE, DOTS])
def test_a_tick_stands_where_its_value_is_drawn(mark: str) -> None:
    rows = Chart().draw(line(np.repeat([0.0, 50.0, 100.0], 34)[:101], mark=mark, limits=(0, 100)), 60, 13)
    for label, place in (("0", 0.1), ("50", 0.5), ("100", 0.9)):
        column = LABEL_WIDTH + 1 + round(place * 52)
        drawn = [y for y, row in enumerate(rows) if row[column][1] == "chart--median"]
        ticks = [y for y, row in enumerate(rows) if text([row[:LABEL_WIDTH]]).strip() == label]
        assert drawn == ticks, label


def drawn_labels(rows: list[list[tuple[str, str]]]) -> list[tuple[int, float]]:
    """Rows counted from below, and the values that their labels say."""
    labels = [text([row[:LABEL_WIDTH]]).strip() for row in rows[:-2]]
    return [(len(labels) - 1 - y, float(label.replace("−", "-"))) for y, label in enumerate(labels) if label]


@pytest.mark.parametrize("marker", LINES)
@pytest.mark.parametrize("height", range(5, 41))
@pytest.mark.parametrize(
    ("low", "high"),
    [(-17.3, 4.0), (-2.4, -0.1), (0.0, 0.0606), (0.0, 0.41), (7.6, 1030.0), (-9.0, 9.0), (-1234.6, -1233.9)],
)
def test_labels_are_the_values_of_their_rows(low: float, high: float, height: int, marker: str) -> None:
    ramp = np.linspace(low, high, 101)
    rows = Chart(marker).draw(line(ramp, mark=DOTS), LABEL_WIDTH + 1 + 101, height)
    (first, bottom), *others = drawn_labels(rows)
    assert len(others) >= (2 if height >= 7 else 1)
    apart = others[0][0] - first
    row_value = (others[0][1] - bottom) / apart
    for i, (row, value) in enumerate(others):
        assert row - first == apart * (i + 1), "evenly apart"
        assert value == pytest.approx(bottom + (row - first) * row_value, abs=0.01 * row_value)
    for row in range(height - 2):
        cells = rows[height - 3 - row][LABEL_WIDTH + 1 :]
        drawn = ramp[[x for x, (_, style) in enumerate(cells) if style == "chart--median"]]
        centre = bottom + (row - first + 0.375) * row_value  # ticks are at the lowest of four dots
        assert np.all(np.abs(drawn - centre) <= 0.51 * row_value)


@pytest.mark.parametrize("height", range(5, 41))
@pytest.mark.parametrize(("low", "high"), [(-2.1, -0.3), (0.4, 0.6), (-12.0, 2.0), (-132.0, 1.0), (1.0, 4.3)])
def test_labels_of_a_logarithmic_axis_are_the_values_of_their_rows(
    low: float, high: float, height: int
) -> None:
    ramp = np.linspace(low, high, 101)
    rows = Chart().draw(line(10.0**ramp, log=True, mark=DOTS), LABEL_WIDTH + 1 + 101, height)
    labels = [(row, np.log10(value)) for row, value in drawn_labels(rows)]
    assert len(labels) >= 2
    (first, bottom), (last, top) = labels[0], labels[-1]
    row_value = (top - bottom) / (last - first)
    for row, value in labels:
        assert abs(value - (bottom + (row - first) * row_value)) <= row_value * 0.76
    for row, value in labels:
        cells = rows[height - 3 - row][LABEL_WIDTH + 1 :]
        drawn = ramp[[x for x, (_, style) in enumerate(cells) if style == "chart--median"]]
        assert np.all(np.abs(drawn - value) <= 1.1 * row_value)


def test_another_height_gets_its_own_ticks() -> None:
    chart = Chart()
    chart.draw(line(np.linspace(-17.0, 4.0, 50)), 60, 30)
    picture = line(np.linspace(-17.0, 4.0, 50))
    assert chart.draw(picture, 60, 7) == Chart().draw(picture, 60, 7)


@example(0.0, 5e-324, 3)
@given(FINITE, FINITE, st.integers(2, 40))
def test_axes_hold_the_data_between_their_limits(a: float, b: float, rows: int) -> None:
    low, high = min(a, b), max(a, b)
    axis = value_axis(low, high, log=False, rows=rows)
    slack = 1e-9 * max(abs(axis.low), abs(axis.high))
    assert axis.low <= low + slack and high <= axis.high + slack and axis.low < axis.high
    assert 2 <= len(axis.ticks) <= 9
    assert all(axis.low - slack <= place <= axis.high + slack for place, _ in axis.ticks)


@given(st.floats(-300, 290), st.floats(0, 10), st.integers(2, 40))
def test_logarithmic_ticks_say_the_values_at_their_places(low: float, size: float, rows: int) -> None:
    axis = value_axis(low, low + size, log=True, rows=rows)
    assert axis.low <= low + 1e-6 and low + size <= axis.high + 1e-6
    assert axis.ticks
    for place, label in axis.ticks:
        assert float(label.replace("−", "-")) == pytest.approx(10.0**place, rel=1e-3)


def test_limits_stay_while_the_data_fill_them() -> None:
    axis = value_axis(-17.0, 3.0, log=False, rows=12)
    assert value_axis(-18.0, 2.0, log=False, rows=12, before=axis) is axis
    assert value_axis(-30.0, 3.0, log=False, rows=12, before=axis) is not axis
    assert value_axis(-1.0, 1.0, log=False, rows=12, before=axis) is not axis


def test_the_step_axis_grows_by_doublings() -> None:
    ends = [end for end, _ in itertools.groupby(steps_axis(n).high for n in range(0, 20000, 50))]
    assert ends == [100, 200, 500, 1000, 2000, 5000, 10000, 20000]
    labels = [label for _, label in steps_axis(1_500_000, 80).ticks]
    assert labels == ["0", "500k", "1M", "1.5M", "2M steps"]
    assert [label for _, label in steps_axis(0, 17).ticks] == ["0", "50", "100"]


def test_counts_have_whole_ticks() -> None:
    assert [place for place, _ in fixed_axis(0, 100, rows=11).ticks] == [0, 50, 100]
    assert [place for place, _ in fixed_axis(0, 100, rows=10).ticks] == [0, 100], "no row is in the middle"
    assert [place for place, _ in fixed_axis(0, 1, rows=11).ticks] == [0, 1]


def test_what_is_not_finite_leaves_a_gap() -> None:
    values = np.linspace(1.0, 2.0, 101)
    values[40:60] = [np.nan, np.inf, -np.inf, 1e305, -1e305] * 4
    columns = drawn_columns(Chart().draw(line(values), 60, 12))
    width = 60 - LABEL_WIDTH
    assert not {x for x in columns if 0.42 * width < x < 0.56 * width}
    assert min(columns) == 0 and max(columns) > 0.9 * width


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf], [-1.0, 0.0]])
def test_nothing_to_draw_is_said(values: list[float]) -> None:
    assert "nothing to draw yet" in text(Chart().draw(line(values, log=True), 40, 8))


def test_a_zero_on_a_logarithmic_axis_is_a_gap() -> None:
    values = np.repeat([1.0, 0.0, 1e-4, 1e-8], 25)
    rows = Chart().draw(line(values, log=True, mark=DOTS), 60, 12)
    columns, width = drawn_columns(rows), 60 - LABEL_WIDTH
    assert "1e−8" in text(rows) and len(columns) > 0.7 * width
    assert not {x for x in columns if 0.27 * width < x < 0.47 * width}


def test_a_curve_that_may_leave_the_frame_does_not_widen_it() -> None:
    x = np.arange(101)
    median = Series(x, np.full(101, 3.0), LINE, "chart--median")
    least = Series(x, np.repeat([2.0, 1e-130], [50, 51]), DOTS, "chart--least", frame=False)
    drawn = Chart().draw(Picture((median, least), last=100, log=True), 60, 12)
    assert min(value for _, value in drawn_labels(drawn)) >= 1
    marks = {x for row in drawn for x, (_, style) in enumerate(row) if style == "chart--least"}
    assert marks and max(marks) < 40, "drawn while it is in the frame"
    alone = Chart().draw(Picture((least,), last=100, log=True), 60, 12)
    assert "chart--least" in {style for row in alone for _, style in row}, "alone it sets the limits"


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (11, 3), (12, 4), (13, 5), (300, 90)])
def test_any_size_is_filled_exactly(size: tuple[int, int]) -> None:
    width, height = size
    rows = Chart().draw(line(np.arange(50.0)), width, height)
    assert len(rows) == height
    assert all(len(row) == width for row in rows)


@pytest.mark.parametrize("width", [9, 22, 24, 60])
def test_a_message_takes_as_many_lines_as_it_needs(width: int) -> None:
    said = "the Hessian is not finite: walkers diverged"
    drawn = in_the_middle(said, width, 8)
    rows = ["".join(character for character, _ in row) for row in drawn]
    assert len(rows) == 8 and all(len(row) == width for row in rows)
    assert " ".join(" ".join(rows).split()) == said
    filled = [place for place, row in enumerate(rows) if row.strip()]
    assert abs(filled[0] - (7 - filled[-1])) <= 1, "in the middle"


def test_a_message_takes_the_place_of_the_chart() -> None:
    drawn = text(Chart().draw(line([1.0, 2.0], message="needs two walkers"), 40, 9))
    assert drawn.split() == ["needs", "two", "walkers"]


def test_without_unicode_everything_a_chart_draws_is_ascii_but_its_frame() -> None:
    series = (
        Series(np.arange(50), np.arange(50.0), BAND, "chart--band", top=np.arange(50.0) + 9.0),
        Series(np.arange(50), np.arange(50.0), LINE, "chart--median"),
    )
    drawn = text(Chart("ascii").draw(Picture(series, last=49), 50, 12))
    assert "*" in drawn and not any(0x2800 <= ord(c) <= 0x28FF for c in drawn)


def test_cells_carry_the_styles_of_their_series() -> None:
    rows = Chart().draw(line(np.arange(50.0)), 50, 12)
    styles = {style for row in rows for _, style in row}
    assert styles == {"chart--median", "chart--frame"}


def test_only_a_change_of_dots_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = []
    plotted = tui.chart.plotted
    monkeypatch.setattr(tui.chart, "plotted", lambda *args: drawings.append(args) or plotted(*args))
    chart, values = Chart(), np.linspace(0.0, 10.0, 1001)
    chart.draw(line(values[:-1]), 50, 12)
    chart.draw(line(values[:-1] + 1e-9), 50, 12)
    assert len(drawings) == 1
    chart.draw(line(values[::-1]), 50, 12)
    assert len(drawings) == 2


def test_a_run_that_goes_on_changes_cells_at_its_tip_only() -> None:
    chart, values = Chart(), 10.0 + np.sin(np.arange(1000) / 40.0)
    before, after = (chart.draw(line(values[:n]), 80, 16)[:-2] for n in (700, 720))
    spans = [span for old, new in zip(before, after, strict=True) if (span := changed_span(old, new))]
    tip = LABEL_WIDTH + 1 + round(700 / 1000 * (80 - LABEL_WIDTH - 2))
    assert spans
    assert all(tip - 1 <= first and last <= tip + 4 for first, last in spans)


@pytest.mark.parametrize("last", [0, 7, 50, 99, 100, 101, 4000, 123_456, 10**9])
def test_the_newest_step_is_named_below_the_tip_of_the_curve(last: int) -> None:
    steps = np.unique(np.linspace(0, last, 300).astype(np.int64))
    picture = Picture((Series(steps, np.ones(len(steps)), "x", "curve"),), last=last)
    for width in (30, 60, 90):
        rows = ["".join(character for character, _ in row) for row in Chart().draw(picture, width, 10)]
        (tip,) = {row.rindex("x") for row in rows if "x" in row}
        assert rows[-2][tip] == NOW
        before, after = rows[-2].split(NOW)
        said = (before.split("─")[-1], after.split("─")[0])
        assert f"{last:,}".replace(",", " ") in said


def test_the_newest_step_gives_way_where_it_has_no_room() -> None:
    picture = Picture((Series(np.array([0, 10**12]), np.ones(2), LINE, "curve"),), last=10**12)
    assert not any(NOW in row_text for row_text in map(str, Chart().draw(picture, 13, 6)))


def test_a_rewind_forgets_the_axis() -> None:
    chart = Chart()
    chart.draw(line(np.linspace(0.0, 1000.0, 500)), 50, 12)
    assert "1000" not in text(chart.draw(line([1.0, 2.0]), 50, 12)).splitlines()[0]


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(12, 150), st.booleans())
def test_an_axis_of_values_has_ticks_that_can_be_told_apart(
    low: float, width: float, columns: int, log: bool
) -> None:
    if log:
        low = 10.0 ** (low / 1e8)
        width *= low
    elif width < 1e-6 * abs(low):
        return  # labels of six columns cannot tell these numbers apart
    axis = across_axis(low, low + width, name="", log=log, columns=columns)
    places, labels = zip(*axis.ticks, strict=True)
    assert len(places) >= 2
    assert list(places) == sorted(set(places))
    edge = 1e-6 * (axis.high - axis.low)
    assert axis.low - edge <= places[0] < places[-1] <= axis.high + edge
    assert all(len(label) <= 8 for label in labels)


def test_the_name_of_the_quantity_stands_at_the_last_tick_where_there_is_room() -> None:
    assert [label for _, label in across_axis(0.0, 1.0, name="r", log=False, columns=34).ticks] == [
        "0", "0.5", "1.0 r",
    ]  # fmt: skip
    assert [label for _, label in across_axis(1.0, 1000.0, name="d", log=True, columns=20).ticks] == [
        "1",
        "100",
    ]
    assert [label for _, label in across_axis(3.0, 4.0, name="", log=True, columns=40).ticks][:2] == [
        "3.0",
        "3.2",
    ]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(12, 150), st.integers(2, 40))
def test_what_is_counted_has_ticks_at_whole_numbers(low: int, size: int, columns: int, rows: int) -> None:
    across = across_axis(low - 0.5, low + size + 0.5, name="", log=False, columns=columns, least=1.0)
    up = value_axis(low, low + size, log=False, rows=rows, least=1.0)
    for axis in (across, up):
        assert axis.ticks and all(abs(place - round(place)) < 1e-6 for place, _ in axis.ticks)
        assert not any("." in label for _, label in axis.ticks if "e" not in label)


def test_a_histogram_and_an_upright_line_stand_where_their_values_are() -> None:
    edges, heights = np.linspace(0.0, 10.0, 11), np.array([0.0, 1, 2, 3, 4, 5, 4, 3, 2, 0])
    picture = Picture(
        (bars(edges, heights, "chart--band"), upright(7.5, 0.0, 5.0, "│", "chart--frame")),
        across=(0.0, 10.0),
        limits=(0.0, 5.0),
    )
    rows = Chart().draw(picture, LABEL_WIDTH + 1 + 40, 12)
    drawn = ["".join(character for character, _ in row)[LABEL_WIDTH + 1 :] for row in rows[:-2]]
    filled = [sum(line[column] == "░" for line in drawn) for column in range(40)]
    assert filled[:3] == [0] * 3, "where there is nothing, nothing is drawn"
    assert max(filled) == filled[21] == 10
    assert filled[5] < filled[9] < filled[13] < filled[17] < filled[21]
    assert {line.index("│") for line in drawn if "│" in line} == {29}
    assert sum("│" in line for line in drawn) == 10


def test_points_of_a_scatter_are_all_drawn_and_those_beyond_the_edge_are_not() -> None:
    x, y = np.array([3.0, 1.0, 1.0, 9.0, 50.0, np.nan]), np.array([0.0, 1.0, 2.0, 3.0, 1.0, 1.0])
    picture = Picture(
        (Series(x, y, "o", "chart--median", scatter=True),), across=(0.0, 10.0), limits=(0.0, 3.0)
    )
    rows = Chart().draw(picture, LABEL_WIDTH + 1 + 40, 12)
    assert sum(character == "o" for row in rows for character, _ in row) == 4
