"""A multilayer perceptron that learns, all of its weights being the coordinates.

    h⁰ = input,    hˡ = φ(cˡ (Wˡ hˡ⁻¹ + bˡ)), the last layer without φ,    f = mean loss over the examples

The landscape that the question is about. It is far from a bowl: hidden neurons may change places, and tanh
neurons their sign, so that every minimum is one of k! 2ᵏ copies, with saddles between them. With more weights
than numbers to learn, minima are not points but valleys, flat along all directions that are left over.
Walkers only come near their floor, and there most of these directions are nearly flat: zero is what is below
10⁻⁹ of the largest curvature, and the others count as up or down.

What is learnt (`data`): the answers of a `teacher`, a network with one hidden layer, to normal inputs; the
product of n inputs, uniform in [−1, 1], whose mean square is 3⁻ⁿ; two spirals (Lang and Witbrock 1988); 1797
handwritten digits; or FILE.csv. With shuffled `labels`, examples swap their targets: a network can learn them
all the same, by heart (Zhang et al. 2017).

FILE.csv has an example a line, commas between its numbers, its target last; one first line of names is passed
over. Inputs, and targets that are numbers, are scaled to mean 0 and mean square 1, so that the loss is in
units of the target's variance: 1 for a network that always answers its mean. Under cross-entropy the targets
are classes, and whole numbers. An input that is the same in all examples is carried as 0: nothing depends on
its weights, and their directions are exactly flat. A file is read once, when it is first named.

The objective is the mean squared error, averaged over the outputs, or the cross-entropy of a softmax, which
is ln(classes) for a network that knows nothing. Where targets are classes, there is an output for each.

Weights and biases start with the variance 1/fan-in (2/fan-in where ReLUs feed a layer). In the `standard`
parametrisation they are used as they are: c = 1. In the `lazy` one they start with variance 1 and c is the
spread that they had, 1/√fan-in (Jacot et al. 2018): the same functions from the same starts. But then, with
k neurons in a hidden layer, each weight has to move only by about 1/√k whatever is learnt, and the distance
travelled, over that between two strangers, falls like k^(−½): the network learns almost as its linearisation
at the start would (Chizat, Oyallon and Bach 2019). In the standard one that ratio falls faster still, about
as 1/k, because strangers are √k apart: it does not tell the two apart. The teacher of `student-teacher` has
the student's activation, so that another one is another thing to learn.

With a `batch`, each walker draws its own examples at each step, with replacement, and loss and gradient are
those of its batch. The Hessian is that of all examples; at a ReLU's kink, that of its silent side.
Derivatives are exact: backpropagation, and once more along a direction for the Hessian (Pearlmutter 1994).
"""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Dense, Landscape, Problem, Scales, Settings, Shape, all_products
from sim.neural.activations import ACTIVATIONS
from sim.neural.architecture import (
    Widths,
    fitted,
    for_each_weight,
    largest_curvature,
    packed,
    packed_numbers,
    spreads,
    weight_count,
)
from sim.neural.data import DATA_SETS, data_set, learnt
from sim.neural.kernels import hessian_product, loss_and_gradient
from sim.neural.matching import LARGEST, matched
from sim.neural.objectives import OBJECTIVES
from sim.parameters import Choice, Parameter, WholeNumbers, whole_numbers

WIDEST, MOST_LAYERS = 100_000, 8

MOST = 1e6
"""Examples: a step of 64 walkers with the default settings takes seconds then."""

DRAWN = ("student-teacher", "product", "spirals")
"""Data of which there are as many examples as are asked for."""

ROOT_3 = math.sqrt(3.0)
"""Half the width of a uniform law with variance 1."""


def widths_of(settings: Settings) -> Widths:
    """The neurons of each layer, inputs and outputs included; settings that do not fit one another raise."""
    found = data_set(settings)
    classes, examples = found.classes(settings), found.examples(settings)
    if settings["objective"] == "cross-entropy" and not classes:
        what = f"cross-entropy needs classes, and the targets of {settings['data']} are numbers"
        raise BadInput("objective", what, "mse, or data spirals, digits or FILE.csv")
    if settings["batch"] > examples:
        what = f"{settings['batch']:g} is more than the {examples} examples of {settings['data']}"
        raise BadInput("batch", what, f"a whole number up to {examples}, 0 for all of them")
    return (found.inputs(settings), *whole_numbers(settings["hidden"]), max(classes, 1))


def refitted(dim: int, settings: Settings) -> Settings:
    """The settings with the hidden layers, in their proportions, that come nearest to `dim` weights."""
    _, *hidden, _ = fitted(dim, widths_of(settings), WIDEST)
    return {**settings, "hidden": ",".join(map(str, hidden))}


def start_spreads(settings: Settings) -> tuple[float, ...]:
    """The standard deviation of the weights of each layer, as they act, at the start."""
    return spreads(widths_of(settings), settings["activation"])


