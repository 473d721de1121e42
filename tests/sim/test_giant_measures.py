"""Readings of what needs no walkers: they go on by themselves and are the same wherever walkers are."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import numpy as np
import pytest

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.beside import Beside
from sim.commands import Rewind, Set
from sim.giants import under_way as streams
from sim.giants.distances import draw
from sim.giants.laws import drawn_falling, expected_in_back, negative_in_front, negative_of_goe
from sim.giants.stream import Matrix, Stream, advanced
from sim.giants.under_way import UnderWay, rows_left, under_way
from sim.measures.drawn_distances import MOST, DrawnDistancesReading
from sim.measures.drawn_signs import DrawnSignsReading
from sim.measures.streamed_signs import A_ROW, StreamedSignsReading
from tui import giant_distances

ROWS = 300_000
RANDOM = Experiment(
    landscape="random-quadratic", dim=3, giant_dim=ROWS, walkers=4, seed=5, parameters={"shift": 0.25}
)
MATRIX = Matrix(ROWS, 0.25, 5)


@pytest.fixture(autouse=True)
def nothing_streamed_yet() -> None:
    streams._streams.clear()


def streamed(simulation: Simulation, rows: float = math.inf) -> StreamedSignsReading:
    found = simulation.read("streamed-signs", work=A_ROW * rows).readings["streamed-signs"]
    assert isinstance(found, StreamedSignsReading)
    return found


def distances(simulation: Simulation) -> DrawnDistancesReading:
    found = simulation.read("drawn-distances").readings["drawn-distances"]
    assert isinstance(found, DrawnDistancesReading)
    return found


def signs(simulation: Simulation) -> DrawnSignsReading:
    found = simulation.read("drawn-signs").readings["drawn-signs"]
    assert isinstance(found, DrawnSignsReading)
    return found


def test_a_stream_is_read_to_its_end_where_work_is_no_matter() -> None:
    reading = streamed(Simulation(RANDOM))
    whole = advanced(Stream(MATRIX), ROWS)
    assert (
        reading.finished and reading.counts == whole.counts() and sum(reading.counts) == reading.rows == ROWS
    )
    assert reading.counted == reading.counts[0] == reading.trail.counted[-1]
    assert (reading.dim, reading.shift, reading.seed, reading.of_landscape) == (ROWS, 0.25, 5, True)
    assert reading.law == negative_of_goe(ROWS, 0.25)
    assert reading.expected == reading.law.mean
    assert abs(reading.counted - reading.expected) < 6.0 * reading.law.standard_deviation
    assert MEASURES["streamed-signs"].row(reading) == (ROWS, reading.counted, reading.expected)


def test_it_goes_on_from_look_to_look_and_ends_with_the_same_count() -> None:
    simulation, seen = Simulation(RANDOM), []
    while not seen or not seen[-1].finished:
        seen.append(streamed(simulation, rows=50_000))
        assert len(seen) < 20
    rows = [reading.rows for reading in seen]
    assert len(seen) > 5 and rows == sorted(set(rows))
    assert all(MEASURES["streamed-signs"].unfinished(reading) for reading in seen[:-1])
    assert all(reading.counts is None for reading in seen[:-1])
    assert max(np.diff(rows)) < 100_000, "no look takes much more than it may"
    streams._streams.clear()
    assert streamed(simulation).counts == seen[-1].counts


def test_what_was_streamed_is_kept_whatever_the_walkers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(RANDOM)
    first = streamed(simulation)
    monkeypatch.setattr(streams, "advanced", None)
    simulation.advance(3)
    again = streamed(simulation)
    assert (again.step, again.counts) == (3, first.counts)
    assert MEASURES["streamed-signs"].work(MEASURES["streamed-signs"].collect(simulation.state())) == 0.0
    simulation.apply(Rewind())
    simulation.place(np.full((4, 3), np.nan))
    assert streamed(simulation).counts == first.counts


def test_another_dimension_shift_or_seed_is_another_matrix() -> None:
    simulation = Simulation(RANDOM)
    first = streamed(simulation)
    for name, value in (("giant_dim", ROWS // 2), ("shift", 0.5), ("seed", 6)):
        simulation.apply(Set(name, value))
        other = streamed(simulation)
        assert other.counted != first.counted and other.finished
    assert other.dim == ROWS // 2


def test_another_dimension_leaves_the_walkers_alone() -> None:
    simulation = Simulation(RANDOM)
    simulation.advance(5)
    epoch, version, before = simulation.epoch, simulation.version, simulation.positions()
    assert simulation.apply(Set("giant_dim", 10**12)) == ""
    assert (simulation.step, simulation.epoch) == (5, epoch) and simulation.version > version
    np.testing.assert_array_equal(simulation.positions(), before)
    assert simulation.state().giant == 10**12


def test_a_landscape_without_such_a_hessian_has_the_matrix_without_a_shift() -> None:
    reading = streamed(Simulation(Experiment(landscape="rastrigin", dim=50, walkers=2, seed=5)))
    assert (reading.dim, reading.shift, reading.of_landscape) == (50, 0.0, False)


@pytest.mark.parametrize("name", [name for name in LANDSCAPES if LANDSCAPES[name].goe_shift])
def test_a_landscape_with_such_a_hessian_says_the_shift_that_its_semicircle_has(name: str) -> None:
    problem = LANDSCAPES[name].build(dim=4, shift=0.7, scale=3.0)
    shift, law = problem.landscape.goe_shift, problem.semicircle(np.zeros(4), 0.0)
    assert shift is not None and law is not None
    assert shift(problem.settings) == 0.7 == pytest.approx(-law.level)
    reading = streamed(Simulation(Experiment(landscape=name, dim=300, walkers=2, parameters={"shift": 0.7})))
    assert (reading.shift, reading.of_landscape) == (0.7, True)


def test_a_trail_leads_from_the_first_rows_to_the_last() -> None:
    trail = streamed(Simulation(RANDOM)).trail
    assert np.all(np.diff(trail.rows) > 0.0) and np.all(np.diff(trail.sizes) > 0.0)
    assert trail.rows[-1] == trail.sizes[-1] == ROWS
    assert trail.rows[0] < ROWS / 50 and len(trail.rows) > 20
    for k in (0, len(trail.rows) // 2):
        size, behind = int(trail.sizes[k]), int(trail.rows[k] - trail.sizes[k])
        law = negative_in_front(ROWS, 0.25, size)
        assert (trail.expected_in_front[k], trail.spreads[k]) == (law.mean, law.standard_deviation)
        assert trail.expected[k] == law.mean + expected_in_back(ROWS, 0.25, behind)
    off = np.abs(trail.counted_in_front - trail.expected_in_front)
    assert np.all(off <= 6.0 * trail.spreads + 0.5)


def test_the_largest_matrix_leaves_few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """With blocks of 1024 rows at each end, and nothing counted."""
    seen = UnderWay(Matrix(10**15, 0.0, 0))

    def leap(stream, blocks: int):
        half, step = 10**15 // 2, 1024 * blocks
        front = replace(stream.front, rows=min(half, stream.front.rows + step))
        return replace(stream, front=front, back=replace(stream.back, rows=front.rows))

    monkeypatch.setattr(streams, "advanced", leap)
    seen.go_on(math.inf)
    assert seen.stream.finished and 100 < len(seen.trail.rows) < 400


def test_few_streams_are_kept_the_last_and_those_that_came_farthest() -> None:
    far = Matrix(10_000, 0.0, 0)
    under_way(far).go_on(math.inf)
    others = [Matrix(10, 0.0, seed) for seed in range(1, 2 * streams.KEPT + 3)]
    for other in others:
        under_way(other).go_on(math.inf)
    assert len(streams._streams) == 2 * streams.KEPT
    assert rows_left(others[-1]) == 0 and rows_left(far) == 0 and rows_left(others[0]) == 10
    newest = under_way(others[-1])
    assert newest.stream.finished and under_way(newest.stream.matrix) is newest


def test_a_look_is_over_in_time_however_long_a_block_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of its own, on which a block of each end takes a fixed time, and then ten times as long."""
    now, each = [0.0], [0.001]

    def slow(stream, blocks: int):
        now[0] += each[0] * blocks
        return replace(stream, front=replace(stream.front, rows=stream.front.rows + 1024 * blocks))

    monkeypatch.setattr(streams, "advanced", slow)
    monkeypatch.setattr(streams.time, "perf_counter", lambda: now[0])
    seen, took = UnderWay(Matrix(10**12, 0.0, 0)), []
    for look in range(20):
        each[0] = 0.001 if look < 10 else 0.01
        before, rows = now[0], seen.stream.rows
        seen.go_on(math.inf, 0.25)
        took.append(now[0] - before)
        assert seen.stream.rows > rows
    assert 0.2 < took[9] < 0.3 and took[10] < 1.0, "a chunk was begun before it was known"
    assert max(took[11:]) < 0.3


