"""Landscapes in people's own files: what they compute, and that every mistake is one line with its line."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from engines import running

from sim import LANDSCAPES, BadInput, Experiment, KernelFailure, Simulation, signs
from sim.commands import Reload, Set
from sim.landscape import Scales
from sim.measure import State
from sim.runner import Runner
from sim.user import apart
from sim.user.landscape import explained, kernel_of, landscape
from sim.user.source import Source, executed
from sim.user.trial import Watch, examined

Write = Callable[..., str]

BOWL = """
    \"\"\"A bowl that is twice as steep along each further coordinate.\"\"\"

    import numpy as np

    box = (-2.0, 1.0)


    def loss(x, base=2.0, shift=0.5):
        return np.sum(base ** np.arange(len(x)) * (x - shift) ** 2) / 2
"""

GRADIENT = """

    def gradient(x, shift=0.5):
        return 2.0 ** np.arange(len(x)) * (x - shift)
"""


class Calm(Watch):
    """Lets everything take its time."""

    def __init__(self) -> None:
        super().__init__(0.0)

    @contextlib.contextmanager
    def __call__(self, doing: str, patience: float | None = None) -> Iterator[None]:
        yield


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and returns its path."""

    def write(text: str, name: str = "well.py") -> str:
        lines = text.removeprefix("\n").splitlines(keepends=True)
        indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        path = tmp_path / name
        path.write_text("".join(line[indent:] if line.strip() else line for line in lines))
        return str(path)

    return write


def source_of(path: str) -> Source:
    return executed(path, Path(path).read_text())


def examine(source: Source, dim: int = 5, **settings: float) -> Scales:
    """What the process apart would answer, in this one."""
    given = {parameter.name: parameter.default_at(dim) for parameter in source.parameters}
    return examined(source, dim, {**given, **settings}, Calm())


def built(path: str, dim: int, **settings: float) -> Any:
    """The problem of a file, compiled in this process, its scales not measured."""
    return landscape(source_of(path), lambda dim, settings: Scales(1.0, 1.0)).build(dim, **settings)


def test_loss_and_differences_against_the_formula(write: Write) -> None:
    problem = built(write(BOWL), 6, shift=0.25)
    x = np.random.default_rng(0).uniform(-2, 1, (7, 6))
    curvatures = 2.0 ** np.arange(6)
    value, gradient = problem.value_and_gradient(x)
    np.testing.assert_allclose(value, 0.5 * (x - 0.25) ** 2 @ curvatures, rtol=1e-14)
    np.testing.assert_allclose(gradient, curvatures * (x - 0.25), rtol=0, atol=1e-9 * 32)
    hessian = problem.hessian(x[0])
    np.testing.assert_allclose(hessian, np.diag(curvatures), rtol=0, atol=1e-5)
    assert hessian.tolist() == hessian.T.tolist()
    v = np.array([np.arange(6.0), np.zeros(6)])
    np.testing.assert_allclose(problem.hessian_product(x[0], v), v * curvatures, rtol=0, atol=1e-4)
    assert "central differences" in problem.landscape.formula
    assert problem.landscape.title == "A bowl that is twice as steep along each further coordinate."
    assert problem.box == (-2.0, 1.0)


def test_a_gradient_of_its_own_is_taken(write: Write) -> None:
    problem = built(write(BOWL + GRADIENT), 6)
    x = np.random.default_rng(0).uniform(-2, 1, (7, 6))
    curvatures = 2.0 ** np.arange(6)
    np.testing.assert_allclose(problem.value_and_gradient(x)[1], curvatures * (x - 0.5), rtol=1e-14)
    np.testing.assert_allclose(problem.hessian(x[0]), np.diag(curvatures), rtol=0, atol=1e-8)
    assert "gradient(x) too" in problem.landscape.formula


def test_the_differences_are_as_close_as_the_page_says(write: Write) -> None:
    """Of a parabola any central difference is exact; an exponential has all derivatives."""
    problem = built(write("import numpy as np\ndef loss(x):\n    return np.sum(np.exp(x))"), 4)
    x = np.array([-3.0, -1.0, 0.5, 2.0])
    largest = np.exp(2.0)
    np.testing.assert_allclose(problem.value_and_gradient(x)[1], np.exp(x), rtol=0, atol=1e-9 * largest)
    np.testing.assert_allclose(problem.hessian(x), np.diag(np.exp(x)), rtol=0, atol=1e-5 * largest)


