"""Maps: their losses are the landscape's, walkers are where they stand, and planes are what they say."""

from __future__ import annotations

import gc
import itertools
import math
import weakref
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from engines import running
from problems import strayed

from sim import LANDSCAPES, Experiment, Simulation
from sim.commands import Run, Set
from sim.maps import atlas, ways
from sim.maps.plane import Plane
from sim.maps.reading import TRAILS, MapReading, collect, compute
from sim.maps.sheet import FINEST, FINEST_LINE, Sheet, Window
from sim.maps.ways import CHOICES, Ways
from sim.memory import bytes_needed
from sim.past import Past
from sim.walls.ground import gradient_work

KINDS = tuple(CHOICES)
PLAIN = Experiment(landscape="rastrigin", dim=2, walkers=12)


def read(
    simulation: Simulation, kind: str = "coordinates", work: float = math.inf, walker: int = 0
) -> MapReading:
    reading = simulation.read(f"map-{kind}", work=work, walker=walker).readings[f"map-{kind}"]
    assert isinstance(reading, MapReading)
    return reading


def axes(reading: MapReading) -> list[np.ndarray]:
    side = len(reading.losses)
    return [c + np.linspace(-reading.half, reading.half, side) for c in reading.centre]


def test_in_two_dimensions_the_map_is_the_landscape() -> None:
    simulation = Simulation(PLAIN)
    simulation.advance(20)
    reading = read(simulation)
    assert reading.whole and reading.ended and not reading.goes_on
    assert reading.losses.shape == (FINEST, FINEST) and (reading.centre, reading.half) == ((0.0, 0.0), 5.12)
    across, up = axes(reading)
    for i, j in ((0, 0), (0, 128), (17, 90), (128, 3)):
        at = np.array([across[j], up[i]])
        assert reading.losses[i, j] == pytest.approx(simulation.problem.value_and_gradient(at)[0], rel=1e-12)
    np.testing.assert_allclose(reading.places, simulation.positions(), atol=1e-12)
    np.testing.assert_allclose(reading.off, 0.0, atol=1e-12)


def test_of_two_open_directions_among_more_the_map_is_their_slice() -> None:
    simulation = Simulation(Experiment(landscape="rosenbrock", dim=5, active_dim=2, walkers=4))
    simulation.advance(5)
    reading = read(simulation)
    assert reading.whole
    across, up = axes(reading)
    x = simulation.positions()[0]
    x[:2] = across[40], up[100]
    assert reading.losses[100, 40] == pytest.approx(simulation.problem.value_and_gradient(x)[0], rel=1e-12)


