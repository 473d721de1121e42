"""Networks: each activation, objective and parametrisation against its slow twin; batches, widths, starts."""

from __future__ import annotations

import math
from typing import Any

import naive
import numpy as np
import pytest
from scipy import integrate, stats
from twins import TWINS
from twins import network as twin_of

from sim import LANDSCAPES, BadInput, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem
from sim.neural.activations import ACTIVATIONS, MOMENTS
from sim.neural.architecture import fitted, for_each_weight, packed, spreads, weight_count
from sim.neural.kernels import LARGEST_TILE, loss_and_gradient
from sim.rng import Stream, stream_keys

NETWORK = LANDSCAPES["network"]


def built(seed: int = 3, **settings: Any) -> Problem:
    return NETWORK.build(seed=seed, **settings)


def starts(problem: Problem, count: int, seed: int = 1) -> Floats:
    centre, half_width = NETWORK.starts(problem)
    return centre + half_width * np.random.default_rng(seed).uniform(-1.0, 1.0, (count, problem.dim))


def one_hidden_layer(
    x: Floats, widths: tuple[int, int, int], multipliers: tuple[float, float], inputs: Floats, targets: Floats
) -> tuple[float, Floats]:
    """The mean squared error of tanh neurons and its gradient, by hand and without any tiles."""
    n, k, outputs = widths
    w, b, v, a = np.split(x, np.cumsum((n * k, k, k * outputs)))
    (c, d), w, v = multipliers, w.reshape(k, n), v.reshape(outputs, k)
    h = np.tanh(c * (inputs @ w.T + b))
    off = d * (h @ v.T + a) - targets
    push = 2.0 * d * off / off.size
    below = c * (push @ v) * (1.0 - h**2)
    slopes = (below.T @ inputs, below.sum(axis=0), push.T @ h, push.sum(axis=0))
    return float(np.mean(off**2)), np.concatenate([slope.ravel() for slope in slopes])


# --- derivatives --------------------------------------------------------------------------------------


