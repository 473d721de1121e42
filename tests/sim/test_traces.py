"""Bounded series against a twin that keeps everything."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arrays import Floats
from sim.history import PopulationTrace, SampledTrace
from sim.measure import TraceView
from sim.population import COLUMNS, spread_rows

numbers = st.floats(-1e6, 1e6) | st.sampled_from([math.inf, math.nan, 0.0])


@st.composite
def histories(draw: st.DrawFn) -> list[list[float]]:
    """Values of 1 to 5 walkers at 1 to 90 steps."""
    walkers = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(numbers, min_size=walkers, max_size=walkers), min_size=1, max_size=90))


@st.composite
def cuts(draw: st.DrawFn) -> list[int]:
    return draw(st.lists(st.integers(1, 40), min_size=1, max_size=20))


def traced(history: Floats, pieces: list[int], capacity: int) -> TraceView:
    """The trace of a history handed over in pieces of these lengths, over and over."""
    trace, start, k = PopulationTrace(capacity), 0, 0
    while start < len(history):
        trace.extend(history[start : start + pieces[k % len(pieces)]])
        start += pieces[k % len(pieces)]
        k += 1
    return trace.view()


@given(histories(), cuts(), st.integers(4, 12))
def test_a_trace_is_that_of_the_twin(history: list[list[float]], pieces: list[int], capacity: int) -> None:
    view = traced(np.array(history), pieces, capacity)
    stride, steps, rows = naive.population_trace(history, capacity)
    assert view.stride == stride
    assert view.steps.tolist() == steps
    np.testing.assert_allclose(view.rows, rows, rtol=1e-12, atol=1e-9)


@given(histories(), cuts(), cuts(), st.integers(4, 12))
def test_the_pieces_leave_no_trace(
    history: list[list[float]], some: list[int], others: list[int], capacity: int
) -> None:
    one, other = traced(np.array(history), some, capacity), traced(np.array(history), others, capacity)
    assert (one.stride, one.steps.tolist()) == (other.stride, other.steps.tolist())
    np.testing.assert_array_equal(one.rows, other.rows)


@given(histories(), cuts(), st.integers(4, 12))
def test_it_is_bounded_begins_at_step_0_and_hides_no_spike(
    history: list[list[float]], pieces: list[int], capacity: int
) -> None:
    values = np.array(history)
    view = traced(values, pieces, capacity)
    assert 1 <= len(view.steps) <= capacity
    assert view.steps[0] == 0
    np.testing.assert_allclose(view.rows[0], naive.five_numbers(history[0]), rtol=1e-12, atol=1e-9)
    assert len(values) - 1 - view.steps[-1] < view.stride
    shown = values[: view.steps[-1] + 1]
    known = np.where(np.isnan(shown), math.inf, shown)
    assert view.column("min").min() == known.min()
    assert view.column("max").max() == known.max()


def test_a_long_run_keeps_at_least_half_of_its_capacity() -> None:
    trace = PopulationTrace(64)
    for length in range(1, 200):
        trace.extend(np.ones((length, 2)))
    view = trace.view()
    steps = 199 * 200 // 2
    assert 32 <= len(view.steps) <= 64
    assert view.stride == 2 ** math.ceil(math.log2(steps / 63))
    np.testing.assert_array_equal(np.diff(view.steps), view.stride)


def test_a_view_is_a_copy() -> None:
    trace = PopulationTrace(8)
    trace.extend(np.ones((3, 2)))
    before = trace.view()
    kept = before.rows.copy()
    trace.extend(np.full((30, 2), 7.0))
    np.testing.assert_array_equal(before.rows, kept)


@given(st.lists(st.lists(numbers, min_size=7, max_size=7), min_size=1, max_size=5))
def test_five_numbers_of_every_population(populations: list[list[float]]) -> None:
    expected = [naive.five_numbers(values) for values in populations]
    np.testing.assert_allclose(spread_rows(np.array(populations)), expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("walkers", [1, 2, 3, 10, 11, 64, 101])
def test_quantiles_are_those_of_numpy(walkers: int) -> None:
    values = np.random.default_rng(walkers).standard_normal((20, walkers))
    expected = np.percentile(values, [0, 10, 50, 90, 100], axis=1).T
    np.testing.assert_allclose(spread_rows(values), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        [naive.five_numbers(row) for row in values.tolist()], expected, rtol=1e-12, atol=1e-14
    )
    assert COLUMNS == ("min", "p10", "median", "p90", "max")


def test_the_values_that_are_handed_over_stay_as_they_are() -> None:
    values = np.array([[3.0, math.nan, 1.0], [2.0, 5.0, 4.0]])
    before = values.copy()
    PopulationTrace(8).extend(values)
    np.testing.assert_array_equal(values, before)


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(2, 9))
def test_samples_are_bounded_in_order_and_begin_with_the_first(steps: list[int], capacity: int) -> None:
    trace = SampledTrace(("a", "b"), capacity)
    for step in steps:
        trace.append(step, (float(step), -float(step)))
        view = trace.view()
        assert len(view.steps) <= capacity
        assert (np.diff(view.steps) > 0).all()
        assert view.steps[0] == steps[0]
        assert set(view.steps.tolist()) <= set(steps)
        np.testing.assert_array_equal(view.column("a"), view.steps)
        np.testing.assert_array_equal(view.column("b"), -view.steps)
    assert trace.view().rows.shape == (len(trace.view().steps), 2)


def test_a_sample_at_the_same_step_replaces_and_an_earlier_one_is_passed_over() -> None:
    trace = SampledTrace(("a",))
    for step, value in ((0, 1.0), (10, 2.0), (10, 3.0), (5, 4.0), (20, math.nan)):
        trace.append(step, (value,))
    view = trace.view()
    assert view.steps.tolist() == [0, 10, 20]
    np.testing.assert_array_equal(view.column("a"), [1.0, 3.0, math.nan])


def test_an_empty_series_can_be_drawn() -> None:
    view = SampledTrace(("a", "b")).view()
    assert view.rows.shape == (0, 2)
    assert view.column("b").shape == (0,)