def test_one_direction_has_a_profile() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=4, active_dim=1, walkers=3))
    for kind in KINDS:
        reading = read(simulation, kind)
        assert reading.losses.shape == (FINEST_LINE,) and reading.whole, kind
        (along,) = axes(reading)
        near, place = int(np.argmin(np.abs(along - reading.places[0, 0]))), reading.places[0, 0]
        x = simulation.positions()[0]
        way = np.sign(reading.places[1, 0] - place) * np.sign(simulation.positions()[1, 0] - x[0])
        x[0] += way * (along[near] - place)
        assert reading.losses[near] == pytest.approx(simulation.problem.value_and_gradient(x)[0], rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("landscape", ["gaussian-field", "polynomial-chain", "spin-glass", "network"])
def test_the_middle_of_the_map_is_the_walker_and_its_losses_are_those_of_its_points(
    landscape: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.maps.sheet.FINEST", 17)
    dim = None if landscape == "network" else 12
    simulation = Simulation(
        Experiment(landscape=landscape, dim=dim or 1, walkers=6) if dim else SMALL_NETWORK
    )
    simulation.advance(4)
    problem, x = simulation.problem, simulation.positions()
    found = CHOICES[kind](problem, x[0], x, problem.dim)
    np.testing.assert_allclose(found.rows @ found.rows.T, np.eye(2), atol=1e-12)
    plane = atlas.through(problem, x[0], found.rows, kind)
    places, off = plane.seen(x)
    assert off[0] == pytest.approx(0.0, abs=1e-7)
    np.testing.assert_allclose(plane.points(places[:1])[0], x[0], atol=1e-12)
    sheet = Sheet(problem, plane, Window(tuple(places[0].tolist()), 0.5))
    sheet.go_on(problem, math.inf)
    assert sheet.ended and sheet.losses.shape == (17, 17)
    middle = sheet.losses[8, 8]
    assert middle == pytest.approx(problem.value_and_gradient(x[0])[0], rel=1e-12)
    corner = plane.points(places[:1] + np.array([0.5, -0.5]))
    assert sheet.losses[0, -1] == pytest.approx(problem.value_and_gradient(corner)[0][0], rel=1e-12)


SMALL_NETWORK = Experiment(landscape="network", walkers=6, parameters={"hidden": "2", "inputs": 1})


def test_the_nearest_place_is_the_nearest() -> None:
    rng = np.random.default_rng(5)
    rows = np.linalg.qr(rng.normal(size=(7, 2)))[0].T
    x, other = rng.normal(size=(2, 7))
    plane = Plane(x, rows)
    (place,), (off,) = plane.seen(other[None])
    assert off == pytest.approx(np.linalg.norm(plane.points(place[None])[0] - other))
    around = place + 0.1 * rng.normal(size=(50, 2))
    assert np.linalg.norm(plane.points(around) - other, axis=1).min() > off


def test_on_a_sphere_distances_from_the_walker_are_true() -> None:
    rng = np.random.default_rng(6)
    radius, x, other = 3.0, *rng.normal(size=(2, 7))
    x, other = radius * x / np.linalg.norm(x), radius * other / np.linalg.norm(other)
    rows = np.linalg.qr(np.stack([x, *rng.normal(size=(2, 7))]).T)[0].T[1:]
    plane = Plane(x, rows, radius)
    places = rng.normal(size=(20, 2))
    points = plane.points(places)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), radius)
    np.testing.assert_allclose(radius * np.arccos(points @ x / radius**2), np.linalg.norm(places, axis=1))
    back, off = plane.seen(points)
    np.testing.assert_allclose(back, places, atol=1e-12)
    np.testing.assert_allclose(off, 0.0, atol=1e-7)
    (place,), (off,) = plane.seen(other[None])
    around = plane.points(place + 0.1 * rng.normal(size=(50, 2)))
    assert radius * np.arccos(plane.points(place[None])[0] @ other / radius**2) == pytest.approx(off)
    assert (radius * np.arccos(around @ other / radius**2)).min() > off


def test_the_point_opposite_on_a_sphere_is_farthest_away() -> None:
    plane = Plane(np.array([0.0, 0.0, 2.0]), np.eye(2, 3), 2.0)
    places, off = plane.seen(np.array([[0.0, 0.0, -2.0], [0.0, 0.0, 2.0]]))
    assert np.linalg.norm(places, axis=1).tolist() == [2.0 * math.pi, 0.0] and not off.any()


def test_where_a_coordinate_leads_off_the_sphere_the_next_ones_are_taken() -> None:
    settings = Experiment(landscape="spin-glass", dim=6).settings
    problem = LANDSCAPES["spin-glass"].build(6, 0, **settings)
    for at, shown in ((0, [1, 2]), (1, [0, 2]), (5, [0, 1])):
        x = math.sqrt(6.0) * np.eye(6)[at]
        np.testing.assert_array_equal(CHOICES["coordinates"](problem, x, x[None], 6).rows, np.eye(6)[shown])


def test_beyond_the_far_side_of_a_sphere_there_is_nothing() -> None:
    simulation = Simulation(Experiment(landscape="spin-glass", dim=6, walkers=5))
    reading = read(simulation, "random")
    assert reading.surface and reading.half == pytest.approx(math.pi * math.sqrt(6.0))
    places = np.hypot(*np.meshgrid(*axes(reading)))
    np.testing.assert_array_equal(np.isnan(reading.losses), places > reading.half * (1.0 + 1e-9))


def test_principal_components_are_those_of_the_walkers() -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=9, walkers=40))
    simulation.advance(3)
    x = simulation.positions()
    values, vectors = np.linalg.eigh(np.cov(x.T))
    found = CHOICES["components"](simulation.problem, x[0], x, 9)
    np.testing.assert_allclose(found.figures, values[[-1, -2]] / values.sum(), rtol=1e-9)
    np.testing.assert_allclose(np.abs(np.sum(found.rows * vectors[:, [-1, -2]].T, axis=1)), 1.0)


