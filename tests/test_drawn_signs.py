"""`landscape-tui signs --landscape rastrigin`: drawn from its law, and what goes with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Terminal

from sim.giants.laws import drawn_falling, falling_of_rastrigin
from tui.cli import answer

SIGNS = ["signs", "--landscape", "rastrigin"]


def found(typed: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert answer([*SIGNS, *typed.split(), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == "" and printed.out.count("\n") == 1
    data: dict[str, object] = json.loads(printed.out)
    return data


def test_one_json_object_with_the_draw_and_its_law(capsys: pytest.CaptureFixture[str]) -> None:
    dim = 175_000_000_000
    data, law = found("--dim 175e9 --seed 1", capsys), falling_of_rastrigin(dim, 10.0)
    assert list(data) == [
        "landscape", "dim", "parameters", "seed", "negative", "zero", "positive", "predicted", "deviation",
        "rises", "log10_all_rise", "method", "exact",
    ]  # fmt: skip
    assert (data["landscape"], data["dim"], data["seed"]) == ("rastrigin", dim, 1)
    assert data["parameters"] == {"A": 10.0}
    assert data["negative"] == drawn_falling(dim, 10.0, 1)
    assert data["zero"] == 0 and data["negative"] + data["positive"] == dim  # type: ignore[operator]
    assert (data["method"], data["exact"]) == ("drawn", True)
    assert data["predicted"] == {
        "mean": law.mean, "standard_deviation": law.standard_deviation, "left_out": "nothing",
    }  # fmt: skip
    off = (data["negative"] - law.mean) / law.standard_deviation  # type: ignore[operator]
    assert data["deviation"] == pytest.approx(off) and abs(off) < 4.0
    assert data["rises"] == pytest.approx(0.5132935387, abs=5e-11)
    assert data["log10_all_rise"] == pytest.approx(-0.28963420 * dim, rel=1e-7)


def test_the_amplitude_and_the_seed_decide(capsys: pytest.CaptureFixture[str]) -> None:
    first, again = (found("--dim 1e15 --seed 2", capsys) for _ in range(2))
    assert first == again != found("--dim 1e15 --seed 3", capsys)
    steep = found("--dim 1e15 --seed 2 --set A=1e9", capsys)
    assert steep["rises"] == pytest.approx(1.0 - 5.0 / 10.24)
    flat = found("--dim 1e15 --set A=0.01", capsys)
    assert (flat["negative"], flat["rises"], flat["log10_all_rise"], flat["deviation"]) == (0, 1.0, 0.0, None)


def test_the_lines_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer([*SIGNS, "--dim", "175e9", "--seed", "1"]) == 0
    shown = capsys.readouterr().out
    assert "rastrigin, 175 000 000 000 dimensions, A = 10\n" in shown
    assert " down, 0 flat, " in shown and " up, exact (drawn)\n" in shown
    assert max(map(len, shown.splitlines())) < 80
    assert "predicted   85 173 630 729.09 ± 209 091.07 down, a binomial law\n" in shown
    assert "one rises   with probability 0.5132935387\n" in shown
    assert f"all rise    with probability 10^−{50_685_985_451:,}".replace(",", " ") in shown
    assert answer([*SIGNS, "--dim", "1", "--set", "A=0.01"]) == 0
    shown = capsys.readouterr().out
    assert "1 dimension, A = 0.01\n" in shown and "deviation" not in shown and "probability 1.00" in shown


MISTAKES = [
    ("--shift 1", "--shift: rastrigin has none; accepted: --set A=NUMBER"),
    ("--checkpoint file", "--checkpoint: rastrigin is drawn at once, and has nothing to keep; accepted: "),
    ("--set B=3", "--set: there is no 'B'; accepted: A"),
    ("--set A", "--set: 'A' has no value; accepted: NAME=VALUE, such as A=10"),
    ("--set A=-1", "--set A: -1 is out of range; accepted: a number from 0 "),
    ("--set A=nan", "--set A: nan is not a finite number; accepted: a number from 0 "),
    ("--dim 0", "--dim: 0 is out of range; accepted: a whole number from 1 to 1e+15"),
    ("--dim 1e16", "--dim: 1e+16 is out of range; accepted: "),
    ("--dim 1.5", "--dim: 1.5 is not a whole number; accepted: "),
    ("--seed -1", "--seed: -1 is out of range; accepted: "),
    ("--landscape ackley", "--landscape: the signs of ackley have no such law; accepted: random-quadratic, "),
    ("--landscape rastrigan", "--landscape: there is no 'rastrigan'; did you mean 'rastrigin'?; accepted: "),
    (
        "--landscape random-quadratic --set A=3",
        "--set: random-quadratic has nothing to set here; accepted: --shift T",
    ),
]


@pytest.mark.parametrize(("typed", "line"), MISTAKES, ids=[typed for typed, _ in MISTAKES])
def test_a_mistake_is_one_line_and_exit_2(typed: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer([*SIGNS, *typed.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"landscape-tui: {line}") and printed.err.count("\n") == 1


def test_random_quadratic_is_what_is_streamed(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["signs", "--dim", "1000", "--seed", "3", "--json"]
    assert answer(typed) == answer([*typed, "--landscape", "random-quadratic"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["negative"] == second["negative"] and first["method"] == "streamed"


def test_it_waits_for_no_compiler() -> None:
    program = f"import sys; from tui.cli import answer; answer({SIGNS!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numba", "scipy", "textual"} & set(done.stdout.split())


def test_it_ends_quietly_with_a_pipe_that_is_closed(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*command, *SIGNS], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_terminal_shows_the_result_alone(command: list[str], tmp_path: Path) -> None:
    with Terminal([*command, *SIGNS], cwd=str(tmp_path)) as terminal:
        assert terminal.wait_for_end() == 0
        assert terminal.text.startswith("landscape  ") and "\x1b" not in terminal.output.decode()
