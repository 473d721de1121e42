"""Where walkers begin: the laws of the starts, what they depend on, and starts from a file."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from scipy import stats

from sim import LANDSCAPES, STARTS, BadInput, Experiment, Simulation
from sim.arrays import Floats
from sim.parameters import settled
from sim.rng import Stream

LOW, HIGH = -5.12, 5.12
PROBLEM = LANDSCAPES["rastrigin"].build(dim=10)
SHIFTED = LANDSCAPES["rastrigin"].build(dim=10)
SHIFTED.box = (1.0, 4.0)


def drawn(
    name: str, walkers: int, active: int, *, seed: int = 1, problem: Any = PROBLEM, **own: float
) -> Floats:
    start = STARTS[name]
    out = np.full((walkers, active), np.nan)
    start.draw(problem, seed, settled(start.parameters, own, problem.dim), out)
    return out


@pytest.mark.parametrize("name", STARTS.names)
def test_a_start_says_what_it_is_and_fills_everything(name: str) -> None:
    start = STARTS[name]
    assert start.title
    assert start.formula
    for parameter in start.parameters:
        assert parameter.help
        assert parameter.check(parameter.default_at(1)) == parameter.default_at(1)
    for walkers, active in ((1, 1), (1, 10), (7, 3)):
        assert np.isfinite(drawn(name, walkers, active)).all()


@pytest.mark.parametrize("name", STARTS.names)
def test_more_walkers_leave_the_others_where_they_were(name: str) -> None:
    many = drawn(name, 50, 10)
    for walkers in (1, 2, 3, 5, 49):
        np.testing.assert_array_equal(drawn(name, walkers, 10), many[:walkers])
    assert len(np.unique(many, axis=0)) == 50
    assert not np.isin(drawn(name, 50, 10, seed=2), many).any()


@pytest.mark.parametrize("name", [name for name in STARTS.names if name != "sphere"])
def test_more_directions_leave_the_others_where_they_were(name: str) -> None:
    wide = drawn(name, 20, 10)
    for active in (1, 2, 3, 9):
        np.testing.assert_array_equal(drawn(name, 20, active), wide[:, :active])


def test_uniform_and_normal_starts_are_the_numbers_of_the_walkers_own_keys() -> None:
    keys = naive.stream_keys(1, int(Stream.STARTS), 4)
    uniform = [[LOW + (HIGH - LOW) * u for u in naive.uniforms(key, 0, 5)] for key in keys]
    np.testing.assert_allclose(drawn("uniform", 4, 5), uniform, rtol=1e-12)
    normal = [[0.25 * HIGH * z for z in naive.normals(key, 0, 5)] for key in keys]
    np.testing.assert_allclose(drawn("normal", 4, 5, spread=0.25), normal, rtol=1e-12)


def test_normal_starts_are_normal_round_the_middle_of_the_box() -> None:
    x = drawn("normal", 20_000, 4, problem=SHIFTED, spread=0.5)
    assert stats.kstest(x.ravel(), "norm", args=(2.5, 0.75)).pvalue > 1e-3


@pytest.mark.parametrize("active", [1, 2, 3, 10])
def test_a_sphere_has_its_radius_and_uniform_directions(active: int) -> None:
    walkers = 20_000
    x = drawn("sphere", walkers, active, problem=SHIFTED, radius=0.5) - 2.5
    radius = 0.5 * 1.5 * math.sqrt(active)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), radius, rtol=1e-12)
    assert (np.abs(x.mean(axis=0)) < 4.0 * 0.75 / math.sqrt(walkers)).all()
    if active == 1:
        return
    law = stats.beta(0.5, 0.5 * (active - 1))  # of the square of one coordinate of a unit vector
    for direction in (*np.eye(active), np.full(active, active**-0.5)):
        assert stats.kstest((x @ direction / radius) ** 2, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("groups", [1, 3, 100])
def test_walkers_stand_in_their_groups(groups: int) -> None:
    """Walker i round centre i mod groups; all else as in a draw without any width."""
    walkers, spread = 64, 0.01
    x = drawn("groups", walkers, 10, groups=groups, spread=spread)
    centres = drawn("groups", walkers, 10, groups=groups, spread=0.0)
    assert len(np.unique(centres, axis=0)) == min(groups, walkers)
    for i in range(walkers):
        np.testing.assert_array_equal(centres[i], centres[i % groups])
    assert centres.min() >= LOW
    assert centres.max() < HIGH
    np.testing.assert_allclose(x - centres, drawn("normal", walkers, 10, spread=spread), rtol=0, atol=1e-14)


def test_centres_are_uniform_and_not_the_uniform_starts() -> None:
    centres = drawn("groups", 2000, 10, groups=2000, spread=0.0)
    assert stats.kstest(centres.ravel(), "uniform", args=(LOW, HIGH - LOW)).pvalue > 1e-3
    others = drawn("uniform", 2000, 10)
    assert abs(np.corrcoef(centres.ravel(), others.ravel())[0, 1]) < 4.0 / math.sqrt(centres.size)


def test_all_walkers_are_near_one_point() -> None:
    np.testing.assert_array_equal(
        drawn("near", 30, 10, spread=0.2), drawn("groups", 30, 10, groups=1, spread=0.2)
    )
    points = np.array([drawn("near", 1, 10, spread=0.0, seed=seed)[0] for seed in range(300)])
    assert stats.kstest(points.ravel(), "uniform", args=(LOW, HIGH - LOW)).pvalue > 1e-3


@pytest.mark.parametrize("name", ["uniform", "normal", "sphere", "near"])
@pytest.mark.parametrize("active", [1, 3, 10])
def test_distances_of_starts_follow_the_law_that_they_declare(name: str, active: int) -> None:
    """Disjoint pairs are independent; the problem has ten directions, of which some are open."""
    start, pairs = STARTS[name], 20_000
    x = drawn(name, 2 * pairs, active, problem=SHIFTED)
    distances = np.linalg.norm(x[::2] - x[1::2], axis=1)
    law = start.distances(SHIFTED, settled(start.parameters, {}, 10), active)
    assert law is not None
    assert abs(distances.mean() - law.mean) < 4.0 * law.absolute_spread / math.sqrt(pairs)
    squares = (distances - law.mean) ** 2
    assert abs(squares.mean() - law.absolute_spread**2) < 4.0 * squares.std() / math.sqrt(pairs) + 1e-12


@pytest.mark.parametrize(
    ("name", "own"),
    [("groups", {}), ("normal", {"spread": 0.0}), ("near", {"spread": 0.0}), ("sphere", {"radius": 0.0})],
)
def test_groups_and_walkers_that_coincide_have_no_law(name: str, own: dict[str, float]) -> None:
    start = STARTS[name]
    assert start.distances(PROBLEM, settled(start.parameters, own, 10), 10) is None


@pytest.mark.parametrize("name", STARTS.names)
def test_a_simulation_begins_there_and_rewinds_there(name: str) -> None:
    experiment = Experiment(landscape="rastrigin", dim=10, walkers=6, starts=name, seed=1)
    simulation = Simulation(experiment)
    np.testing.assert_array_equal(simulation.positions(), drawn(name, 6, 10))
    simulation.advance(3)
    simulation.rewind()
    np.testing.assert_array_equal(simulation.positions(), drawn(name, 6, 10))


# --- files ------------------------------------------------------------------------------------------

ROWS = np.arange(24.0).reshape(8, 3) / 7.0


def begun(path: Path | str, **entries: Any) -> Floats:
    experiment = Experiment(
        **{"landscape": "rastrigin", "dim": 3, "walkers": 8, "starts": str(path), **entries}
    )
    return Simulation(experiment).positions()


def written(tmp_path: Path, text: str | bytes, name: str = "starts.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_walkers_begin_in_the_rows_of_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "starts.npy", ROWS)
    np.savetxt(tmp_path / "starts.csv", ROWS, delimiter=",", fmt="%.17g", header="x, y, z")
    for path in (tmp_path / "starts.npy", tmp_path / "starts.csv"):
        np.testing.assert_array_equal(begun(path), ROWS)
        np.testing.assert_array_equal(begun(path, walkers=5), ROWS[:5])
        first_two = begun(path, active_dim=2)
        np.testing.assert_array_equal(first_two[:, :2], ROWS[:, :2])
        assert not first_two[:, 2].any()  # where the landscape's slice is
        assert (
            Simulation(Experiment(dim=3, walkers=8, starts=str(path)))
            .read("distances")
            .readings["distances"]
            .theory
            is None
        )


def test_comments_empty_lines_and_whole_numbers_are_fine(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff# mine\n\n1, 2,3 # the first\n-4,5e-1,+6\n\n")
    np.testing.assert_array_equal(begun(path, walkers=2), [[1, 2, 3], [-4, 0.5, 6]])
    np.save(tmp_path / "whole.npy", np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(begun(tmp_path / "whole.npy", walkers=2), [[0, 1, 2], [3, 4, 5]])


def npy(array: Any, tmp_path: Path) -> bytes:
    np.save(tmp_path / "made.npy", array, allow_pickle=True)
    return (tmp_path / "made.npy").read_bytes()


WRONG = {
    "text": ("starts.csv", "1,2,3\n4,five,6\n", "line 2: 'five' is not a number"),
    "a line after comments": ("starts.csv", "# a\n\n1,2,3\n4,,6\n", "line 4: '' is not a number"),
    "a header that is none": ("starts.csv", "x,y,z\n1,2,3\n", "line 1: 'x' is not a number"),
    "semicolons": ("starts.csv", "1;2;3\n4;5;6\n", "line 1: semicolons between the entries"),
    "ragged": ("starts.csv", "1,2,3\n4,5\n", "line 2: 2 numbers, and 3 in the first"),
    "NaN": ("starts.csv", "1,2,3\n4,5,nan\n", "has nan in row 2, column 3"),
    "infinity": ("starts.csv", "1,2,3\n-inf,5,6\n", "has -inf in row 2, column 1"),
    "empty": ("starts.csv", "# nothing\n", "holds no numbers"),
    "bytes": ("starts.csv", b"\xff\xfe\x00", "is not a text"),
    "not a NumPy file": ("starts.npy", "1,2,3\n", "is not a whole NumPy file of numbers"),
    "no bytes": ("starts.npy", "", "is not a whole NumPy file of numbers"),
    "too narrow": ("starts.csv", "1,2\n" * 8, "has rows of 2 numbers; the landscape has 3 dimensions"),
    "too few": ("starts.csv", "1,2,3\n" * 7, "has 7 rows; there are 8 walkers"),
}


@pytest.mark.parametrize(("name", "text", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_file_is_one_line(
    tmp_path: Path, name: str, text: str | bytes, message: str
) -> None:
    path = written(tmp_path, text, name)
    with pytest.raises(BadInput) as raised:
        begun(path)
    assert raised.value.where == "starts"
    assert raised.value.what.startswith(str(path))
    assert message in raised.value.what
    assert raised.value.accepted
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.ones(24), "holds 24"),
        (np.ones((2, 2, 3)), "holds 2 × 2 × 3"),
        (np.float64(3.0), "holds a single number"),
        (np.ones((0, 3)), "holds 0 × 3"),
        (np.ones((8, 3)) * 1j, "does not hold real numbers"),
        (np.full((8, 3), "1"), "does not hold real numbers"),
        (np.array([[None] * 3] * 8), "is not a whole NumPy file of numbers"),
        (np.full((8, 3), np.nan), "has nan in row 1, column 1"),
    ],
)
def test_what_is_wrong_with_an_array_is_one_line(tmp_path: Path, array: Any, message: str) -> None:
    path = written(tmp_path, npy(array, tmp_path), "starts.npy")
    with pytest.raises(BadInput) as raised:
        begun(path)
    assert (raised.value.where, raised.value.what.startswith(str(path))) == ("starts", True)
    assert message in raised.value.what


def test_half_a_file_is_said_to_be_so(tmp_path: Path) -> None:
    path = written(tmp_path, npy(ROWS, tmp_path)[:-20], "starts.npy")
    with pytest.raises(BadInput, match="is not a whole NumPy file"):
        begun(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on POSIX alone")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    for name in ("pipe.csv", "pipe.npy"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(BadInput, match=f"^starts: .*{name} is not a regular file"):
            begun(tmp_path / name)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for name in ("none.csv", "none.npy"):
        with pytest.raises(BadInput, match=f"^starts: .*{name} cannot be read: No such file"):
            begun(tmp_path / name)
        (tmp_path / f"folder-{name}").mkdir()
        with pytest.raises(BadInput, match=f"^starts: .*{name} cannot be read: Is a directory"):
            begun(tmp_path / f"folder-{name}")
