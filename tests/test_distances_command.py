"""`landscape-tui distances`: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from terminal import Terminal

from sim.giants.distances import draw, square
from sim.pairwise import jackknife
from sim.theory import normal_distances
from tui.cli import answer

FIELDS = [
    "dim", "walkers", "seed", "mean", "relative_spread", "absolute_spread", "min", "max", "relative_range",
    "mean_error", "relative_error", "absolute_error", "theory", "method", "exact",
]  # fmt: skip


def found(typed: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert answer(["distances", *typed.split(), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == "" and printed.out.count("\n") == 1
    data: dict[str, object] = json.loads(printed.out)
    return data


def test_one_json_object_about_all_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    data = found("--dim 175e9 --walkers 64 --seed 1", capsys)
    assert list(data) == FIELDS
    dim, walkers = 175_000_000_000, 64
    distances, law = draw(dim, walkers, 1) + math.sqrt(2.0 * dim), normal_distances(dim, 1.0)
    assert [data[name] for name in FIELDS[:3]] == [dim, walkers, 1]
    assert data["mean"] == pytest.approx(distances.mean(), rel=1e-14)
    assert data["absolute_spread"] == pytest.approx(distances.std(), rel=1e-8)
    assert data["relative_spread"] == pytest.approx(distances.std() / distances.mean(), rel=1e-8)
    assert (data["min"], data["max"]) == (distances.min(), distances.max())
    assert data["relative_range"] == pytest.approx(np.ptp(distances) / distances.min(), rel=1e-8)
    assert (data["method"], data["exact"]) == ("drawn", True)
    theory = data["theory"]
    assert isinstance(theory, dict)
    assert theory["mean"] == law.mean == pytest.approx(591607.978309)
    assert theory["absolute_spread"] == law.absolute_spread
    assert theory["relative_spread"] == law.relative_spread == pytest.approx(1.690309e-6)
    assert theory["relative_range"] == pytest.approx(4.755 / math.sqrt(dim), rel=1e-3)
    assert theory["mean_error"] == pytest.approx(math.sqrt((1.0 + 62 / 2) / 2016))


def test_errors_come_from_leaving_out_each_point(capsys: pytest.CaptureFixture[str]) -> None:
    data = found("--dim 20 --walkers 9 --seed 4", capsys)
    matrix = np.zeros((9, 9))
    matrix[np.triu_indices(9, 1)] = draw(20, 9, 4) + math.sqrt(40.0)
    matrix += matrix.T
    without = [np.delete(np.delete(matrix, i, 0), i, 1)[np.triu_indices(8, 1)] for i in range(9)]
    assert data["mean_error"] == pytest.approx(jackknife(np.array([each.mean() for each in without])))
    spreads = jackknife(np.log([each.std() for each in without]))
    relative = jackknife(np.log([each.std() / each.mean() for each in without]))
    assert data["absolute_error"] == pytest.approx(spreads * data["absolute_spread"])
    assert data["relative_error"] == pytest.approx(relative * data["relative_spread"])


def test_the_seed_decides_and_an_error_holds_the_mean(capsys: pytest.CaptureFixture[str]) -> None:
    first, again = (found("--dim 1e15 --seed 5", capsys) for _ in range(2))
    other = found("--dim 1e15 --seed 6", capsys)
    assert first == again and first["mean"] != other["mean"]
    for data in (first, other):
        theory = data["theory"]
        assert abs(data["mean"] - theory["mean"]) < 4.0 * theory["mean_error"]  # type: ignore[index, operator]


@pytest.mark.parametrize("dim", ["1", "2", "3", "1000", "1e15"])
@pytest.mark.parametrize("walkers", [2, 3, 4, 5])
def test_few_points_and_few_dimensions(dim: str, walkers: int, capsys: pytest.CaptureFixture[str]) -> None:
    data = found(f"--dim {dim} --walkers {walkers}", capsys)
    assert data["min"] <= data["mean"] <= data["max"]  # type: ignore[operator]
    assert (data["absolute_spread"] is None) == (walkers == 2)
    assert (data["mean_error"] is None) == (walkers < 4)
    assert answer(["distances", "--dim", dim, "--walkers", str(walkers)]) == 0
    shown = capsys.readouterr().out
    assert "nan" not in shown and ("spread     none" in shown) == (walkers == 2)
    assert (" 1 dimension," in shown) == (dim == "1")


def test_the_lines_show_enough_digits_to_tell_distances_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer("distances --dim 175e9 --walkers 64 --seed 1".split()) == 0
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) < 80
    rows = dict(re.split(r"  +", line, maxsplit=1) for line in shown)
    assert rows["points"] == "64, independent and normal in 175 000 000 000 dimensions, seed 1"
    assert rows["distances"] == "2 016, drawn from their exact joint law"
    assert rows["in theory"] == "591 607.98 ± 0.13 for the mean of so many"
    assert re.fullmatch(r"591 60\d\.\d\d ± 0\.\d\d", rows["mean"])
    assert re.fullmatch(r"591 60\d\.\d\d", rows["nearest"])
    assert re.fullmatch(r"\d\.\d\d\d? ± 0\.0\d+, in theory 1\.000", rows["spread"])
    assert rows["range"].endswith("e−5 of the nearest, in theory 1.14e−5")


MISTAKES = [
    ("--dim 0", "--dim: 0 is out of range; accepted: a whole number from 1 to 1e+15"),
    ("--dim 1e16", "--dim: 1e+16 is out of range; accepted: "),
    ("--dim 1.5", "--dim: 1.5 is not a whole number; accepted: "),
    ("--dim many", "--dim: 'many' is not a number; accepted: "),
    ("--dim nan", "--dim: nan is not a finite number; accepted: "),
    ("--walkers 1", "--walkers: 1 is out of range; accepted: a whole number from 2, as a distance takes two"),
    ("--walkers -5", "--walkers: -5 is out of range; accepted: "),
    ("--walkers 2.5", "--walkers: 2.5 is not a whole number; accepted: "),
    ("--walkers 1e9", "memory: 32 EB needed, "),
    ("--seed -1", "--seed: -1 is out of range; accepted: a whole number from 0 to "),
    ("--seed 1e19", "--seed: 1e19 is out of range; accepted: "),
    ("--seed", "--seed: has no value; accepted: --seed S, "),
    ("far", "distances: 'far' has no meaning here; accepted: --dim, --walkers, --seed, --json"),
    ("--dimm 3", "option: there is no '--dimm'; did you mean '--dim'?; accepted: "),
]


@pytest.mark.parametrize(("typed", "line"), MISTAKES, ids=[typed for typed, _ in MISTAKES])
def test_a_mistake_is_one_line_and_exit_2(typed: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["distances", *typed.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"landscape-tui: {line}") and printed.err.count("\n") == 1


def test_it_waits_for_no_compiler() -> None:
    program = "import sys; from tui.cli import answer; answer(['distances']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numba", "scipy", "textual"} & set(done.stdout.split())


def test_it_ends_quietly_with_a_pipe_that_is_closed(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*command, "distances"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_terminal_shows_the_result_alone(command: list[str], tmp_path: Path) -> None:
    with Terminal([*command, "distances", "--walkers", "5"], cwd=str(tmp_path)) as terminal:
        assert terminal.wait_for_end() == 0
        assert terminal.text.startswith("points ") and "\x1b" not in terminal.output.decode()


BUSY = """
from threading import Event
from tui import cli, giant_distances, progress
progress.PATIENCE = 0.0
giant_distances.draw = lambda *points: Event().wait()
cli.main()
"""


def test_ctrl_c_is_answered_while_distances_are_drawn() -> None:
    with Terminal([sys.executable, "-c", BUSY, "distances", "--walkers", "3000"]) as terminal:
        terminal.wait_for("drawing the distances of 3000 points, ")
        terminal.press("ctrl+c")
        assert terminal.wait_for_end() == 130
        assert terminal.text.rstrip() == "landscape-tui: interrupted"


def test_a_matrix_is_filled_from_its_pairs() -> None:
    pairs = np.arange(1.0, 7.0)
    wanted = [[0, 1, 2, 3], [1, 0, 4, 5], [2, 4, 0, 6], [3, 5, 6, 0]]
    assert square(pairs, 4).tolist() == wanted