@pytest.mark.parametrize("text", [BOWL, BOWL + GRADIENT], ids=["by-differences", "with-gradient"])
def test_signs_are_estimates_with_a_band_that_holds_the_error(write: Write, text: str) -> None:
    problem = built(write(text), 4)
    found = signs(problem, np.array([0.1, 0.2, 0.3, 0.4]))
    assert (found.negative, found.zero, found.positive, found.exact) == (0, 0, 4, False)
    assert found.tolerance >= 1e-6 * 8


def test_a_flat_direction_is_counted_as_flat(write: Write) -> None:
    """Its second difference is not 0 but rounding; without a band it would count as up or down."""
    problem = built(write("def loss(x):\n    return (x[0] + 0.3 * x[1]) ** 2 / 3 + 7.0"), 3)
    found = signs(problem, np.array([0.1, 0.7, -0.4]))
    assert (found.negative, found.zero, found.positive) == (0, 2, 1)


def test_coordinates_that_are_locked_stay_in_the_loss(write: Write) -> None:
    """A valley whose floor bends with the locked coordinates: f = Σⱼ (xⱼ − xⱼ₊₁²)²."""
    text = "import numpy as np\ndef loss(x):\n    return np.sum((x[:-1] - x[1:] ** 2) ** 2)"
    problem = built(write(text), 5)
    x = np.random.default_rng(0).uniform(-1, 1, (3, 5))
    x[:, 2:] = [0.1, -0.7, 0.4]
    parameters = problem.landscape.restrict(problem, 2, x[:, 2:])
    value, gradient = np.empty(3), np.empty((3, 2))
    keys = np.zeros(3, dtype=np.uint64)
    problem.gradient(x[:, :2].copy(), parameters, keys, 0, value, gradient)
    whole = problem.value_and_gradient(x)
    assert value.tolist() == whole[0].tolist()
    assert gradient.tolist() == whole[1][:, :2].tolist()
    assert problem.landscape.restrict(problem, 2, x[:, 2:] * [[1], [2], [1]]) is None
    corner, given = problem.hessian(x[0])[:2, :2], []

    def recorded(x: Any, *rest: Any) -> None:
        given.append(x.shape)
        kernel(x, *rest)

    kernel = problem.gradient
    problem.landscape = dataclasses.replace(problem.landscape, gradient=lambda settings: cast(Any, recorded))
    np.testing.assert_allclose(problem.hessian(x[0], 2), corner, rtol=0, atol=1e-6)
    assert given == [(2, 2), (2, 2)]  # differences along the open coordinates alone


def test_a_hessian_by_differences_is_counted_as_what_it_costs(write: Write) -> None:
    """About 2a gradients along a of d coordinates, each 2a + 1 losses of d coordinates."""
    problem = built(write(BOWL), 1000)
    assert problem.hessian_work(1000) > 5e3 * problem.hessian_work(10)
    assert problem.hessian_work(10) > 50 * built(write(BOWL), 10).hessian_work(10)
    arrays = np.zeros((50, 1000)), np.zeros(50), np.zeros((50, 100)), np.zeros(50)
    state = State(problem, 0, *arrays, lambda: None, work=1e10)
    assert state.affordable_hessians == 2  # their eigenvalues alone could be had for all 50


def test_helpers_constants_and_whole_numbers(write: Write) -> None:
    path = write("""
        import math
        import numpy as np

        WEIGHTS = np.array([3.0, 5.0])
        DEPTH = 2.0

        def square(v):
            return v * v

        def bump(v, k):
            total = 0.0
            for j in range(k):
                total += math.cos(v) * square(v) + sum([c * v for c in WEIGHTS])
            return total

        def loss(x, k=2, scale=0.5):
            return scale * bump(x[0], k) + DEPTH * np.sum(WEIGHTS * x)
    """)
    k, scale = source_of(path).parameters
    assert (k.name, k.default, k.whole, scale.name, scale.default, scale.whole) == (
        "k", 2.0, True, "scale", 0.5, False,
    )  # fmt: skip
    x = np.array([0.7, -0.2])
    expected = 0.25 * 3 * (np.cos(0.7) * 0.49 + 8 * 0.7) + 2.0 * (3 * 0.7 - 5 * 0.2)
    problem = built(path, 2, k=3.0, scale=0.25)
    np.testing.assert_allclose(problem.value_and_gradient(x)[0], expected, rtol=1e-14)
    examine(source_of(path), 2)