@pytest.mark.parametrize(("landscape", "dim", "active", "method"), [
    ("rastrigin", 9, 9, "diagonal"), ("gaussian-field", 9, 5, "dense"), ("spin-glass", 9, 9, "dense"),
    ("polynomial-chain", 12, 12, "dense"), ("gaussian-field", 205, 205, "Lanczos"),
])  # fmt: skip
def test_curvatures_are_along_eigenvectors(landscape: str, dim: int, active: int, method: str) -> None:
    simulation = Simulation(Experiment(landscape=landscape, dim=dim, active_dim=active, walkers=2))
    problem, x = simulation.problem, simulation.positions()[0]
    found = CHOICES["curvatures"](problem, x, x[None], active)
    values = np.linalg.eigvalsh(problem.hessian(x, active))
    assert found.method.startswith(method)
    exact = method != "Lanczos"
    np.testing.assert_allclose(
        found.figures, values[[-1, 0]], atol=(1e-9 if exact else 0.02) * np.ptp(values)
    )
    for row, value in zip(found.rows, found.figures, strict=True):
        image = problem.hessian_product(x, row)
        if problem.landscape.constraint:
            image -= (x @ image) / (x @ x) * x  # along the sphere
        image[active:] = 0.0
        bend = row @ image
        assert bend == pytest.approx(value, abs=1e-6 * np.ptp(values) if exact else 0.02 * np.ptp(values))
        np.testing.assert_allclose(image, bend * row, atol=(1e-6 if exact else 0.2) * np.abs(values).max())


def test_curvatures_of_a_hessian_by_differences_are_said_to_be_estimates() -> None:
    field = LANDSCAPES["gaussian-field"]
    for rough in (False, True):
        hessian = replace(field.hessian, error=1e-2) if rough else field.hessian
        problem, x = replace(field, hessian=hessian).build(dim=5, seed=1), np.ones((1, 5))
        assert CHOICES["curvatures"](problem, x[0], x, 5).by_differences == rough
    assert not read(Simulation(PLAIN), "curvatures").by_differences


def test_a_random_plane_is_the_same_for_the_same_seed() -> None:
    problem = LANDSCAPES["quadratic"].build(dim=30, seed=4)
    x = np.zeros(30)
    rows = CHOICES["random"](problem, x, x[None], 30).rows
    np.testing.assert_array_equal(rows, CHOICES["random"](problem, x, x[None], 30).rows)
    other = CHOICES["random"](LANDSCAPES["quadratic"].build(dim=30, seed=5), x, x[None], 30).rows
    assert np.abs(rows @ other.T).max() < 0.9
    few = CHOICES["random"](problem, x, x[None], 3).rows
    assert np.all(few[:, 3:] == 0.0)


def test_a_map_becomes_finer_from_reading_to_reading() -> None:
    simulation = Simulation(PLAIN)
    sides, whole = [], read(Simulation(PLAIN)).losses
    for _ in range(400):
        reading = read(simulation, work=8e3)
        sides.append(len(reading.losses))
        if len(reading.losses):
            every = (FINEST - 1) // (len(reading.losses) - 1)
            np.testing.assert_array_equal(reading.losses, whole[::every, ::every])
        if reading.ended:
            break
        assert reading.goes_on
    assert sides == sorted(sides) and sorted(set(sides)) == [0, 9, 17, 33, 65, 129] and not reading.goes_on


def test_it_becomes_as_fine_as_all_of_its_points_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    work = gradient_work(Simulation(PLAIN).problem)
    for points, side in ((33**2, 33), (33**2 - 1, 17), (0, 9)):
        monkeypatch.setattr("sim.maps.sheet.MOST_WORK", points * work)
        assert len(read(Simulation(PLAIN)).losses) == side


def test_walkers_that_leave_the_plane_get_another_which_is_shown_once_it_is_as_good() -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=20, walkers=4, seed=3))
    first = read(simulation)
    simulation.advance(100)
    later = []
    for _ in range(400):
        later.append(read(simulation, work=1e5))
        if not later[-1].goes_on:
            break
    steps = [reading.chosen_at for reading in later]
    assert steps[0] == 0 and steps[-1] == 100 and steps == sorted(steps)
    assert len(later[0].losses) == len(first.losses)
    assert all(len(reading.losses) >= atlas.ENOUGH for reading in later), "never coarse again"
    assert later[-1].ended and later[-1].off[0] == pytest.approx(0.0, abs=1e-9)
    assert read(simulation).chosen_at == 100


def test_a_map_that_shows_all_stays_while_walkers_move() -> None:
    simulation = Simulation(PLAIN)
    read(simulation)
    simulation.advance(30)
    reading = read(simulation, work=1e5)
    assert (reading.chosen_at, reading.step, reading.goes_on) == (0, 30, False)
    np.testing.assert_allclose(reading.places, simulation.positions(), atol=1e-12)