@pytest.mark.parametrize("parametrisation", ["standard", "lazy"])
@pytest.mark.parametrize("objective", ["mse", "cross-entropy"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ["2", "3,2"])
def test_value_gradient_and_hessian_are_those_of_the_slow_twin(
    hidden: str, activation: str, objective: str, parametrisation: str
) -> None:
    problem = built(
        hidden=hidden, activation=activation, objective=objective, parametrisation=parametrisation,
        data="spirals", samples=5,
    )  # fmt: skip
    twin = TWINS["network"].Twin(problem.dim, 3, **problem.settings)
    for x in 1.5 * starts(problem, 2):
        value, gradient = problem.value_and_gradient(x)
        where = list(map(float, x))
        assert value == pytest.approx(twin.value(where), rel=1e-13)
        np.testing.assert_allclose(gradient, twin.gradient(where), rtol=0, atol=1e-13)
        np.testing.assert_allclose(problem.hessian(x), twin.hessian(where), rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_far_out_an_activation_is_what_its_limits_are(activation: str) -> None:
    """One neuron without a bias, and the answer is φ(z): the loss shows it, its slope and its bend."""
    problem = built(hidden="1", activation=activation, inputs=1, samples=1)
    phi = twin_of.PHI[activation]
    examples = np.ones((1, 1)), np.zeros((1, 1))
    problem.__dict__["parameters"] = packed("mse", activation, 0, (1, 1, 1), (1.0, 1.0), *examples)
    for z in (-800.0, -40.0, -1e-3, 0.0, 1e-3, 40.0, 600.0):
        value, gradient = problem.value_and_gradient(np.array([z, 0.0, 1.0, 0.0]))
        expected = 0.0 if z < -700.0 and activation not in ("tanh", "linear") else phi(z)
        assert value == pytest.approx(expected**2, rel=1e-13, abs=1e-30)
        assert np.isfinite(gradient).all()
        assert not ((gradient != 0.0) & (np.abs(gradient) < 1e-300)).any()  # no subnormal numbers


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_moments_of_an_activation_are_its_moments(activation: str) -> None:
    phi, moments = twin_of.PHI[activation], MOMENTS[activation]

    def slope(z: float) -> float:
        return (phi(z + 1e-5) - phi(z - 1e-5)) / 2e-5

    def mean(f: Any) -> float:
        halves = ((-8.0, 0.0), (0.0, 8.0))
        return sum(integrate.quad(lambda z: f(z) * stats.norm.pdf(z), *half)[0] for half in halves)

    expected = (mean(phi), mean(slope), mean(lambda z: slope(z) ** 2))
    np.testing.assert_allclose((moments.mean, moments.slope, moments.square_slope), expected, atol=0.006)


@pytest.mark.parametrize("examples", [1, LARGEST_TILE - 1, LARGEST_TILE, LARGEST_TILE + 1, 1000])
def test_tiles_are_put_together_again(examples: int) -> None:
    widths, multipliers, rng = (3, 4, 2), (1.0, 0.5), np.random.default_rng(1)
    inputs, targets = rng.standard_normal((examples, 3)), rng.standard_normal((examples, 2))
    x, keys = rng.standard_normal((2, weight_count(widths))), np.zeros(2, dtype=np.uint64)
    value, gradient = np.empty(2), np.empty_like(x)
    parameters = packed("mse", "tanh", 0, widths, multipliers, inputs, targets)
    loss_and_gradient(x, parameters, keys, 0, value, gradient)
    for i in range(2):
        expected, slope = one_hidden_layer(x[i], widths, multipliers, inputs, targets)
        assert value[i] == pytest.approx(expected, rel=1e-13)
        np.testing.assert_allclose(gradient[i], slope, rtol=0, atol=1e-13)


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_weights_that_are_not_finite_have_no_curvature(activation: str, wrong: float) -> None:
    """A neuron that saturates, or is silent, would answer like any other."""
    problem = built(activation=activation, hidden="2", samples=5)
    x = starts(problem, 1)[0]
    x[-4] = wrong  # a bias
    assert np.isnan(problem.value_and_gradient(x)[0])
    assert np.isnan(problem.hessian_product(x, np.eye(problem.dim)[:3])).all()


@pytest.mark.parametrize("samples", [300, 1000])
def test_the_hessian_over_several_tiles_is_the_slope_of_the_gradient(samples: int) -> None:
    problem, h = built(hidden="4,3", samples=samples), 1e-4
    x = starts(problem, 1)[0]
    moved = x + h * np.array([-2, -1, 1, 2])[:, None, None] * np.eye(problem.dim)
    g = problem.value_and_gradient(moved.reshape(-1, problem.dim))[1].reshape(4, problem.dim, problem.dim)
    slopes = (g[0] - 8.0 * g[1] + 8.0 * g[2] - g[3]) / (12.0 * h)
    np.testing.assert_allclose(problem.hessian(x), slopes, rtol=0, atol=1e-9)


def test_the_digits_give_what_the_formula_gives() -> None:
    for objective, labels in (("mse", "true"), ("cross-entropy", "shuffled")):
        problem = built(data="digits", objective=objective, labels=labels, hidden="7")
        twin = TWINS["network"].Twin(problem.dim, 3, **problem.settings)
        for x in starts(problem, 2):
            expected = twin_of.formula(np, x, twin)
            assert problem.value_and_gradient(x)[0] == pytest.approx(expected, rel=1e-13)


# --- what is known of losses --------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_student_with_the_weights_of_its_teacher_has_nothing_to_learn(activation: str) -> None:
    problem = built(activation=activation, hidden="3", teacher=3, inputs=5)
    key = naive.stream_keys(3, int(Stream.LANDSCAPE), 1)[0]
    widths = (5, 3, 1)
    drawn = np.array(naive.normals(key, 1, problem.dim))
    value, gradient = problem.value_and_gradient(drawn * for_each_weight(widths, spreads(widths, activation)))
    assert value < 1e-26
    assert np.abs(gradient).max() < 1e-12


def test_a_network_that_knows_nothing_has_the_entropy_of_the_classes() -> None:
    for data, classes in (("digits", 10), ("spirals", 2)):
        problem = built(data=data, objective="cross-entropy")
        assert problem.value_and_gradient(np.zeros(problem.dim))[0] == pytest.approx(math.log(classes))
        small = 0.01 * starts(problem, 20)
        np.testing.assert_allclose(problem.value_and_gradient(small)[0], math.log(classes), rtol=1e-3)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_neurons_may_change_places_and_tanh_neurons_their_sign(activation: str) -> None:
    problem = built(activation=activation, inputs=2, hidden="3")
    x = starts(problem, 1)[0]
    w, b, out = x[:6].reshape(3, 2), x[6:9], x[9:12]
    sign = np.array([1.0, -1.0, 1.0]) if activation == "tanh" else np.ones(3)
    order = [2, 0, 1]
    twin = np.concatenate(
        ((sign[:, None] * w)[order].ravel(), (sign * b)[order], (sign * out)[order], x[12:])
    )
    values = problem.value_and_gradient(np.stack((x, twin)))[0]
    assert values[0] == pytest.approx(values[1], rel=1e-14)


# --- starts and parametrisations ----------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("parametrisation", ["standard", "lazy"])
def test_weights_start_with_the_variance_that_their_fan_in_asks_for(
    parametrisation: str, activation: str
) -> None:
    experiment = Experiment(
        landscape="network", walkers=2000,
        parameters={"parametrisation": parametrisation, "activation": activation, "inputs": 4, "hidden": "9"},
    )  # fmt: skip
    variances = Simulation(experiment).positions().var(axis=0)
    behind = 2.0 / 9.0 if activation == "relu" else 1.0 / 9.0
    expected = [1.0] * 55 if parametrisation == "lazy" else [1.0 / 4.0] * 45 + [behind] * 10
    np.testing.assert_allclose(variances, expected, rtol=0.15)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_both_parametrisations_start_as_the_same_functions(activation: str) -> None:
    losses = []
    for parametrisation in ("standard", "lazy"):
        settings = {"parametrisation": parametrisation, "activation": activation, "hidden": "9,5"}
        simulation = Simulation(Experiment(landscape="network", walkers=20, parameters=settings, seed=2))
        losses.append(simulation.state().value.copy())
    np.testing.assert_allclose(*losses, rtol=1e-12)
    assert 0.1 < np.median(losses[0]) < 3.0


def test_lazy_walkers_travel_ever_less_against_the_distance_of_strangers() -> None:
    """As the width to the power −½: so much that it is neither −¼ nor −1."""
    widths, shares = (16, 64, 256), []
    for width in widths:
        settings = {"parametrisation": "lazy", "hidden": str(width), "samples": 20, "inputs": 3}
        simulation = Simulation(Experiment(landscape="network", walkers=32, parameters=settings, seed=4))
        before = simulation.positions()
        simulation.advance(400)
        moved = np.linalg.norm(simulation.positions() - before, axis=1).mean()
        shares.append(moved / np.linalg.norm(before[::2] - before[1::2], axis=1).mean())
    slope = np.polyfit(np.log(widths), np.log(shares), 1)[0]
    assert -0.6 < slope < -0.4


# --- batches ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [7, LARGEST_TILE + 10])
def test_a_batch_is_drawn_by_the_walkers_own_key_and_step(batch: int) -> None:
    m, n, step = 500, 4, 12
    problem = built(batch=batch, samples=m, hidden="3", data="product")
    x, seed = starts(problem, 3), 5
    keys = stream_keys(seed, Stream.GRADIENT, 3)
    value, gradient = np.empty(3), np.empty_like(x)
    loss_and_gradient(x, problem.parameters, keys, step, value, gradient)
    head = len(problem.parameters) - m * (n + 1)
    inputs, targets = problem.parameters[head : head + m * n].reshape(m, n), problem.parameters[-m:, None]
    for i, key in enumerate(naive.stream_keys(seed, int(Stream.GRADIENT), 3)):
        rows = [int(m * naive.uniform_pair(key, step, k)[0]) for k in range(batch)]
        expected, slope = one_hidden_layer(x[i], (n, 3, 1), (1.0, 1.0), inputs[rows], targets[rows])
        assert value[i] == pytest.approx(expected, rel=1e-13)
        np.testing.assert_allclose(gradient[i], slope, rtol=0, atol=1e-13)


def test_batches_are_right_on_average_and_everybody_has_their_own() -> None:
    count, whole = 4000, built(data="spirals", hidden="3", samples=30)
    problem = built(data="spirals", hidden="3", samples=30, batch=5)
    x = starts(problem, 1)[0]
    values, gradients = problem.value_and_gradient(np.tile(x, (count, 1)))
    value, gradient = whole.value_and_gradient(x)
    found, expected = np.column_stack((values, gradients)), np.append(value, gradient)
    errors = found.std(axis=0) / math.sqrt(count)
    assert (np.abs(found.mean(axis=0) - expected) < 5.0 * errors).all()
    assert len(np.unique(values)) > 0.9 * count


def test_the_hessian_of_a_batch_is_that_of_all_examples() -> None:
    whole, problem = built(hidden="3"), built(hidden="3", batch=2)
    x = starts(problem, 1)[0]
    np.testing.assert_array_equal(problem.hessian(x), whole.hessian(x))
    np.testing.assert_array_equal(problem.whole.parameters, whole.parameters)
    assert NETWORK.loss_of(problem.settings) == "a batch of 2 of 256"
    assert NETWORK.loss_of(whole.settings) == "all 256 examples"


@pytest.mark.parametrize("batch", [0, 5])
def test_the_same_bits_whatever_the_threads_and_the_chunks(batch: int) -> None:
    settings = {"batch": batch, "data": "spirals", "objective": "cross-entropy", "hidden": "6,5"}
    experiment = Experiment(landscape="network", walkers=21, optimizer="adam", parameters=settings, seed=6)
    at_once, step_by_step = Simulation(experiment, workers=1), Simulation(experiment, workers=3)
    at_once.advance(9)
    for steps in (1, 3, 5):
        step_by_step.advance(steps)
    np.testing.assert_array_equal(at_once.positions(), step_by_step.positions())
    few = Simulation(Experiment(
        landscape="network", walkers=5, optimizer="adam", parameters=settings, seed=6
    ))  # fmt: skip
    few.advance(9)
    np.testing.assert_array_equal(few.positions(), at_once.positions()[:5])


def test_siblings_go_apart_by_their_batches_alone() -> None:
    for batch in (0, 5):
        settings = {"batch": batch, "hidden": "4"}
        experiment = Experiment(
            landscape="network",
            walkers=3,
            starts="near",
            starts_parameters={"spread": 0.0},
            parameters=settings,
        )
        simulation = Simulation(experiment)
        simulation.advance(5)
        assert len(np.unique(simulation.positions(), axis=0)) == (3 if batch else 1)


# --- widths -------------------------------------------------------------------------------------------


def test_one_hidden_layer_comes_as_near_as_it_can() -> None:
    for inputs, outputs in ((4, 1), (64, 10)):
        counts = {k: weight_count((inputs, k, outputs)) for k in range(1, 200)}
        for dim in (1, 2, 3, 7, 50, 100, 101, 1000):
            _, found, _ = fitted(dim, (inputs, 16, outputs), 1000)
            assert abs(counts[found] - dim) == min(abs(count - dim) for count in counts.values())


def test_several_hidden_layers_keep_their_proportions() -> None:
    many = fitted(10**6, (10, 32, 8, 16, 3), 10**5)
    assert weight_count(many) == pytest.approx(10**6, rel=0.002)
    assert many[1] / many[2] == pytest.approx(4.0, rel=0.01) and many[1] / many[3] == pytest.approx(
        2.0, rel=0.01
    )
    widths = (10, 33, 7, 16, 3)
    assert fitted(weight_count(widths), widths, 10**5) == widths
    assert fitted(1, widths, 10**5) == (10, 1, 1, 1, 3)
    assert fitted(10**15, widths, 500)[1] == 500


def test_the_dimension_turns_the_widths_and_the_widths_the_dimension() -> None:
    experiment = Experiment(landscape="network")
    assert (experiment.dim, experiment.settings["hidden"]) == (97, "16")
    wider = experiment.with_value("dim", 1000)
    assert (wider.dim, wider.settings["hidden"]) == (997, "166")
    assert wider.with_value("hidden", "2,2").dim == 4 * 2 + 2 + 6 + 3


MISTAKES = {
    "no neurons": ({"hidden": "0"}, "hidden: 0 is out of range"),
    "a width that is none": ({"hidden": "8,x"}, "hidden: 'x' is not a number"),
    "nine layers": ({"hidden": "1,1,1,1,1,1,1,1,1"}, "hidden: 9 numbers are too many"),
    "classes of numbers": ({"objective": "cross-entropy"}, "objective: cross-entropy needs classes"),
    "a batch that is too large": ({"batch": 257}, "batch: 257 is more than the 256 examples"),
    "no such data": ({"data": "mnist"}, "data: there is no 'mnist'"),
    "no samples": ({"samples": 0}, "samples: 0 is out of range"),
}


@pytest.mark.parametrize(("settings", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_one_line_with_a_remedy(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as raised:
        Experiment(landscape="network", parameters=settings)
    assert str(raised.value).startswith(message)
    assert raised.value.accepted and "\n" not in str(raised.value)


def test_another_dimension_than_that_of_the_widths_is_refused() -> None:
    with pytest.raises(BadInput, match="^dim: 98 is not what"):
        NETWORK.build(98)