@pytest.mark.parametrize("line", ["from math import pi as C", "C = np.load(PLACE)[0]"])
def test_equal_bytecode_never_shares_machine_code(write: Write, tmp_path: Path, line: str) -> None:
    """Numba does not look at the values of globals when it decides whether two functions are the same."""
    text = (
        f"import numpy as np\nPLACE = {str(tmp_path / 'c.npy')!r}\n{line}\ndef loss(x):\n    return C * x[0]"
    )
    values, keys = [], []
    for number in (3.0, 4.0):
        np.save(tmp_path / "c.npy", np.array([number]))
        path = write(text)
        keys.append(source_of(path).key)
        values.append(float(built(path, 1).value_and_gradient(np.ones(1))[0]))
    assert values == ([np.pi, np.pi] if "pi" in line else [3.0, 4.0])
    assert (keys[0] == keys[1]) == ("pi" in line)


TIMES = """
    import numpy as np

    def times(v):
        return {factor} * v

    def loss(x):
        return times(np.sum(x * x))
"""


FAR = {
    "a function": "from {far} import f\ndef loss(x):\n    return f(x[0])",
    "a number of a module": "import {far}\ndef loss(x):\n    return {far}.C * x[0]",
    "a closure": """
        from {far} import C
        def made(c):
            def loss(x):
                return c * x[0]
            return loss
        loss = made(C)
    """,
    "a default": "from {far} import C\ndef h(v, c=C):\n    return c * v\ndef loss(x):\n    return h(x[0])",
}