def test_a_screen_asks_again_until_the_last_row_though_nobody_moves() -> None:
    simulation, beside, limit = Simulation(RANDOM), Beside(), threading.Event()
    original, taken = MEASURES["streamed-signs"], []

    def a_little(inputs):
        taken.append(inputs)
        return original.compute(replace(inputs, work=A_ROW * 50_000))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MEASURES._loaded, "streamed-signs", replace(original, compute=a_little))
        for _ in range(3000):
            found = beside.read(simulation, ["streamed-signs"])[0].get("streamed-signs")
            if found and found.finished:
                break
            limit.wait(0.01)
        count = len(taken)
        for _ in range(5):
            beside.read(simulation, ["streamed-signs"])
            limit.wait(0.01)
        beside.close()
    assert found is not None and found.finished and found.seconds_left == 0.0
    assert len(taken) == count > 3, "and not once more"


def test_a_look_from_the_screen_is_short() -> None:
    from sim.beside import LOOK, WORK

    measure, simulation = MEASURES["streamed-signs"], Simulation(RANDOM)
    assert measure.collect(simulation.state(0, WORK, LOOK)).seconds == LOOK <= 0.25
    assert measure.collect(simulation.state()).seconds == math.inf

    assert 1e7 <= WORK / A_ROW <= 3e7, "rows of 8 to 16 ns"