def walked(experiment: Experiment) -> Simulation:
    """After 704 steps, which are noted, too."""
    simulation = Simulation(experiment)
    for _ in range(44):
        simulation.advance(16)
    return simulation


def test_trails_and_rests_are_where_walkers_were_and_say_whether_that_was_on_the_plane() -> None:
    simulation = walked(Experiment(dim=2, walkers=20, seed=2))
    reading, been = read(simulation), simulation.state().been
    assert reading.trails.shape == (len(been.trails), TRAILS, 2) and reading.began == 0
    np.testing.assert_allclose(reading.trails[:, 0], [place[0] for place in been.trails], atol=1e-12)
    assert reading.trails_on.all() and reading.rests_on.all() and len(reading.rests) == len(been.rests) > 1
    assert reading.resting.sum() > 10 and not read(Simulation(PLAIN)).resting.any()
    deep = walked(Experiment(dim=30, walkers=20, seed=2))
    reading = read(deep)
    assert len(reading.rests) > 1 and not reading.rests_on.all()
    here = reading.trails_on[:, 0]
    assert here[-1] and not here[0], "the focused walker came from elsewhere"


def test_through_another_walker_its_own_trail_is_among_those_shown() -> None:
    simulation = Simulation(Experiment(dim=2, walkers=20, seed=2))
    simulation.advance(10)
    reading = read(simulation, walker=13)
    assert reading.walker == 13 and len(reading.places) == 20
    np.testing.assert_allclose(reading.places[0], simulation.positions()[13], atol=1e-12)
    np.testing.assert_allclose(reading.trails[-1, 0], simulation.positions()[13], atol=1e-12)
    deep = Simulation(Experiment(landscape="quadratic", dim=20, walkers=4))
    assert read(deep, "random", walker=2).off[0] == 0.0 < read(deep, "random", walker=1).off.max()


def test_walkers_that_diverged_are_not_on_the_map_and_it_goes_through_one_that_did_not() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=12))
    strayed(simulation, 3, np.nan)
    reading = read(simulation)
    assert (reading.diverged, reading.counted) == (1, 12) and len(reading.places) == 11
    positions = strayed(simulation, 0, np.inf)
    reading = read(simulation)
    assert (reading.walker, reading.asked, reading.reason, reading.diverged) == (1, 0, "", 2)
    np.testing.assert_allclose(reading.places[0], positions[1, :2])
    strayed(simulation, slice(None), np.nan)
    assert read(simulation).reason == "all diverged"


def test_all_that_there_is_needs_no_walker() -> None:
    simulation = Simulation(PLAIN)
    whole = read(simulation)
    simulation.place(np.full((12, 2), np.nan))
    reading = read(simulation)
    assert reading.whole and reading.diverged == 12 and not len(reading.places)
    np.testing.assert_array_equal(reading.losses, whole.losses)
    assert read(simulation, "random").reason == "all diverged"
    locked = Simulation(Experiment(landscape="rosenbrock", dim=2, active_dim=1, walkers=3))
    locked.place(np.full((3, 2), np.nan))
    assert read(locked).reason == "all diverged", "the other coordinate may stand anywhere"


def test_walkers_that_are_not_looked_at_are_counted_and_found_where_all_others_diverged() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=5000))
    positions = simulation.positions()
    positions[::2], positions[1::5000] = np.nan, np.nan
    simulation.place(positions)
    reading = read(simulation)
    assert (reading.diverged, reading.counted, reading.walkers) == (2501, 5000, 5000)
    assert reading.seen in (256, 257) and reading.walker % 2 and not reading.reason
    reading = read(Simulation(Experiment(landscape="rastrigin", dim=1 << 19, walkers=8)), work=1e7)
    assert (reading.seen, reading.walkers, len(reading.places)) == (1, 8, 1)


def test_where_there_is_no_such_plane_the_reason_is_said() -> None:
    simulation = Simulation(PLAIN)
    simulation.place(np.zeros((12, 2)))
    assert read(simulation, "components").reason == "the walkers do not differ in so many directions"
    giant = Simulation(Experiment(landscape="krylov-quadratic", dim=10**9, walkers=2))
    assert "are drawn" in read(giant, "curvatures").reason
    assert read(giant, work=1e7).reason == ""
    for walkers, reason in (
        (1, "one walker alone differs from nobody"),
        (2, "too many coordinates for several"),
    ):
        large = Simulation(Experiment(landscape="quadratic", dim=1 << 19, walkers=walkers))
        assert read(large, "components", work=1e7).reason.startswith(reason)