@pytest.mark.parametrize("kind", FAR)
def test_the_key_changes_with_what_the_file_takes_from_elsewhere(
    write: Write, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The text stays the same, and in another process the machine code would be found again."""
    path = write(FAR[kind].format(far="far_away"))
    keys = []
    for number in (3.0, 3.0, 4.0):
        far = types.ModuleType("far_away")
        exec(f"C = {number}\ndef f(v):\n    return {number} * v", far.__dict__)
        monkeypatch.setitem(sys.modules, "far_away", far)
        keys.append(source_of(path).key)
    assert keys[0] == keys[1] != keys[2]


def test_another_process_finds_the_same_key(write: Write) -> None:
    """Or the machine code that was tried would not be what runs."""
    path = write("""
        import numpy as np
        from numpy import float64, sum
        from math import cos

        PLACES = (np.arange(3000.0), {"b": 1})

        def loss(x):
            return sum(x) + cos(float64(x[0])) * PLACES[0][1] * (x[0] in {"a", "b"})
    """)
    asked = f"from sim.user.source import executed, read; print(executed({path!r}, read({path!r})).key)"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == source_of(path).key


def test_each_version_of_a_file_runs_its_own_machine_code(write: Write) -> None:
    """Both come from the cache, where each was put by a process of its own that calls them alike."""
    simulation = Simulation(Experiment(landscape=write(TIMES.format(factor=3.0)), dim=2, walkers=1))
    before = simulation.problem
    write(TIMES.format(factor=7.0))
    simulation.apply(Reload())
    for problem, factor in ((before, 3.0), (simulation.problem, 7.0)):
        assert sum(problem.gradient.compiled.stats.cache_hits.values()) == 1
        assert problem.value_and_gradient(np.ones(2))[0] == pytest.approx(2.0 * factor)
    square = np.sum(simulation.positions() ** 2)
    assert simulation.state().value[0] == pytest.approx(7.0 * square)


def test_the_machine_code_is_found_again(write: Write) -> None:
    path = write(BOWL)
    first, again = (kernel_of(source_of(path)).compiled for _ in range(2))
    assert sum(again.stats.cache_hits.values()) == 1
    assert again is not first
    options = again.targetoptions
    assert (options["fastmath"], options["boundscheck"]) == (set(), True)
    assert (options["error_model"], options["nogil"]) == ("numpy", True)


def test_the_scales_are_those_of_the_landscape(write: Write) -> None:
    """A quadratic's largest curvature, and an egg box's: k² and √3/k."""
    bowl = examine(source_of(write(BOWL)), 6)
    assert bowl.curvature == pytest.approx(32.0, rel=0.05)
    dense = examine(source_of(write("import numpy as np\ndef loss(x):\n    return np.sum(x) ** 2")), 50)
    assert dense.curvature == pytest.approx(100.0, rel=1e-3)
    box = examine(source_of(write("import numpy as np\ndef loss(x):\n    return np.sum(np.cos(9 * x))")), 50)
    assert box.curvature == pytest.approx(81.0, rel=0.2)
    assert box.length == pytest.approx(np.sqrt(3) / 9, rel=0.5)
    flat = examine(source_of(write("def loss(x):\n    return 1.0")), 2)
    assert (flat.curvature, flat.length) == (1.0, 6.0)


@pytest.mark.parametrize("text", [BOWL, BOWL + GRADIENT], ids=["by-differences", "with-gradient"])
def test_the_same_bits_with_any_number_of_threads(write: Write, text: str) -> None:
    path = write(text)
    found = []
    for workers, cuts in ((1, [12]), (2, [5, 7]), (3, [1, 11])):
        simulation = Simulation(Experiment(landscape=path, dim=300, walkers=9), workers=workers)
        for steps in cuts:
            simulation.advance(steps)
        found.append(simulation.positions().tobytes())
    assert found[0] == found[1] == found[2]


def test_walkers_come_down(write: Write) -> None:
    simulation = Simulation(Experiment(landscape=write(BOWL), dim=5, walkers=20, active_dim=3))
    simulation.advance(500)
    positions = simulation.positions()
    np.testing.assert_allclose(positions[:, :3], 0.5, atol=1e-4)
    assert np.unique(positions[:, 3:]).tolist() == [-0.5]  # the middle of the box


MISTAKES = {
    "syntax": ("def loss(x):\n    return (x[0]\n", "line 2: '(' was never closed in 'return (x[0]'"),
    "no loss": ("def lose(x):\n    return 0.0", "has no function loss, only lose"),
    "not a function": ("loss = 3", "loss is not a function: 3"),
    "no x": ("a = 1\ndef loss():\n    return 1.0", "line 2: loss does not take the position x"),
    "x with a default": ("def loss(x=1.0):\n    return 1.0", "line 1: loss does not take the position x"),
    "no default": ("def loss(x, a):\n    return 1.0", "line 1: loss takes a, which is not a number with a"),
    "words": ("def loss(x, a='b'):\n    return 1.0", "line 1: loss takes a='b', which is not a number"),
    "star": ("def loss(x, *a):\n    return 1.0", "line 1: loss takes *a, which is not a number"),
    "truth": ("def loss(x, a=True):\n    return 1.0", "line 1: loss takes a=True, which is not a number"),
    "import": ("a = 1\nimport nowhere", "line 2: executing it raises ModuleNotFoundError: No module"),
    "raises": ("a = 1\nb = a / 0", "line 2: executing it raises ZeroDivisionError: division by zero"),
    "exit": ("import sys\nsys.exit(3)", "line 2: executing it raises SystemExit: 3"),
    "lr": ("def loss(x, lr=1.0):\n    return lr", "loss calls a parameter lr, which is a parameter of"),
    "beta1": ("def loss(x, beta1=1.0):\n    return 0.0", "a parameter beta1, which is a parameter of"),
    "dim": ("def loss(x, dim=1.0):\n    return 0.0", "a parameter dim, which is a setting of the laboratory"),
    "speed": ("def loss(x, speed=1.0):\n    return 0.0", "a parameter speed, which is a setting"),
    "box": ("box = (3, 1)\ndef loss(x):\n    return 0.0", "box = (3, 1) is not an interval"),
    "one number": ("box = 3\ndef loss(x):\n    return 0.0", "box = 3 is not an interval"),
    "prints": ("def loss(x):\n    print(x)\n    return 0.0", "line 1: loss calls print"),
    "calls itself": (
        "def f(n):\n    return n * f(n - 1)\ndef loss(x):\n    return f(x[0])",
        "line 1: f calls itself, which cannot be compiled",
    ),
    "an array": ("def loss(x):\n    return x ** 2", "line 1: loss(x) returns an array of shape (5,)"),
    "nothing": ("def loss(x):\n    y = x[0]", "line 1: loss(x) returns nothing: is there a return?"),
    "complex": ("def loss(x):\n    return 1j * x[0]", "line 1: loss(x) returns a complex"),
    "name": ("def loss(x):\n    y = 1\n    return z", "line 3: loss(x) of 5 coordinates raises NameError"),
    "index": (
        "def loss(x):\n    s = 0.0\n    for j in range(len(x)):\n        s += x[j + 1]\n    return s",
        "line 4: loss(x) of 5 coordinates raises IndexError: index 5 is out of bounds",
    ),
    "in a helper": (
        "def h(v):\n    raise ValueError('too steep')\ndef loss(x):\n    return h(x[0])",
        "line 2: loss(x) of 5 coordinates raises ValueError: too steep",
    ),
    "nan": (
        "import numpy as np\ndef loss(x):\n    return np.log(-1.0 - x[0] ** 2)",
        "line 2: loss(x) is nan at all of 8 points between -3 and 3",
    ),
    "nan, in words": (
        "import math\ndef loss(x):\n    return math.log(-1.0 - x[0] ** 2)",
        "not finite at all of 8 points between -3 and 3 (there, it raises ValueError: math domain error)",
    ),
    "changes x": ("def loss(x):\n    x += 1.0\n    return x[0]", "line 1: loss(x) changes x"),
    "random": ("import numpy as np\ndef loss(x):\n    return np.random.rand()", "for the same x"),
    "not for numba": (
        "import numpy as np\n\n\ndef loss(x):\n    return np.gradient(x)[0]",
        "line 5: numba cannot compile this: Use of unsupported NumPy function 'numpy.gradient'",
    ),
    "no such call": (
        "import numpy as np\ndef h(x):\n    return np.linalg.norm(x, axis=0)\ndef loss(x):\n    return h(x)",
        "line 3: numba cannot compile this: it has no norm(array(float64, 1d, C), axis=0)",
    ),
    "another number": (
        "def loss(x):\n    n = 1\n    for i in range(70):\n        n *= 3\n    return 0 * x[0] + n",
        "in Python and",
    ),
}  # fmt: skip

GRADIENTS = {
    "too short": ("return 2.0 * x[1:]", "gradient(x) returns an array of shape (4,) for x of shape (5,)"),
    "one number": ("return 2.0", "gradient(x) returns a float for x of shape (5,)"),
    "a list": ("return [2.0 * v for v in x]", "gradient(x) returns a list for x of shape (5,)"),
    "uphill": ("return -2.0 * x", "gradient(x) is not that of loss(x)"),
    "raises": ("return x + z", "gradient(x) of 5 coordinates raises NameError: name 'z' is not defined"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_with_its_line(write: Write, name: str) -> None:
    text, expected = MISTAKES[name]
    path = write(text)
    with pytest.raises(BadInput) as mistake:
        examine(source_of(path))
    said = str(mistake.value)
    assert mistake.value.where == "landscape"
    assert said.startswith("landscape: well.py")
    assert expected in said
    assert said.isprintable()


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_mistake_of_the_gradient(write: Write, name: str) -> None:
    body, expected = GRADIENTS[name]
    text = f"import numpy as np\ndef loss(x):\n    return np.sum(x * x)\ndef gradient(x):\n    {body}"
    line = 5 if "raises" in expected else 4
    with pytest.raises(BadInput) as mistake:
        examine(source_of(write(text)))
    assert f"well.py, line {line}: {expected}" in str(mistake.value)


def test_a_gradient_takes_parameters_of_the_loss_alone(write: Write) -> None:
    text = "def loss(x, a=1.0):\n    return a * x[0]\ndef gradient(x, {}):\n    return 0.0 * x"
    for wrong in ("b=1.0", "a=2.0"):
        with pytest.raises(BadInput, match="line 3: gradient takes . = ., which loss does not"):
            source_of(write(text.format(wrong)))
    assert source_of(write(text.format("a=1.0"))).gradient is not None


def test_some_points_without_a_value_are_no_mistake(write: Write) -> None:
    """Divergence is data: half of the box has no loss here."""
    text = "import math\ndef loss(x):\n    return math.sqrt(x[0]) + 1.0 / max(x[1], 0.0)"
    found = examine(source_of(write(text)), 2)
    assert np.isfinite(found.curvature) and found.length > 0.0


def test_what_is_no_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "latin.py").write_bytes("# é".encode("latin1"))
    (tmp_path / "nul.py").write_bytes(b"a = 1\0")
    (tmp_path / "text.txt").write_text("def loss(x):\n    return 0.0")
    for name, expected in {
        "absent.py": "there is no file",
        "folder.py": "folder.py: is a folder",
        "latin.py": "latin.py: is not UTF-8 text",
        "nul.py": "null bytes",
        "text.txt": "is not a file of a known kind; accepted: FILE.py",
    }.items():
        with pytest.raises(BadInput, match=expected):
            LANDSCAPES.find(str(tmp_path / name))


PATIENCE = 2.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\nwhile True:\n    x += 1", r"line [23]: executing it takes longer than 2 s"),
        ("import os\nos._exit(7)", "executing it ends Python itself: exit status 7"),
        ("import ctypes\nctypes.string_at(0)", "line 2: executing it ends Python itself: Segmentation fault"),
        (
            "def loss(x):\n    t = 0.0\n    while t < 1.0:\n        t *= 2.0\n    return x[0]",
            r"line [34]: loss\(x\) of 3 coordinates takes longer than 2 s; accepted: code that ends",
        ),
    ],
    ids=["loops-when-executed", "ends-python", "crashes", "loops-when-called"],
)
def test_what_loops_or_crashes_is_given_up(
    write: Write, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", PATIENCE)
    path = write(text)
    with pytest.raises(BadInput, match=rf"^landscape: well\.py(, |: ){expected}"):
        Experiment(landscape=path, dim=3)


def test_a_file_that_is_tried_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process apart has limits of its own; only what comes after its answer counts."""
    monkeypatch.setattr(apart, "_answered", {})
    runner = Runner(Experiment(), None)
    runner._thread = threading.current_thread()
    runner._at_work_since = time.monotonic() - 1000.0
    assert runner.silent_seconds >= 1000.0
    ask, during = apart.Child.answer, []

    def answer(child: apart.Child, question: Any) -> Any:
        during.append(runner.silent_seconds)
        return ask(child, question)

    monkeypatch.setattr(apart.Child, "answer", answer)
    apart.Apart("well.py", "def loss(x):\n    return x[0]")
    assert during == [0.0]
    assert runner.silent_seconds < 1000.0


def test_after_a_loop_the_file_is_asked_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab's own case: one value of a parameter loops; the one before goes on working."""
    path = write("def loss(x, a=1.0):\n    while a < 0.0:\n        a *= 2.0\n    return a * x[0] ** 2")
    experiment = Experiment(landscape=path, dim=2)
    monkeypatch.setattr(apart, "PATIENCE", PATIENCE)
    other = apart.Apart(path, Path(path).read_text())
    with pytest.raises(BadInput, match="line [23]: .* takes longer"):
        other.scales(2, {"a": -1.0})
    assert other.scales(2, {"a": 1.0}) == experiment.scales


def test_a_file_is_tried_again_in_each_dimension(write: Write) -> None:
    experiment = Experiment(landscape=write(HILL.format(steepness=1.0)), dim=2)
    with pytest.raises(BadInput, match="line 2: .* of 1 coordinates raises IndexError: index 1 is out of"):
        experiment.with_value("dim", 1)
    with pytest.raises(BadInput, match="dim: 1000000000 is too large for a landscape from a file"):
        experiment.with_value("dim", 10**9)


def test_an_index_out_of_bounds_later_is_a_message_and_no_crash(write: Write) -> None:
    text = "import numpy as np\ndef loss(x):\n    return np.arange(9.0)[int(x[0])] - 1e9 * x[0]"
    path = write(text)
    simulation = Simulation(Experiment(landscape=path, dim=2, active_dim=1, hyper={"lr": 1.0}))
    with pytest.raises(
        KernelFailure, match=r"^a kernel stopped at step 0: well\.py, line 3: loss\(x\) raises IndexError"
    ):
        simulation.advance(10)


def test_where_the_interpreter_sees_nothing_the_file_is_named(write: Write) -> None:
    source = source_of(write("def loss(x):\n    return 1.0 / x[0]"))
    said = explained(source, {}, IndexError("index is out of bounds"), iter([np.zeros(1), np.ones(1)]))
    assert said.startswith("well.py: IndexError: index is out of bounds; accepted: ")


def refuse(mistake: str) -> Callable[[object], None]:
    """A check that refuses an entry, unless the mistake comes later."""

    def check(entry: object) -> None:
        if "looked" in mistake:
            raise BadInput("landscape", mistake)

    return check


def test_a_file_is_read_once_until_somebody_asks(write: Write) -> None:
    path = write("def loss(x, a=1.0):\n    return a * x[0]")
    first, stamp = LANDSCAPES[path], LANDSCAPES.stamp(path)
    write("def loss(x, b=1.0):\n    return b * x[0] + 1.0")
    assert LANDSCAPES[path] is LANDSCAPES.find(path) is first
    with LANDSCAPES.reloaded(path) as second:
        assert LANDSCAPES[path] is second
    assert [p.name for p in second.parameters] == ["b"]
    assert LANDSCAPES[path] is second
    assert LANDSCAPES.stamp(path) != stamp
    write("def loss(x:\n")
    with pytest.raises(BadInput, match="line 1: "), LANDSCAPES.reloaded(path):
        pass
    write("def loss(x):\n    return 0.0")
    for mistake in ("when it is looked at", "when it is used"):
        with pytest.raises(BadInput, match=mistake), LANDSCAPES.reloaded(path, refuse(mistake)):
            raise BadInput("landscape", "when it is used")
    assert LANDSCAPES[path] is second


def test_a_file_takes_its_turn_after_the_names(write: Write) -> None:
    path = write("def loss(x):\n    return x[0]")
    assert path not in LANDSCAPES
    LANDSCAPES.find(path)
    assert LANDSCAPES.after(path) == LANDSCAPES.names[0]
    assert LANDSCAPES.after(LANDSCAPES.names[0], up=False) == path
    assert path not in LANDSCAPES.names


def test_what_a_file_prints_is_dropped(write: Write, capfd: pytest.CaptureFixture[str]) -> None:
    LANDSCAPES.find(write("print('hello')\ndef loss(x):\n    return x[0]"))
    assert capfd.readouterr() == ("", "")


HILL = "def loss(x, steepness={steepness}):\n    return steepness * (x[0] ** 2 + x[1] ** 2)"


def test_the_laboratory_takes_a_file_anew_when_it_is_written(write: Write) -> None:
    path = write(HILL.format(steepness=1.0))
    experiment = Experiment(landscape=path, dim=2, walkers=5)
    with running(experiment, pace=200.0) as engine:
        engine.wait_for(lambda snapshot: snapshot.step > 5)
        write(HILL.format(steepness=1.0).replace("x[1]", "x[2]"))
        bad = engine.wait_for(lambda snapshot: snapshot.failed)
        assert "well.py, line 2: loss(x) of 2 coordinates raises IndexError" in bad.notice
        assert bad.experiment == experiment
        engine.wait_for(lambda snapshot: snapshot.step > bad.step + 5 and snapshot.phase == "running")
        write(HILL.format(steepness=300.0))
        good = engine.wait_for(lambda snapshot: snapshot.notice.startswith("reloaded"), "loss")
        assert good.notice == f"reloaded {path}; started again from step 0"
        assert not good.failed
        assert good.experiment.settings == {"steepness": 300.0}
        started = engine.wait_for(lambda s: "loss" in s.traces and len(s.traces["loss"].steps) > 0, "loss")
        assert started.traces["loss"].column("median")[0] > 100.0


def test_a_new_version_must_have_what_was_set(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees one that has not: a screen may ask for what is set at any moment."""
    path = write(HILL.format(steepness=1.0))
    simulation = Simulation(Experiment(landscape=path, dim=2, walkers=3, parameters={"steepness": 2.0}))
    before = LANDSCAPES[path]
    write(HILL.format(steepness=1.0).replace("steepness", "s"))
    with monkeypatch.context() as patched:
        patched.setattr("sim.simulation.built", lambda *_: pytest.fail("it is in use already"))
        with pytest.raises(BadInput, match="there is no 'steepness'"):
            simulation.apply(Reload())
    assert LANDSCAPES[path] is simulation.landscape is before
    write(HILL.format(steepness=300.0))
    assert simulation.apply(Reload()).startswith("reloaded ")
    assert LANDSCAPES[path] is simulation.landscape is not before
    assert simulation.problem.settings == {"steepness": 2.0}
    with pytest.raises(BadInput, match="landscape: rastrigin is not a file"):
        Simulation(Experiment(landscape="rastrigin", dim=2, walkers=3)).apply(Reload())


def test_a_file_with_a_mistake_is_refused_and_the_walkers_go_on(write: Write) -> None:
    path = write("def loss(x):\n    return x")
    with running(Experiment(landscape="rastrigin", dim=2, walkers=3), pace=200.0) as engine:
        engine.send(Set("landscape", path))
        bad = engine.wait_for(lambda snapshot: snapshot.failed)
        assert "well.py, line 1: loss(x) returns an array" in bad.notice
        after = engine.wait_for(lambda snapshot: snapshot.step > bad.step + 3)
        assert after.experiment.landscape == "rastrigin"