@pytest.mark.parametrize("dim", [3, 10**9, 175 * 10**9])
def test_distances_are_those_that_are_drawn(dim: int) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, giant_dim=dim, walkers=8, seed=2))
    reading, off = distances(simulation), draw(dim, 8, 2)
    assert (reading.dim, reading.points, reading.seed) == (dim, 8, 2)
    asked = giant_distances.measured(dim, 8, 2)
    assert (reading.mean_error, reading.relative_error, reading.absolute_error) == pytest.approx(asked.errors)
    root = math.sqrt(2.0 * dim)
    assert reading.mean == pytest.approx(root + off.mean(), rel=1e-15)
    assert reading.absolute_spread == pytest.approx(off.std(), rel=1e-12)
    assert reading.relative_spread == pytest.approx(off.std() / (root + off.mean()), rel=1e-12)
    assert (reading.least, reading.most) == (root + off.min(), root + off.max())
    assert reading.counts is not None and reading.counts.sum() == 28
    assert reading.edges is not None and len(reading.edges) == len(reading.counts) + 1
    assert reading.theory.absolute_spread == pytest.approx(
        math.sqrt(6.0 - 16.0 / math.pi) if dim == 3 else 1.0, rel=1e-9
    )
    simulation.place(np.full((8, 3), np.nan))
    assert distances(simulation).mean == reading.mean


@pytest.mark.parametrize(("walkers", "points"), [(1, 1), (2, 2), (400, MOST)])
def test_there_are_as_many_points_as_walkers_up_to_a_few_hundred(walkers: int, points: int) -> None:
    reading = distances(Simulation(Experiment(landscape="rastrigin", dim=2, walkers=walkers)))
    assert reading.points == points
    assert math.isnan(reading.mean) == (points == 1)
    assert math.isnan(reading.absolute_spread) == (points < 3)
    assert (reading.counts is None) == (points == 1)


def test_falling_directions_are_those_that_are_drawn() -> None:
    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=3, giant_dim=10**12, walkers=2, seed=4, parameters={"A": 2.0})
    )
    reading = signs(simulation)
    assert (reading.dim, reading.seed, reading.amplitude, reading.shift) == (10**12, 4, 2.0, 0.0)
    assert reading.drawn == drawn_falling(10**12, 2.0, 4)
    assert abs(reading.drawn - reading.mean) < 6.0 * reading.standard_deviation
    assert reading.log10_all_rise == pytest.approx(10**12 * math.log10(1.0 - reading.law.probability))
    assert reading.goe == negative_of_goe(10**12, 0.0)
    assert signs(Simulation(RANDOM)).amplitude == 10.0 and signs(Simulation(RANDOM)).shift == 0.25


def test_giants_are_read_where_they_are_asked_for_alone() -> None:
    readings = Simulation(RANDOM).read().readings
    assert not {"streamed-signs", "drawn-distances", "drawn-signs"} & set(readings)
