"""All critical points of fields on small tori, against what is known of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim import LANDSCAPES, BadInput
from sim.arrays import Floats
from sim.critical import Census, CensusTaker, census, hunt, kac_rice
from sim.critical.expected import SPREADS, expected
from sim.critical.waves import Waves
from sim.landscape import Problem


def torus(dim: int, seed: int = 0, period: float = 5.0, **settings: object) -> Problem:
    return LANDSCAPES["gaussian-field"].build(dim, seed, period=period, map="dense", **settings)


# --- the field as a sum of waves --------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_the_waves_are_the_field(dim: int) -> None:
    problem = torus(dim, seed=3)
    x = np.random.default_rng(0).uniform(-5.0, 5.0, (50, dim))
    value, gradient, hessian = Waves(problem, dim, np.zeros(dim)).at(x)
    known_value, known_gradient = problem.value_and_gradient(x)
    np.testing.assert_allclose(value, known_value, atol=1e-12)
    np.testing.assert_allclose(gradient, known_gradient, atol=1e-12)
    np.testing.assert_allclose(hessian, [problem.hessian(point) for point in x], atol=1e-12)


@pytest.mark.parametrize("active", [1, 2, 4])
def test_the_waves_of_a_slice_are_the_field_there(active: int) -> None:
    problem, rng = torus(7, seed=1, M=64.0), np.random.default_rng(1)
    x = np.repeat(rng.uniform(-2.5, 2.5, (1, 7)), 20, axis=0)
    x[:, :active] = rng.uniform(-2.5, 2.5, (20, active))
    value, gradient, hessian = Waves(problem, active, x[0]).at(x[:, :active])
    known_value, known_gradient = problem.value_and_gradient(x)
    np.testing.assert_allclose(value, known_value, atol=1e-12)
    np.testing.assert_allclose(gradient, known_gradient[:, :active], atol=1e-12)
    np.testing.assert_allclose(hessian, [problem.hessian(point, active) for point in x], atol=1e-12)


def test_the_bound_of_how_fast_the_hessian_changes_is_one() -> None:
    waves, rng = Waves(torus(3), 3, np.zeros(3)), np.random.default_rng(2)
    x, step = rng.uniform(-2.5, 2.5, (200, 3)), 1e-4 * rng.standard_normal((200, 3))
    change = np.abs(np.linalg.eigvalsh(waves.at(x + step)[2] - waves.at(x)[2])).max(axis=1)
    assert np.all(change <= waves.bend * np.linalg.norm(step, axis=1))


# --- slow twins -------------------------------------------------------------------------------------


def roots_on_a_line(problem: Problem, x: Floats, period: float) -> Floats:
    """Every zero of ∂₁f along the first coordinate, from its changes of sign on a fine grid."""
    grid = np.repeat(x[None], 4001, axis=0)
    grid[:, 0] = np.linspace(-0.5 * period, 0.5 * period, 4001)
    slope = problem.value_and_gradient(grid)[1][:, 0]
    below = np.flatnonzero(np.sign(slope[:-1]) != np.sign(slope[1:]))
    low, high = grid[below, 0], grid[below + 1, 0]
    for _ in range(60):
        middle = 0.5 * (low + high)
        rows = np.repeat(x[None], len(middle), axis=0)
        rows[:, 0] = middle
        same = np.sign(problem.value_and_gradient(rows)[1][:, 0]) == np.sign(slope[below])
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.sort(low)


@pytest.mark.parametrize("seed", range(40))
def test_all_zeros_of_the_slope_on_a_line(seed: int) -> None:
    period = 5.0 + seed
    problem = torus(1, seed, period)
    found = census(problem)
    roots = roots_on_a_line(problem, np.zeros(1), period)
    np.testing.assert_allclose(np.sort(found.points.positions[:, 0]), roots, atol=1e-8)
    assert found.complete


def test_a_line_through_a_larger_torus() -> None:
    problem, x = torus(6, seed=4, M=100.0), np.array([0.0, 1.0, -2.0, 0.5, 0.3, 1.7])
    found = census(problem, active=1, x=x)
    np.testing.assert_allclose(
        np.sort(found.points.positions[:, 0]), roots_on_a_line(problem, x, 5.0), atol=1e-8
    )
    np.testing.assert_array_equal(found.points.positions[:, 1:], np.repeat(x[None, 1:], len(found.points), 0))


def winding_numbers(problem: Problem, cells: int) -> tuple[int, int]:
    """How many cells of a grid over a plane torus the gradient turns round once, and once the other way.

    Its turns are 1 about a minimum or a maximum, -1 about a saddle, as long as no cell holds two points.
    """
    along = np.linspace(-2.5, 2.5, cells, endpoint=False)
    grid = np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1).reshape(-1, 2)
    gradient = problem.value_and_gradient(grid)[1].reshape(cells, cells, 2)
    angle = np.arctan2(gradient[..., 1], gradient[..., 0])
    corners = [np.roll(angle, shift, axis=(0, 1)) for shift in ((0, 0), (-1, 0), (-1, -1), (0, -1))]
    turns = np.zeros((cells, cells))
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        turns += (there - here + math.pi) % math.tau - math.pi
    turns = np.rint(turns / math.tau)
    return int(np.sum(turns == 1.0)), int(np.sum(turns == -1.0))


@pytest.mark.parametrize("seed", range(8))
def test_all_zeros_of_the_gradient_in_the_plane(seed: int) -> None:
    problem = torus(2, seed + 100)
    minima, saddles, maxima = census(problem).points.counts
    assert (minima + maxima, saddles) == winding_numbers(problem, 160)


# --- what is true of all of them --------------------------------------------------------------------


@pytest.mark.parametrize(("dim", "fields"), [(1, 10), (2, 10), (3, 3)])
def test_every_point_is_critical_and_of_its_index_and_there_once(dim: int, fields: int) -> None:
    for seed in range(fields):
        problem = torus(dim, seed)
        points = census(problem).points
        value, gradient = problem.value_and_gradient(points.positions)
        np.testing.assert_allclose(points.values, value, atol=1e-12)
        assert np.abs(gradient).max() < 1e-7
        eigenvalues = np.array([np.linalg.eigvalsh(problem.hessian(x)) for x in points.positions])
        np.testing.assert_array_equal(points.indices, np.sum(eigenvalues < 0.0, axis=1))
        apart = points.positions[:, None] - points.positions[None]
        apart = np.abs(apart - 5.0 * np.rint(apart / 5.0)).max(axis=2) + 9.0 * np.eye(len(points))
        assert apart.min() > 1e-3
        assert np.all((points.positions >= -2.5) & (points.positions <= 2.5))
        assert points.counts.sum() == len(points) and points.found.sum() + points.failed == points.starts


def shares_agree(dim: int, fields: int) -> None:
    """Σ (−1)^k N_k = 0 for each of many fields, and mean counts within 4 standard errors of Kac and Rice's.

    Errors are those of means over fields: points of one field are not independent.
    """
    found = [census(torus(dim, 500 + seed)) for seed in range(fields)]
    assert all(each.complete and each.morse_sum == 0 for each in found)
    counts = np.array([each.points.counts for each in found])
    law = np.array(kac_rice(dim).densities) * 5.0**dim
    error = np.sqrt(np.array(SPREADS[dim]) * law / fields)
    assert np.all(np.abs(counts.mean(axis=0) - law) < 4.0 * error)
    shares, total = counts / counts.sum(), counts.sum(axis=1).mean()
    assert np.all(np.abs(shares.sum(axis=0) - np.array(kac_rice(dim).shares)) < 4.0 * error / total)
    # The spread from field to field is as was measured once, by a wide margin (χ², 4 standard deviations).
    ratio = counts.var(axis=0, ddof=1) / (np.array(SPREADS[dim]) * law)
    assert np.all(np.abs(np.log(ratio)) < 4.0 * math.sqrt(2.0 / fields) + 0.15)


@pytest.mark.parametrize(("dim", "fields"), [(1, 60), (2, 40)])
def test_many_fields_against_kac_and_rice(dim: int, fields: int) -> None:
    shares_agree(dim, fields)


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "fields"), [(2, 100), (3, 25), (4, 4)])
def test_more_fields_against_kac_and_rice(dim: int, fields: int) -> None:
    shares_agree(dim, fields)


def test_length_scale_and_height_only_stretch() -> None:
    one, other = census(torus(2, 7)), census(torus(2, 7, period=15.0, length_scale=3.0, sigma=0.1))
    assert other.complete
    order, same = np.argsort(one.points.values), np.argsort(other.points.values)
    np.testing.assert_allclose(0.1 * one.points.values[order], other.points.values[same], atol=1e-9)
    np.testing.assert_array_equal(one.points.indices[order], other.points.indices[same])
    assert other.volume == pytest.approx(25.0)


def test_theory_knows_the_torus_and_nothing_else() -> None:
    law = expected(torus(9, period=10.0, length_scale=2.0, sigma=3.0), 2)
    assert law is not None
    assert law.counts == pytest.approx([25.0 * density for density in kac_rice(2).densities])
    assert law.values[0] == pytest.approx(-law.values[2]) and law.values[0] < -3.0
    assert np.trapezoid(law.densities, law.levels) == pytest.approx(law.total, rel=1e-3)
    assert law.spreads[1] == pytest.approx(math.sqrt(0.40 * law.counts[1]))
    assert expected(torus(9), 6).spreads == (), "nobody measured it"
    assert expected(torus(9), 9) is None
    assert expected(LANDSCAPES["gaussian-field"].build(2), 2) is None
    assert expected(LANDSCAPES["rastrigin"].build(2), 2) is None


# --- what is not complete is said not to be ---------------------------------------------------------


def without(found: Census, row: int) -> Census:
    """The census as it would be without one of its points."""
    points = found.points
    kept = np.arange(len(points)) != row
    arrays = ("positions", "values", "gradient_norms", "indices", "first", "isolated", "found", "inside")
    fewer = replace(points, **{name: getattr(points, name)[kept] for name in arrays})
    return replace(found, points=fewer, morse_sum=found.morse_sum - (-1) ** int(points.indices[row]))


def test_one_point_missing_is_noticed_whichever_it_is() -> None:
    found = census(torus(2, 3))
    assert found.complete
    assert not any(without(found, row).complete for row in range(len(found.points)))


def test_a_census_that_has_only_begun_is_not_complete() -> None:
    taker = CensusTaker(torus(3, 1))
    taker.advance(1.0)
    early = taker.census
    assert 0 < early.points.starts < 50
    assert not early.ended and not early.complete
    taker.advance()
    assert taker.census.complete


def test_a_census_without_hope_ends_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.critical.torus.MOST_WORK", 1e6)
    found = census(torus(3, 1, period=15.0))
    assert found.ended and found.rounds == 1
    assert not found.complete and found.once > 0


def test_points_found_once_say_that_others_may_be_missing() -> None:
    found = census(torus(2, 3))
    doubtful = replace(found, once=5, twice=1)
    assert doubtful.missed == 5.0
    assert not doubtful.complete
    assert found.missed == 0.0


def test_a_census_in_slices_is_the_same_census() -> None:
    at_once, taker = census(torus(2, 11)), CensusTaker(torus(2, 11))
    while not taker.ended:
        taker.advance(1e6)
    np.testing.assert_allclose(
        np.sort(taker.census.points.values), np.sort(at_once.points.values), atol=1e-12
    )
    assert taker.census.points.starts == at_once.points.starts


def test_lines_of_critical_points_are_no_points() -> None:
    """A single wave is flat along its crests."""
    found = census(torus(2, 1, M=1.0))
    assert found.ended and not found.complete
    assert found.singular == found.points.starts - found.points.failed > 0
    assert len(found.points) == 0


def test_a_field_that_does_not_change_has_no_points() -> None:
    """So short a period leaves nothing but the mean."""
    found = census(torus(2, 0, period=0.1))
    assert not found.complete and len(found.points) == 0


def test_what_is_hunted_on_a_torus_is_in_the_census() -> None:
    problem = torus(3, 5)
    found = hunt(problem, np.random.default_rng(0).uniform(-7.5, 7.5, (100, 3)))
    known = census(problem).points
    apart = found.positions[:, None] - known.positions[None]
    nearest = np.abs(apart - 5.0 * np.rint(apart / 5.0)).max(axis=2).min(axis=1)
    assert len(found) > 20 and nearest.max() < 1e-6
    assert len(found) <= len(known), "images of one point are one point"


@pytest.mark.parametrize(
    ("landscape", "settings", "active", "said"),
    [
        ("rastrigin", {}, None, "rastrigin has no period here; accepted: gaussian-field with a period"),
        ("gaussian-field", {}, 2, "gaussian random field has no period here; accepted: gaussian-field"),
        ("gaussian-field", {"period": 5.0}, None, "5 directions are too many for all .*; accepted: 1 to 4"),
    ],
)
def test_what_no_census_is_taken_of(landscape: str, settings: dict, active: int | None, said: str) -> None:
    problem = LANDSCAPES[landscape].build(5, **settings)
    with pytest.raises(BadInput, match=f"^census: {said}"):
        census(problem, active)