@pytest.mark.parametrize("kind", ["components", "curvatures"])
def test_directions_are_chosen_anew_where_walkers_left(kind: str) -> None:
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=12, walkers=5, seed=3))
    before = read(simulation, kind)
    assert read(simulation, kind).chosen_at == 0 and not before.goes_on
    simulation.advance(60)
    after = read(simulation, kind)
    problem, x = simulation.problem, simulation.positions()
    assert after.chosen_at == 60 and after.figures != before.figures
    np.testing.assert_allclose(after.figures, CHOICES[kind](problem, x[0], x, 12).figures)


def test_eigenvectors_become_better_from_look_to_look_and_say_how_good_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.maps.ways.WORK", 0.0)
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=205, walkers=2))
    problem, x = simulation.problem, simulation.positions()[0]
    values, found, errors = np.linalg.eigvalsh(problem.hessian(x)), None, []
    while found is None or found.search is not None:
        found = CHOICES["curvatures"](problem, x, x[None], 205, found)
        errors.append(found.error)
        left = [problem.hessian_product(x, row) - value * row for row, value in zip(*two(found), strict=True)]
        shares = np.linalg.norm(left, axis=1) / np.abs(found.figures)
        assert found.error == pytest.approx(shares.max(), rel=1e-6)
        nearest = np.abs(values[:, None] - found.figures).min(axis=0) / np.abs(found.figures)
        assert nearest.max() <= found.error
    assert errors[-1] < 0.01 and len(errors) > 1
    np.testing.assert_allclose(found.figures, values[[-1, 0]], rtol=1e-3)
    reading = read(simulation, "curvatures")
    assert reading.error == pytest.approx(errors[-1]) and reading.figures == found.figures


def two(found: Ways) -> tuple[np.ndarray, tuple[float, ...]]:
    return found.rows, found.figures


def test_who_has_any_amount_of_work_waits_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.maps.ways.WORK", 0.0)
    monkeypatch.setattr("sim.maps.sheet.FINEST", 9)
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=205, walkers=2))
    assert read(simulation, "curvatures", work=1.0).goes_on
    reading = read(simulation, "curvatures")
    assert reading.ended and not reading.goes_on and 0.0 < reading.error < 0.01


def test_a_search_that_goes_on_shows_its_first_directions_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.maps.ways.WORK", 0.0)
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=205, walkers=2))
    errors = []
    for _ in range(3000):
        reading = read(simulation, "curvatures", work=2e7)
        errors.append(reading.error)
        if not reading.goes_on:
            break
    assert errors[0] > 0.01 > errors[-1] and len(set(errors)) == 2 and reading.ended


def test_where_all_curvatures_are_alike_there_are_two_directions() -> None:
    simulation = Simulation(Experiment(landscape="griewank", dim=210, walkers=1))
    problem, x = simulation.problem, simulation.positions()
    found = CHOICES["curvatures"](problem, x[0], x, 210)
    np.testing.assert_allclose(found.rows @ found.rows.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.figures, 1.0 / 2000.0)  # the product of so many cosines is gone
    assert found.method == "Lanczos" and found.error < 1e-9


def test_there_is_one_search_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.maps.ways.WORK", 0.0)
    monkeypatch.setattr("sim.maps.sheet.FINEST", 9)
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=205, walkers=2))
    assert read(simulation, "curvatures", work=1e9).ended
    simulation.place(simulation.positions() + 1.0)
    assert read(simulation, "curvatures", work=1e9).chosen_at == 0
    (kept,) = atlas._atlases[simulation.problem].values()
    searches = [leaf.ways.search for leaf in (kept._shown, kept._coming)]
    assert searches[0] is None and searches[1] is not None


def test_few_walkers_in_many_dimensions_have_the_same_components_as_by_all_of_them() -> None:
    rng = np.random.default_rng(3)
    for shape in ((6, 40), (40, 6)):
        x = rng.normal(size=shape) * np.linspace(3.0, 1.0, shape[1])
        problem = LANDSCAPES["quadratic"].build(dim=shape[1], seed=0)
        found = CHOICES["components"](problem, x[0], x, shape[1])
        _, sizes, rows = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
        np.testing.assert_allclose(found.figures, (sizes**2 / np.sum(sizes**2))[:2], rtol=1e-12)
        np.testing.assert_allclose(np.abs(np.sum(found.rows * rows[:2], axis=1)), 1.0, rtol=1e-12)


