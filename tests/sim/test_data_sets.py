"""What networks learn: the examples that are drawn, the digits that are shipped, and a CSV of the user's."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twins import TWINS

from sim import LANDSCAPES, BadInput, Experiment, Simulation
from sim.arrays import Floats
from sim.assets import asset
from sim.commands import Rewind, Set
from sim.memory import require_memory
from sim.neural.data import DATA_SETS, data_set, digits_table, learnt
from sim.parameters import settled

NETWORK = LANDSCAPES["network"]


def settings(**chosen: Any) -> dict[str, Any]:
    return settled(NETWORK.parameters, chosen, 1)


def examples(seed: int = 1, **chosen: Any) -> tuple[Floats, Floats]:
    return learnt(settings(**chosen), seed)


@pytest.mark.parametrize("labels", ["true", "shuffled"])
@pytest.mark.parametrize("data", sorted(DATA_SETS))
def test_examples_are_those_of_the_slow_twin(data: str, labels: str) -> None:
    chosen = settings(data=data, labels=labels, samples=33, inputs=3, teacher=2, activation="relu")
    inputs, targets = learnt(chosen, 7)
    twin = TWINS["network"].Twin(NETWORK.shape.dim(chosen), 7, **chosen)
    np.testing.assert_allclose(inputs, twin.x, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(targets, twin.y, rtol=1e-12, atol=1e-13)
    declared = data_set(chosen)
    assert inputs.shape == (declared.examples(chosen), declared.inputs(chosen))
    assert targets.shape[1] == max(1, declared.classes(chosen))


def test_the_digits_are_the_published_ones() -> None:
    with gzip.open(asset("data", "digits.csv.gz")) as file:
        assert hashlib.sha256(file.read()).hexdigest() == DIGITS_SHA256
    inputs, targets = examples(data="digits")
    assert inputs.shape == (1797, 64)
    assert targets.sum(axis=0).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_allclose(inputs.mean(axis=0), 0.0, atol=1e-14)
    assert np.mean(inputs**2) == pytest.approx(1.0, rel=1e-14)
    first = "".join(f"{','.join(map(str, map(int, row)))}\n" for row in digits_table()[0, :64].reshape(8, 8))
    assert (first.strip(), digits_table()[0, 64]) == (FIRST_DIGIT, 0.0)


DIGITS_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"

FIRST_DIGIT = """\
0,0,5,13,9,1,0,0
0,0,13,15,10,15,5,0
0,3,15,2,0,11,8,0
0,4,12,0,0,8,8,0
0,5,8,0,0,9,8,0
0,4,11,0,1,12,7,0
0,2,14,5,10,12,0,0
0,0,6,13,10,0,0,0"""


def test_194_samples_are_the_spirals_of_lang_and_witbrock() -> None:
    inputs, targets = examples(data="spirals", samples=194)
    points = []
    for i in range(97):
        phi, r = i / 16.0 * math.pi, 6.5 * ((104 - i) / 104.0)
        points += [(r * math.sin(phi), r * math.cos(phi)), (-r * math.sin(phi), -r * math.cos(phi))]
    scale = np.linalg.norm(points[0]) / np.linalg.norm(inputs[0])
    np.testing.assert_allclose(inputs * scale, points, rtol=0, atol=1e-12)
    assert np.mean(inputs**2) == pytest.approx(1.0, rel=1e-14)
    np.testing.assert_array_equal(targets, np.tile(np.eye(2), (97, 1)))


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
@pytest.mark.parametrize("data", ["student-teacher", "product", "spirals"])
def test_a_few_samples_are_enough(data: str, samples: int) -> None:
    inputs, targets = examples(data=data, samples=samples)
    assert len(inputs) == len(targets) == samples
    assert np.isfinite(inputs).all() and np.isfinite(targets).all()


def test_a_product_of_n_variables_has_mean_square_3_to_the_minus_n() -> None:
    for n in (2, 5):
        squares = examples(data="product", inputs=n, samples=200_000)[1] ** 2
        assert abs(squares.mean() - 3.0**-n) < 5.0 * squares.std() / math.sqrt(200_000)


@pytest.mark.parametrize("data", sorted(DATA_SETS))
def test_shuffled_labels_are_the_same_ones_elsewhere(data: str) -> None:
    inputs, targets = examples(data=data)
    same, moved = examples(data=data, labels="shuffled")
    np.testing.assert_array_equal(inputs, same)
    assert sorted(map(tuple, targets)) == sorted(map(tuple, moved))
    # Of the ten digits nine in ten go to another one; of two classes one in two.
    assert np.mean(np.any(moved != targets, axis=1)) > 0.4
    np.testing.assert_array_equal(moved, examples(data=data, labels="shuffled")[1])
    if data == "digits":
        assert (examples(data=data, labels="shuffled", seed=2)[1] != moved).any()


def test_more_examples_than_memory_are_refused_before_any_is_drawn() -> None:
    with pytest.raises(BadInput, match=r"^memory: .* TB needed, .* or fewer samples$"):
        require_memory(Experiment(landscape="network", parameters={"samples": 1e6, "inputs": 1e5}))
    with pytest.raises(
        BadInput, match="^samples: 1e8 is out of range; accepted: a whole number from 1 up to 1e"
    ):
        Experiment(landscape="network", parameters={"samples": "1e8"})


# --- files ------------------------------------------------------------------------------------------


def written(tmp_path: Path, text: str, name: str = "mine.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_csv_is_learnt_with_its_columns_scaled(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(3.0, 5.0, (40, 4))
    body = "\n".join(",".join(map(repr, map(float, row))) for row in table)
    for header in ("", "height, weight, age, cost\n", '"a, b","c","d","e"\n', "# mine\n\na,b,c,d # names\n"):
        path = written(tmp_path, header + body + "\n", f"{len(header)}.csv")
        inputs, targets = examples(data=path)
        scaled = (table - table.mean(axis=0)) / table.std(axis=0)
        np.testing.assert_allclose(np.hstack((inputs, targets)), scaled, rtol=0, atol=1e-13)
        assert Experiment(landscape="network", parameters={"data": path, "hidden": "5"}).dim == 4 * 5 + 6


def test_quoted_numbers_are_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, '"1","2"\n"3","1"\n"2","4"\n')
    assert examples(data=path)[0].shape == (3, 1)


def test_the_classes_of_a_csv_are_the_whole_numbers_of_its_last_column(tmp_path: Path) -> None:
    path = written(tmp_path, "0.5,1,-1\n0.1,2,3\n0.7,-1,-1\n0.2,0,7\n")
    _, targets = examples(data=path, objective="cross-entropy")
    np.testing.assert_array_equal(targets, np.eye(3)[[0, 1, 0, 2]])
    entries = {"data": path, "objective": "cross-entropy", "hidden": "2"}
    assert Experiment(landscape="network", parameters=entries).dim == 3 * 2 + 3 * 3


@pytest.mark.parametrize("became", ["1,2\n2,1\n", "1,2,3,4\n2,1,4,x\n", None])
def test_a_csv_stays_what_it_was_when_it_was_read(tmp_path: Path, became: str | None) -> None:
    path = written(tmp_path, "1,2,4\n2,1,3\n3,3,2\n")
    simulation = Simulation(Experiment(landscape="network", walkers=2, parameters={"data": path}))
    simulation.advance(3)
    reached = simulation.positions()
    if became is None:
        Path(path).unlink()
    else:
        Path(path).write_text(became)
    assert NETWORK.loss_of(simulation.experiment.settings) == "all 3 examples"
    simulation.apply(Rewind())
    simulation.advance(3)
    np.testing.assert_array_equal(simulation.positions(), reached)
    simulation.apply(Set("lr", 0.001))
    simulation.apply(Set("hidden", "5"))
    assert simulation.experiment.dim == 5 * 3 + 6
    simulation.advance(1)
    assert len(simulation.read("outcomes").readings["outcomes"].outcomes) == 2


def test_a_csv_that_was_refused_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2\n2,x\n")
    with pytest.raises(BadInput, match="line 2: 'x' is not a number"):
        examples(data=path)
    Path(path).write_text("1,2\n2,3\n")
    assert examples(data=path)[0].shape == (2, 1)


@pytest.mark.filterwarnings("error")
def test_numbers_of_any_size_are_scaled_and_constant_inputs_are_0(tmp_path: Path) -> None:
    columns = {
        "large": ("1e100,-1e100,1e100", (1, -2, 1)),
        "subnormal": ("1e-320,2e-320,3e-320", (-1, 0, 1)),
        "far from 0": ("1e15,1e15,1000000000000001", (-1, -1, 2)),
        "constant": ("0.1,0.1,0.1", (0, 0, 0)),
        "the others' opposite": ("-1,0,1", (-1, 0, 1)),
        "target": ("3e-300,2e-300,1e-300", (1, 0, -1)),
    }
    rows = zip(*(text.split(",") for text, _ in columns.values()), strict=True)
    path = written(tmp_path, "\n".join(map(",".join, rows)))
    expected = np.array([shape for _, shape in columns.values()], dtype=np.float64).T
    expected /= np.maximum(expected.std(axis=0), 1e-9)
    np.testing.assert_allclose(np.hstack(examples(data=path)), expected, rtol=0, atol=1e-3)


@pytest.mark.filterwarnings("error")
def test_inputs_that_are_one_anothers_opposites_have_a_largest_second_moment(tmp_path: Path) -> None:
    path = written(tmp_path, "1,-1,2\n2,-2,1\n")
    assert data_set(settings(data=path)).largest({}) == pytest.approx(2.2)


def test_the_largest_second_moment_is_about_that_of_the_inputs(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    table = rng.standard_normal((300, 9)) @ rng.standard_normal((9, 9))
    np.savetxt(tmp_path / "t.csv", table, delimiter=",")
    sets = [{"data": str(tmp_path / "t.csv")}, *({"data": name} for name in DATA_SETS)]
    for chosen in (settings(**one) for one in sets):
        inputs = learnt(chosen, 3)[0]
        found = np.linalg.eigvalsh(inputs.T @ inputs / len(inputs))[-1]
        least = 0.3 if chosen["data"] == "product" else 0.8  # its inputs have variance 1/3
        assert least < found / data_set(chosen).largest(chosen) < 1.05


LINE = "1,2,3\n"

WRONG = {
    "missing": (LINE + "4,,6\n", {}, "data", "line 2: '' is not a number (column 2)"),
    "text": ("a,b,c\n" + LINE + "4,5,six\n", {}, "data", "line 3: 'six' is not a number (column 3)"),
    "two headers": ("a,b\nm,kg\n1,2\n", {}, "data", "line 2: 'm' is not a number (column 1)"),
    "ragged": (LINE + "4,5\n", {}, "data", "line 2: 2 numbers, and 3 in the first"),
    "NaN": ("# c\n" + LINE + "4,nan,6\n", {}, "data", "line 3: nan is not finite (column 2)"),
    "infinite": (LINE + "4,5,-inf\n", {}, "data", "line 2: -inf is not finite (column 3)"),
    "a header and semicolons": ("a,b\n1,5;2,5\n", {}, "data", "line 2: semicolons between the entries"),
    "spaces": ("1 2 3\n4 5 6\n", {}, "data", "line 1: spaces between the entries"),
    "one row": ("a,b,c\n" + LINE, {}, "data", "has one example (line 2)"),
    "header alone": ("a,b,c\n", {}, "data", "holds no numbers"),
    "nothing": ("", {}, "data", "holds no numbers"),
    "semicolons": ("a;b\n1;2\n", {}, "data", "line 1: semicolons between the entries"),
    "tabs": ("1\t2\n3\t4\n", {}, "data", "line 1: tabs between the entries"),
    "underscores": ("1,2\n1_000,2\n", {}, "data", "line 2: '1_000' is not a number (column 1)"),
    "other digits": ("1,\u0661\n3,4\n", {}, "data", "line 1: '\u0661' is not a number (column 2)"),
    "a form feed": ("1,2\x0c3,4\n5,6\n", {}, "data", r"line 1: '2\x0c3' is not a number (column 2)"),
    "other line ends": ("1,2\u2028\n5,6\r\n7,x\n", {}, "data", "line 3: 'x' is not a number"),
    "a long entry": (LINE + f"1,2,{'x' * 9999}\n", {}, "data", f"line 2: '{'x' * 39}…' is not a number"),
    "no entry at all": (LINE + "x" * 200_000, {}, "data", f"line 2: '{'x' * 39}…' is not a number"),
    "decimal commas": ('"1,5",2\n"3,5",4\n', {}, "data", "line 1: '1,5' is not a number (column 1)"),
    "an open quote": ('1,2\n3,"4\n5",6\n', {}, "data", "line 2: a quote is not closed"),
    "huge": (LINE + "4,-1e308,6\n", {}, "data", "line 2: -1e+308 is too large (column 2)"),
    "a huge target": (LINE + "4,5,1e200\n", {}, "data", "line 2: 1e+200 is too large (column 3)"),
    "one column": ("1\n2\n", {}, "data", "has one number a line (line 1)"),
    "constant inputs": ("1,2,3\n1,2,6\n", {}, "data", "the inputs of all lines are the same"),
    "constant target": ("1,2,3\n4,5,3\n", {}, "data", "the target, column 3, is 3 in every line"),
    "one class": (
        "1,2,3\n4,5,3\n",
        {"objective": "cross-entropy"},
        "data",
        "the target, column 3, is 3 in every line",
    ),
    "no class": (
        "1,2,0\n4,5,0.5\n",
        {"objective": "cross-entropy"},
        "data",
        "line 2: 0.5 is not the number of a class",
    ),
    "classes": (
        "".join(f"{k * k},{k}\n" for k in range(101)),
        {"objective": "cross-entropy"},
        "data",
        "names 101 classes",
    ),
    "batch": (LINE + "4,5,6\n", {"batch": 3}, "batch", "3 is more than the 2 examples"),
}


@pytest.mark.parametrize(("text", "chosen", "where", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_csv_is_one_line(
    tmp_path: Path, text: str, chosen: dict[str, Any], where: str, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as raised:
        Experiment(landscape="network", parameters={"data": path, **chosen})
    assert raised.value.where == where
    assert message in raised.value.what and path in raised.value.what
    assert raised.value.accepted
    assert "\n" not in str(raised.value)


def test_a_million_rows_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2\n3,4\n" * 500_000)
    with pytest.raises(BadInput, match="has more than 100000 rows; accepted: up to 100000"):
        Experiment(landscape="network", parameters={"data": path})
    path = written(tmp_path, "a,b\n" + "1,2\n3,4\n" * 50_000)
    assert examples(data=path)[0].shape == (100_000, 1)


def test_numbers_may_be_in_quotes_and_the_name_in_capitals(tmp_path: Path) -> None:
    plain = written(tmp_path, "a,b\n1,2\n3,5\n")
    quoted = written(tmp_path, '"a, or so","b"\n"1","2"\n3,"5"\n', "QUOTED.CSV")
    np.testing.assert_array_equal(examples(data=plain), examples(data=quoted))


def test_inputs_that_never_change_are_nothing_and_their_directions_flat(tmp_path: Path) -> None:
    path = written(tmp_path, "0,1,0.1,2\n0,3,0.1,5\n0,2,0.1,7\n")
    inputs, _ = examples(data=path)
    np.testing.assert_array_equal(inputs[:, [0, 2]], 0.0)
    np.testing.assert_allclose(inputs[:, 1], [-math.sqrt(1.5), math.sqrt(1.5), 0.0], atol=1e-15)
    problem = NETWORK.build(data=path, hidden="2", objective="mse")
    curvature = np.abs(problem.hessian(np.linspace(0.5, 1.0, problem.dim))).sum(axis=0)
    assert np.count_nonzero(curvature) == problem.dim - 2 * 2


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e100])
def test_the_scale_of_a_column_does_not_matter(tmp_path: Path, scale: float) -> None:
    path = written(tmp_path, "".join(f"{scale * k},{scale * k * k}\n" for k in (-1.0, 0.0, 0.5)))
    inputs, targets = examples(data=path)
    for column in (inputs, targets):
        assert column.mean() == pytest.approx(0.0, abs=1e-15)
        assert np.mean(column**2) == pytest.approx(1.0)


def test_a_csv_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^data: .*none.csv cannot be read: No such file"):
        Experiment(landscape="network", parameters={"data": str(tmp_path / "none.csv")})
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"^data: .*bytes.csv is not a text"):
        Experiment(landscape="network", parameters={"data": os.fspath(tmp_path / "bytes.csv")})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on POSIX alone")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(BadInput, match=r"^data: .*pipe.csv is not a regular file"):
        Experiment(landscape="network", parameters={"data": str(tmp_path / "pipe.csv")})


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "vast.csv").open("wb") as file:
        file.truncate(300_000_000)  # takes no place on the disk
    with pytest.raises(BadInput, match=r"^data: .*vast.csv has 300 MB; accepted: files up to 250 MB"):
        Experiment(landscape="network", parameters={"data": str(tmp_path / "vast.csv")})
