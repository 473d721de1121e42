"""The law of spherical p-spin glasses over landscapes, their spectra, and where descent ends.

Landscapes are averaged over fixed seeds; tolerances are four standard errors, taken from the samples.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from twins.spin_glass import Twin

from sim import LANDSCAPES, BadInput, Cohort, Experiment, Simulation, signs
from sim.arrays import Floats
from sim.sphere import SPHERE
from sim.spins import diluted

GLASS = LANDSCAPES["spin-glass"]
SEEDS = 4000
LOWEST = {2: -math.sqrt(2.0), 3: -1.6569983635, 4: -1.7940850282}

orders = pytest.mark.parametrize("p", [2, 3, 4])


def assert_mean(samples: Floats, expected: float) -> None:
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    assert abs(samples.mean() - expected) < 4.0 * error, (samples.mean(), expected, error)


def semicircle(x: float) -> float:
    """The share of a semicircle of radius 2 that is below x."""
    return 0.5 + x * math.sqrt(4.0 - x * x) / (4.0 * math.pi) + math.asin(x / 2.0) / math.pi


def on_the_sphere(count: int, dim: int, seed: int = 0) -> Floats:
    """Uniform points (count, d) with |x|² = d."""
    x = np.random.default_rng(seed).standard_normal((count, dim))
    return x * (math.sqrt(dim) / np.linalg.norm(x, axis=1))[:, None]


def threshold(p: int) -> float:
    return -2.0 * math.sqrt((p - 1.0) / p)


# --- the law over landscapes ------------------------------------------------------------------------


@orders
@pytest.mark.parametrize("couplings", ["full", "diluted"])
def test_the_covariance_is_d_times_the_overlap_to_the_power_p(p: int, couplings: str) -> None:
    dim, overlaps = 3, np.array([1.0, 0.8, 0.3, 0.0, -0.7])
    one, other = np.linalg.qr(np.array([[1.0, 2.0], [-0.5, 1.0], [2.0, 0.3]]))[0].T * math.sqrt(dim)
    axis = np.array([0.0, math.sqrt(dim), 0.0])  # as good as any other point
    x = np.vstack([overlaps[:, None] * one + np.sqrt(1.0 - overlaps**2)[:, None] * other, axis])
    chosen = {"p": p, "couplings": couplings, "connections": 2}
    energies = np.array([GLASS.build(dim, seed, **chosen).value_and_gradient(x)[0] for seed in range(SEEDS)])
    assert_mean(energies[:, -1] ** 2, dim)
    for k, overlap in enumerate(overlaps):
        assert_mean(energies[:, k], 0.0)
        assert_mean(energies[:, 0] * energies[:, k], dim * overlap**p)


@cache
def curvatures_at_one_point(p: int, dim: int) -> tuple[Floats, Floats]:
    """Heights e (seeds,) and covariant Hessians (seeds, d − 1, d − 1)."""
    x, heights, hessians = on_the_sphere(1, dim)[0], [], []
    for seed in range(SEEDS):
        problem = GLASS.build(dim, seed, p=p)
        heights.append(problem.value_and_gradient(x)[0] / dim)
        hessians.append(problem.hessian(x))
    return np.array(heights), np.array(hessians)


@orders
def test_the_covariant_hessian_is_a_random_matrix_shifted_by_the_height(p: int) -> None:
    """√(p(p − 1)/d) GOE − pe, the two independent: variance 1 beside the diagonal of GOE and 2 on it."""
    dim = 4
    heights, hessians = curvatures_at_one_point(p, dim)
    unit = p * (p - 1.0) / dim
    noise = hessians + p * heights[:, None, None] * np.eye(dim - 1)
    for i in range(dim - 1):
        j = (i + 1) % (dim - 1)
        assert_mean(noise[:, i, i] ** 2, 2.0 * unit)
        assert_mean(noise[:, i, j] ** 2, unit)
        assert_mean(noise[:, i, i] * noise[:, j, j], 0.0)
        assert_mean(noise[:, i, i] * heights, 0.0)
        assert_mean(hessians[:, i, i] * heights, -p / dim)


@orders
def test_the_height_alone_decides_the_share_of_falling_directions(p: int) -> None:
    """F(pe/√p(p − 1)): half at e = 0, none at the threshold."""
    dim = {2: 400, 3: 200, 4: 80}[p]
    problem, x = GLASS.build(dim, seed=1, p=p), on_the_sphere(1, dim)[0]
    height = problem.value_and_gradient(x)[0] / dim
    eigenvalues = np.linalg.eigvalsh(problem.hessian(x))
    assert abs(eigenvalues.mean() + p * height) < 5.0 * math.sqrt(2.0 * p * (p - 1.0)) / dim
    assert eigenvalues.var() == pytest.approx(p * (p - 1.0), rel=0.05)
    for e in np.linspace(threshold(p), 0.0, 7):
        share = np.mean(eigenvalues + p * height < p * e)
        assert abs(share - semicircle(p * e / math.sqrt(p * (p - 1.0)))) < 4.0 / dim
    if p == 3:
        assert semicircle(-3.0 / math.sqrt(6.0)) == pytest.approx(0.13611, abs=1e-5)


@orders
def test_couplings_nest_in_the_dimension(p: int) -> None:
    small, large = (GLASS.build(dim, seed=2, p=p, couplings="full") for dim in (5, 6))
    x = np.random.default_rng(0).standard_normal((3, 5))
    apart = (6.0 / 5.0) ** (0.5 * (p - 1))
    (f, g), (f_large, g_large) = (
        small.value_and_gradient(x),
        large.value_and_gradient(np.hstack([x, np.zeros((3, 1))])),
    )
    np.testing.assert_allclose(apart * f_large, f, rtol=1e-13)
    np.testing.assert_allclose(apart * g_large[:, :5], g, rtol=1e-11)


@orders
@pytest.mark.parametrize("couplings", ["full", "diluted"])
@pytest.mark.parametrize("dim", [1, 2, 7])
def test_every_order_and_kind_is_its_slow_twin(p: int, couplings: str, dim: int) -> None:
    problem = GLASS.build(dim, seed=5, p=p, couplings=couplings, connections=3)
    twin = Twin(dim, 5, **problem.settings)
    x = 1.7 * on_the_sphere(1, dim)[0]  # the space round the sphere counts, too
    value, gradient = problem.value_and_gradient(x)
    assert value == pytest.approx(twin.value(list(x)), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(gradient, twin.gradient(list(x)), atol=1e-12)
    basis = SPHERE.along(problem, x, np.eye(dim)).T
    bending = np.array(twin.hessian(list(x))) - (x @ gradient) / (x @ x) * np.eye(dim)
    np.testing.assert_allclose(problem.hessian(x), basis @ bending @ basis.T, atol=1e-11)
    v = np.vstack([np.random.default_rng(0).standard_normal((3, dim)), x, np.zeros(dim)])
    along_it = v @ basis.T @ basis
    expected = along_it @ bending @ basis.T @ basis
    np.testing.assert_allclose(problem.hessian_product(x, v), expected, atol=1e-11)


# --- where walkers end ------------------------------------------------------------------------------


def descended(
    dim: int, seed: int, steps: int, walkers: int = 32, lr: float | None = None, **chosen
) -> Simulation:
    hyper = {} if lr is None else {"lr": lr}
    simulation = Simulation(
        Experiment(
            landscape="spin-glass", dim=dim, walkers=walkers, hyper=hyper, seed=seed, parameters=chosen
        )
    )
    simulation.advance(steps)
    return simulation


def test_for_p_2_everybody_ends_at_the_lowest_eigenvector() -> None:
    dim = 40
    simulation = descended(dim, seed=3, steps=4000, p=2.0)
    e = np.eye(dim)
    value = simulation.problem.value_and_gradient
    pairs = np.array([value(e + e[i])[0] for i in range(dim)])  # H(eᵢ + eⱼ), 4 H(eᵢ) where i = j
    squares = np.diag(pairs) / 4.0
    quadratic = 0.5 * (pairs - squares[:, None] - squares)
    eigenvalues = np.linalg.eigvalsh(quadratic)
    assert eigenvalues[0] == pytest.approx(LOWEST[2], abs=0.3)
    np.testing.assert_allclose(simulation.state().value, dim * eigenvalues[0], rtol=1e-9)
    found = signs(simulation.problem, simulation.positions()[0])
    assert (found.negative, found.zero, found.positive) == (0, 0, dim - 1)
    covariant = np.linalg.eigvalsh(simulation.problem.hessian(simulation.positions()[0]))
    np.testing.assert_allclose(covariant, 2.0 * (eigenvalues[1:] - eigenvalues[0]), atol=1e-6)


def test_for_p_3_descent_stalls_above_the_threshold_where_d_is_small() -> None:
    """e = −1.519 ± 0.011 at d = 50, of which a few landscapes and walkers are enough to see ± 0.02."""
    dim, ends = 50, []
    for seed in range(12):
        simulation = descended(dim, seed, steps=1500)
        ends.append(simulation.state().value.mean() / dim)
        x = simulation.positions()
        assert signs(simulation.problem, x[0]).negative == 0
        overlaps = (x @ x.T / dim)[np.triu_indices(len(x), 1)]
        assert np.median(np.abs(overlaps)) < 0.3  # each somewhere else
    assert abs(np.mean(ends) + 1.519) < 0.035
    assert np.mean(ends) > threshold(3) > LOWEST[3]


def test_langevin_walkers_are_distributed_as_the_temperature_says() -> None:
    """The mean of H on the sphere under exp(−H/T), by quadrature over its angles."""
    dim, temperature = 3, 1.5
    experiment = Experiment(
        landscape="spin-glass", dim=dim, walkers=4000, seed=6, optimizer="langevin",
        hyper={"lr": 0.004, "temperature": temperature},
    )  # fmt: skip
    simulation = Simulation(experiment)
    simulation.advance(1500)
    height, weight = np.polynomial.legendre.leggauss(60)
    angle = np.arange(120) * math.tau / 120
    z, turn = (grid.ravel() for grid in np.meshgrid(height, angle, indexing="ij"))
    around = np.sqrt(1.0 - z * z)
    points = math.sqrt(dim) * np.stack([around * np.cos(turn), around * np.sin(turn), z], axis=1)
    energy = simulation.problem.value_and_gradient(points)[0]
    density = weight.repeat(120) * np.exp(-energy / temperature)
    expected = density @ energy / density.sum()
    assert expected < -1.0  # far from the uniform mean, 0
    values = simulation.state().value
    assert abs(values.mean() - expected) < 4.0 * values.std() / math.sqrt(len(values)) + 0.01
    square = density @ energy**2 / density.sum()
    assert abs((values**2).mean() - square) < 4.0 * (values**2).std() / math.sqrt(len(values)) + 0.03


# --- diluted ----------------------------------------------------------------------------------------


def test_a_diluted_glass_condenses_onto_a_few_coordinates_and_a_full_one_does_not() -> None:
    dim, m = 300, 4
    lowest = {}
    for couplings, steps in (("diluted", 3000), ("full", 300)):
        simulation = descended(
            dim, seed=4, steps=steps, walkers=4, p=3.0, couplings=couplings, connections=float(m)
        )
        squares = np.sort(simulation.positions() ** 2, axis=1)[:, ::-1] / dim
        lowest[couplings] = simulation.state().value.min() / dim
        on_six = squares[:, :6].sum(axis=1)
        assert (on_six > 0.8).all() if couplings == "diluted" else (on_six < 0.2).all()
    assert lowest["diluted"] < 2.0 * LOWEST[3] < LOWEST[3] < lowest["full"]
    alone = -5.0 * math.sqrt(dim / (27.0 * m))  # one product with |J| = 5; twice that where indices repeat
    assert 2.0 * alone < lowest["diluted"]


def test_a_diluted_glass_takes_memory_in_proportion_to_its_dimension() -> None:
    dim = 200_000
    problem = GLASS.build(dim, p=3, connections=2)
    assert problem.settings["couplings"] == "diluted"
    assert problem.parameters.nbytes == GLASS.packed_bytes(dim, problem.settings) < 50.0 * dim
    x, v = on_the_sphere(2, dim)
    value, gradient = problem.value_and_gradient(x)
    assert gradient @ x == pytest.approx(3.0 * value, rel=1e-9)  # of degree 3
    product = problem.hessian_product(x, v)
    tangential = v - (v @ x / dim) * x
    forward, back = (problem.value_and_gradient(x + h * tangential)[1] for h in (1e-4, -1e-4))
    ambient = (forward - back) / 2e-4
    expected = ambient - (ambient @ x / dim) * x - (gradient @ x / dim) * tangential
    np.testing.assert_allclose(product, expected, atol=1e-6 * np.abs(expected).max())


# --- what is asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dim", "couplings"), [(1, "full"), (500, "full"), (501, "diluted"), (10**6, "diluted")]
)
def test_couplings_are_chosen_by_size_and_can_be_overridden(dim: int, couplings: str) -> None:
    assert Experiment(landscape="spin-glass", dim=dim).settings["couplings"] == couplings
    for chosen in ("full", "diluted"):
        experiment = Experiment(landscape="spin-glass", dim=dim, parameters={"couplings": chosen})
        assert experiment.settings["couplings"] == chosen


def test_a_glass_too_large_for_memory_is_refused_with_the_bytes_and_the_remedy() -> None:
    with pytest.raises(BadInput, match=r"^memory: 2\.67 PB needed, .* free; accepted: .* couplings=diluted$"):
        Simulation(
            Experiment(landscape="spin-glass", dim=100_000, walkers=2, parameters={"couplings": "full"})
        )


def test_weight_decay_is_refused_on_a_sphere() -> None:
    refusal = (
        "^optimizer: adamw pulls the weights towards 0; on spin-glass, all points are equally far from 0;"
    )
    with pytest.raises(BadInput, match=refusal):
        Experiment(landscape="spin-glass", optimizer="adamw")


def test_the_null_control_is_refused_on_a_sphere() -> None:
    refusal = "null follows another cohort; on spin-glass, its steps would be shorter than those"
    with pytest.raises(BadInput, match=refusal):
        Experiment(landscape="spin-glass", more_cohorts=(Cohort("null"),))


def test_a_walker_at_the_centre_of_the_sphere_has_diverged() -> None:
    experiment = Experiment(landscape="spin-glass", dim=5, walkers=2, starts="sphere").with_value(
        "radius", 0.0
    )
    outcomes = Simulation(experiment).read("outcomes").readings["outcomes"]
    assert outcomes.counts["diverged"] == 2


def test_a_diluted_hessian_of_many_terms_is_added_up_whole() -> None:
    """More terms than are taken at a time, and not a multiple of them."""
    problem = GLASS.build(7, seed=5, p=4, couplings="diluted", connections=5000)
    assert 2 * diluted.AT_ONCE < 7 * 5000
    x, v = on_the_sphere(2, 7)
    expected = SPHERE.along(problem, x, problem.hessian_product(x, v)[None])[0]
    found = problem.hessian(x) @ SPHERE.along(problem, x, v[None])[0]
    np.testing.assert_allclose(found, expected, atol=1e-11 * np.abs(expected).max())


@pytest.mark.parametrize("p", ["1", "5", "2.5", "three"])
def test_an_order_that_there_is_not_is_refused_in_one_line(p: str) -> None:
    with pytest.raises(BadInput, match="^p: .*; accepted: a whole number from 2 up to 4$"):
        Experiment(landscape="spin-glass", parameters={"p": p})