def test_on_a_sphere_of_two_directions_the_map_is_all_of_it() -> None:
    simulation = Simulation(Experiment(landscape="spin-glass", dim=3, walkers=5))
    for kind in KINDS:
        reading = read(simulation, kind)
        assert reading.whole and reading.half == pytest.approx(math.pi * math.sqrt(3.0)), kind
    assert not read(Simulation(Experiment(landscape="spin-glass", dim=4, walkers=5))).whole


def test_points_that_are_too_far_apart_for_the_landscape_are_told() -> None:
    assert read(Simulation(PLAIN)).is_resolved
    reading = read(Simulation(Experiment(landscape="rastrigin", dim=100, walkers=30)), "components")
    assert reading.apart == 2.0 * reading.half / (FINEST - 1) > 0.25 == 0.25 * reading.length
    assert not reading.is_resolved


def test_maps_are_kept_in_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=40, active_dim=2, walkers=6))
    for active in range(2, 2 + 2 * atlas.ATLASES):
        simulation.apply(Set("active_dim", active))
        read(simulation)
    kept = atlas._atlases[simulation.problem]
    assert len(kept) == atlas.ATLASES and [key[2] for key in kept][-1] == active
    each = kept[next(reversed(kept))].bytes
    assert each >= 8 * (FINEST**2 + 3 * 40) and sum(a.bytes for a in kept.values()) <= atlas.bytes_kept(6, 40)
    monkeypatch.setattr(atlas, "BYTES", 2.5 * each)
    read(simulation)
    assert len(kept) == 2
    monkeypatch.setattr(atlas, "BYTES", 0)
    read(simulation)
    assert [key[2] for key in kept] == [active], "one always"


def test_what_maps_take_is_counted_before_an_experiment_is_made() -> None:
    small = Experiment(landscape="polynomial-chain", dim=60_000, walkers=1)
    needed = atlas.bytes_kept(1, 60_000) + ways.bytes_of_search(60_000) + Past.bytes(1, 60_000)
    assert bytes_needed(small) > needed > 8 * 60_000 * (2 * 4 + 3)
    assert ways.bytes_of_search(60_000) == ways.BASIS_BYTES
    simulation = Simulation(small)
    simulation.advance(3)
    read(simulation, "curvatures", work=1e7)
    (kept,) = atlas._atlases[simulation.problem].values()
    assert 0 < kept.bytes <= atlas.bytes_kept(1, 60_000) + ways.BASIS_BYTES


def test_a_look_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that stands at as many hundredths of a second as it was looked at."""
    ticks = itertools.count()
    monkeypatch.setattr("sim.maps.sheet.time", SimpleNamespace(perf_counter=lambda: 0.01 * next(ticks)))
    monkeypatch.setattr("sim.maps.sheet.AT_A_TIME", 1.0)
    simulation = Simulation(PLAIN)
    reading = read(simulation, work=1e8)
    assert not len(reading.losses) and 2 <= next(ticks) <= 2 + 100 * atlas.SECONDS
    look = collect("coordinates", simulation.state(work=1e8, seconds=0.0))
    before = next(ticks)
    compute(look)
    assert next(ticks) - before <= 3, "or even sooner"


def test_a_batch_is_drawn_with_all_of_its_data() -> None:
    batch = Experiment(landscape="network", walkers=3, parameters={"hidden": "2", "inputs": 1, "batch": 8})
    simulation = Simulation(batch)
    reading, x = read(simulation, "random"), simulation.positions()[0]
    middle = reading.losses[FINEST // 2, FINEST // 2]
    assert middle == pytest.approx(simulation.problem.whole.value_and_gradient(x)[0], rel=1e-12)


def test_maps_do_not_keep_a_landscape() -> None:
    simulation = Simulation(PLAIN)
    read(simulation)
    problem = weakref.ref(simulation.problem)
    simulation.apply(Set("seed", 9))
    gc.collect()
    assert problem() is None


def test_beside_an_engine_a_map_goes_on_while_walkers_stand_still() -> None:
    with running(PLAIN) as engine:
        engine.send(Run(False))
        shown = engine.wait_for(lambda shown: has_ended(shown.readings.get(NAME)), NAME)
    assert shown.phase == "paused"


NAME = "map-coordinates"


def has_ended(reading: MapReading | None) -> bool:
    return reading is not None and reading.ended and len(reading.losses) == FINEST