def multipliers(settings: Settings) -> tuple[float, ...]:
    """What each layer's sums are multiplied by."""
    found = start_spreads(settings)
    return found if settings["parametrisation"] == "lazy" else (1.0,) * len(found)


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws or reads the examples."""
    return packed(
        settings["objective"],
        settings["activation"],
        int(settings["batch"]),
        widths_of(settings),
        multipliers(settings),
        *learnt(settings, seed),
    )


def packed_bytes(dim: int, settings: Settings) -> float:
    """The examples."""
    return 8.0 * packed_numbers(data_set(settings).examples(settings), widths_of(settings))


def lighter(settings: Settings) -> str:
    """Fewer examples, where they are drawn."""
    return "fewer samples" if settings["data"] in DRAWN else ""


def starts(problem: Problem) -> tuple[Floats, Floats]:
    """Round 0, each layer as wide as its variance asks for."""
    settings = problem.settings
    shares = zip(start_spreads(settings), multipliers(settings), strict=True)
    half_widths = [ROOT_3 * spread / multiplier for spread, multiplier in shares]
    return np.zeros(problem.dim), for_each_weight(widths_of(settings), half_widths)


def product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian of the loss of all examples times the rows of v (k, d), without forming it."""
    found = np.empty_like(v)
    hessian_product(np.ascontiguousarray(x), problem.parameters, np.ascontiguousarray(v), found)
    return found


def renamed(problem: Problem, x: Floats, y: Floats) -> Floats | None:
    """The network x (d,) with its hidden neurons in an order, and with signs, that bring it near to y."""
    widths = widths_of(problem.settings)
    return matched(widths, problem.settings["activation"], x, y) if max(widths[1:-1]) <= LARGEST else None


def hessian_making(problem: Problem, active: int) -> float:
    """As many products as directions."""
    return hessian_multiplying(problem) * active


def hessian_multiplying(problem: Problem) -> float:
    """Six multiplications a weight and example."""
    return 6.0 * data_set(problem.settings).examples(problem.settings) * problem.dim


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The Hessian of the first `active` directions, by as many products."""
    block = product(problem, x, np.eye(active, problem.dim))[:, :active]
    symmetric: Floats = 0.5 * (block + block.T)
    return symmetric


def scales(dim: int, settings: Settings) -> Scales:
    """Twice the largest eigenvalue that `largest_curvature` expects at the start, and the smallest spread."""
    largest, factors = data_set(settings).largest(settings), multipliers(settings)
    of_answers = largest_curvature(widths_of(settings), settings["activation"], factors, largest)
    of_objective = 2.0 if settings["objective"] == "mse" else 1.0  # for the latter where all shares are equal
    length = min(spread / factor for spread, factor in zip(start_spreads(settings), factors, strict=True))
    return Scales(curvature=2.0 * of_objective * of_answers, length=length)


def loss_of(settings: Settings) -> str:
    """The batch's, or that of all examples."""
    batch, examples = settings["batch"], data_set(settings).examples(settings)
    return f"a batch of {batch:g} of {examples}" if batch else f"all {examples} examples"


LANDSCAPE = Landscape(
    title="Network",
    formula="mean loss of a perceptron, φ(W h + b) a layer",
    parameters=(
        WholeNumbers("hidden", "16", "neurons of each hidden layer", low=1, high=WIDEST, most=MOST_LAYERS),
        Choice("activation", "tanh", ACTIVATIONS, "what a hidden neuron makes of its sum"),
        Choice("parametrisation", "standard", ("standard", "lazy"), "weights as they are, or ∝ √fan-in"),
        Choice("objective", "mse", OBJECTIVES, "mean squared error, or cross-entropy of classes"),
        Choice("data", "student-teacher", tuple(DATA_SETS), "what is learnt", files=(".csv", ".CSV")),
        Choice("labels", "true", ("true", "shuffled"), "targets as they are, or swapped at random"),
        Parameter("samples", 256.0, f"examples drawn ({', '.join(DRAWN)})", low=1.0, high=MOST, whole=True),
        Parameter("inputs", 4.0, "of an example (student-teacher, product)", low=1.0, high=1e5, whole=True),
        Parameter(
            "teacher", 4.0, "hidden neurons of the teacher (student-teacher)", low=1.0, high=1e5, whole=True
        ),
        Parameter("batch", 0.0, "examples a step, 0 for all of them", low=0.0, high=MOST, whole=True),
    ),
    gradient=loss_and_gradient,
    hessian=Dense(
        hessian, product, making=hessian_making, multiplying=hessian_multiplying, scratch=all_products
    ),
    pack=pack,
    packed_bytes=packed_bytes,
    packing=2.0,
    box=lambda settings: (-ROOT_3, ROOT_3),
    scales=scales,
    block_rows=lambda dim: 8,
    shape=Shape(dim=lambda settings: weight_count(widths_of(settings)), fitted=refitted),
    starts=starts,
    loss_of=loss_of,
    lighter=lighter,
    whole=lambda settings: {**settings, "batch": 0.0},
    matched=renamed,
)
