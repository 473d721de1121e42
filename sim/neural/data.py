"""What a network learns: examples that are drawn, shipped, or in a file of the user's."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from sim.arrays import Floats, Integers, np
from sim.assets import asset
from sim.landscape import Settings
from sim.neural import user_data
from sim.neural.architecture import packed, spreads, weight_count
from sim.neural.kernels import outputs
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys

DIGITS, PIXELS, LARGEST_OF_DIGITS = 1797, 64, 9.6

SHUFFLE = 2
"""The step of the landscape's stream for shuffled labels; examples are drawn at 0, a teacher at 1."""


@dataclass(frozen=True)
class DataSet:
    """How many examples, inputs and classes there are (0: the targets are numbers), and what they are.

    `largest(settings)` is about the largest eigenvalue of the inputs' second moments (n, n).
    `draw(settings, seed)` returns inputs (m, n) and the targets (m,), each a number or that of a class.
    """

    examples: Callable[[Settings], int]
    inputs: Callable[[Settings], int]
    classes: Callable[[Settings], int]
    largest: Callable[[Settings], float]
    draw: Callable[[Settings, int], tuple[Floats, Floats]]


def student_teacher(settings: Settings, seed: int) -> tuple[Floats, Floats]:
    """Standard normal inputs, and the answers of a teacher: a network with one hidden layer, drawn too.

    Its weights have the spread of the student's at the start, in the standard parametrisation. Example k has
    the k-th key of the landscape's stream, and the teacher the first one, at step 1.
    """
    n, m = int(settings["inputs"]), int(settings["samples"])
    keys = stream_keys(seed, Stream.LANDSCAPE, m)
    inputs = np.empty((m, n))
    fill_normal(keys, 0, inputs)
    widths, activation = (n, int(settings["teacher"]), 1), str(settings["activation"])
    weights, answers = np.empty((1, weight_count(widths))), np.empty((m, 1))
    fill_normal(keys[:1], 1, weights)
    unanswered = packed("mse", activation, 0, widths, spreads(widths, activation), inputs, answers)
    outputs(weights[0], unanswered, answers)
    return inputs, answers[:, 0]


def product(settings: Settings, seed: int) -> tuple[Floats, Floats]:
    """Variables that are uniform in [−1, 1], and their product."""
    inputs = np.empty((int(settings["samples"]), int(settings["inputs"])))
    fill_uniform(stream_keys(seed, Stream.LANDSCAPE, len(inputs)), 0, -1.0, 1.0, inputs)
    return inputs, np.prod(inputs, axis=1)


def spirals(settings: Settings, seed: int) -> tuple[Floats, Floats]:
    """Two arms that go round each other three times (Lang and Witbrock 1988), the classes in turn.

    In theirs, point i = 0 … 96 is at the angle iπ/16 and the radius 6.5 (104 − i)/104, and the other arm
    opposite; so are 194 samples here, and others lie on the same two arms. Scaled to mean square 1.
    """
    samples = int(settings["samples"])
    k = np.arange(samples)
    pairs = max(1, (samples + 1) // 2 - 1)
    place = 96.0 * (k // 2) / pairs
    radius, angle = 6.5 * (104.0 - place) / 104.0, place * math.pi / 16.0
    side = 1.0 - 2.0 * (k % 2)
    inputs = np.stack((side * radius * np.sin(angle), side * radius * np.cos(angle)), axis=1)
    return inputs / np.sqrt(np.mean(inputs**2)), (k % 2).astype(np.float64)


@cache
def digits_table() -> Floats:
    """The shipped images, (1797, 65) whole numbers: 64 pixels from 0 to 16, and the digit."""
    with gzip.open(asset("data", "digits.csv.gz"), "rt", encoding="ascii") as file:
        return np.loadtxt(file, delimiter=",")


def digits(settings: Settings, seed: int) -> tuple[Floats, Floats]:
    """Handwritten digits of 8 × 8 pixels, less the mean image, scaled all alike to mean square 1."""
    table = digits_table()
    pixels = table[:, :PIXELS] - table[:, :PIXELS].mean(axis=0)
    return pixels / pixels.std(), table[:, PIXELS]


def users_file(path: str) -> DataSet:
    """The examples in a CSV."""
    return DataSet(
        examples=lambda settings: user_data.examples(path),
        inputs=lambda settings: user_data.inputs(path),
        largest=lambda settings: user_data.largest(path),
        classes=lambda settings: user_data.classes(path) if settings["objective"] == "cross-entropy" else 0,
        draw=lambda settings, seed: user_data.draw(path, classes=settings["objective"] == "cross-entropy"),
    )


def _samples(settings: Settings) -> int:
    return int(settings["samples"])


def _inputs(settings: Settings) -> int:
    return int(settings["inputs"])


def _of_normal_inputs(settings: Settings) -> float:
    """The upper edge of Marchenko and Pastur (1967); inputs of a smaller variance stay below."""
    return (1.0 + math.sqrt(_inputs(settings) / _samples(settings))) ** 2


DATA_SETS: Mapping[str, DataSet] = {
    "student-teacher": DataSet(_samples, _inputs, lambda settings: 0, _of_normal_inputs, student_teacher),
    "product": DataSet(_samples, _inputs, lambda settings: 0, _of_normal_inputs, product),
    "spirals": DataSet(_samples, lambda settings: 2, lambda settings: 2, lambda settings: 1.1, spirals),
    "digits": DataSet(
        lambda settings: DIGITS,
        lambda settings: PIXELS,
        lambda settings: 10,
        lambda settings: LARGEST_OF_DIGITS,
        digits,
    ),
}


def data_set(settings: Settings) -> DataSet:
    """The examples that the settings ask for."""
    name = str(settings["data"])
    return DATA_SETS[name] if name in DATA_SETS else users_file(name)


def shuffled(count: int, seed: int) -> Integers:
    """A random order (count,): a function of the seed alone."""
    drawn = np.empty((1, count))
    fill_uniform(stream_keys(seed, Stream.LANDSCAPE, 1), SHUFFLE, 0.0, 1.0, drawn)
    return np.argsort(drawn[0], kind="stable")


def learnt(settings: Settings, seed: int) -> tuple[Floats, Floats]:
    """Inputs (m, n) and targets (m, outputs): a number, or 1 for the example's class and 0 for the others.

    With shuffled labels, each example has the target of another one: there is nothing left to understand.
    """
    found = data_set(settings)
    inputs, answers = found.draw(settings, seed)
    if settings["labels"] == "shuffled":
        answers = answers[shuffled(len(answers), seed)]
    classes = found.classes(settings)
    if not classes:
        return inputs, answers[:, None]
    return inputs, (answers[:, None] == np.arange(classes)).astype(np.float64)
