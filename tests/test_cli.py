"""The command line: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from terminal import Terminal

from sim import LANDSCAPES, MEASURES, OPTIMIZERS, SCHEDULES, STARTS, Cohort, Experiment, Simulation
from sim.errors import BadInput, KernelFailure
from tui import listing, scenes
from tui.arguments import COMMANDS, Request, help_text, parse
from tui.cli import answer
from tui.opening import Opening

README = Path(__file__).parent.parent / "README.md"

MISTAKES = [
    (
        "rnu",
        "command: there is no 'rnu'; did you mean 'run'?; accepted: distances, doctor, lab, list, run, signs",
    ),
    ("--dimm 3", "option: there is no '--dimm'; did you mean '--dim'?; accepted: --active-dim, "),
    ("run -x", "option: there is no '-x'; accepted: --active-dim, "),
    ("--dim", "--dim: has no value; accepted: --dim D, "),
    ("run --json=3", "--json: takes no value; accepted: --json"),
    ("--dim 0", "--dim: 0 is out of range; accepted: a whole number from 1 to 1e+15"),
    ("--dim 1e30", "--dim: 1e+30 is out of range; accepted: a whole number from 1 to 1e+15"),
    (f"--dim 1{400 * '0'}", "--dim: "),
    (f"--dim 1{5000 * '0'}", "--dim: "),
    ("--dim 10.5", "--dim: 10.5 is not a whole number; accepted: "),
    ("--walkers -3", "--walkers: -3 is out of range; accepted: a whole number from 1 to 1e+07"),
    ("--seed -1", "--seed: -1 is out of range; accepted: a whole number from 0 to "),
    ("--landscape rastrigan", "--landscape: there is no 'rastrigan'; did you mean 'rastrigin'?; accepted: "),
    ("--landscape a\nb", r"--landscape: there is no 'a\nb'; accepted: "),
    ("--optimizer adma", "--optimizer: there is no 'adma'; did you mean 'adam'?; accepted: "),
    ("--landscape rastrigin --set A=abc", "--set A: 'abc' is not a number; accepted: a number from 0 "),
    ("--landscape rastrigin --set A=-1", "--set A: -1 is out of range; accepted: a number from 0 "),
    ("--set A", "--set: 'A' has no value; accepted: NAME=VALUE"),
    ("--set steps=3", "--set: there is no 'steps'; did you mean 'starts'?; accepted: M, "),
    ("--set json=1", "--set: there is no 'json'; accepted: M, "),
    ("--s 3", "option: there is no '--s'; did you mean '--set'?; accepted: --active-dim, "),
    ("--set Q=1", "--set: there is no 'Q'; accepted: M, "),
    ("--lr nan", "--lr: nan is not a finite number; accepted: a "),
    ("--lr 0", "--lr: 0 is out of range; accepted: a number above 0"),
    ("--lr -1e-3", "--lr: -1e-3 is out of range; accepted: a number above 0"),
    ("run --steps -1", "--steps: -1 is out of range; accepted: a whole number from 0 to 1e+15"),
    ("run --steps many", "--steps: 'many' is not a number; accepted: a "),
    ("run --measure sings", "--measure: there is no 'sings'; did you mean 'signs'?; accepted: "),
    (
        "run --landscape rastrigin --dim 1e12",
        "memory: 5.12 PB needed, ",
    ),
    (
        "run --landscape network --dim 100",
        "--dim: network does not come in 100 dimensions with these settings; accepted: 97, or other settings",
    ),
    ("run --landscape network --dim 7 --set hidden=8,8", "--dim: network does not come in 7 dimensions"),
    (
        "run now",
        "scene: there is no 'now'; accepted: giants, grafting, krylov, optimizers, three-doors, walled-in, ",
    ),
    ("run three-door", "scene: there is no 'three-door'; did you mean 'three-doors'?; accepted: "),
    ("run walled-in now", "run: 'now' has no meaning here; accepted: --landscape, "),
    ("--dim 10 run", "scene: there is no 'run'; accepted: giants, grafting, "),
    (
        "run nowhere.toml",
        "nowhere.toml: no such file or directory; accepted: a .toml file that can be read, ",
    ),
    ("run assets/", "assets: is a directory; accepted: a .toml file"),
    ("list 42", "KIND: there is no '42'; accepted: landscapes, optimizers, schedules, starts, "),
    ("list adma", "KIND: there is no 'adma'; did you mean 'adam'?; accepted: landscapes, "),
    ("--active-dim 101", "--active-dim: 101 is out of range; accepted: a whole number from 1 to 100"),
    ("--dim 5 --active-dim 6", "--active-dim: 6 is out of range; accepted: a whole number from 1 to 5"),
    ("--active-dim two", "--active-dim: 'two' is not a number; accepted: "),
    ("--starts spher", "--starts: there is no 'spher'; did you mean 'sphere'?; accepted: "),
    ("--starts nowhere.csv", "--starts: nowhere.csv cannot be read: No such file or directory; accepted: "),
    ("--landscape nowhere.py", "--landscape: there is no file nowhere.py; accepted: "),
    ("--schedule cosin", "--schedule: there is no 'cosin'; did you mean 'cosine'?; accepted: "),
    ("--optimizer null", "--set of: null has nobody to follow as cohort 1; accepted: "),
    ("--cohort adma", "--cohort: optimizer: there is no 'adma'; did you mean 'adam'?; accepted: "),
    ("--cohort adam,lr", "--cohort: 'lr' has no value; accepted: OPTIMIZER,NAME=VALUE,..."),
    ("--cohort adam,lr=x", "--cohort: lr: 'x' is not a number; accepted: a number above 0"),
    ("--cohort adam,Q=1", "--cohort: parameter: there is no 'Q'; accepted: beta1, "),
    ("--cohort null,of=2", "--cohort: of: null has nobody to follow as cohort 2; accepted: "),
    (f"--cohort gd{3 * ' --cohort gd'}", "--cohort: 5 are too many; accepted: the first and up to 3 more"),
    ("lab", "lab: needs a terminal to draw on; accepted: a terminal, or `landscape-tui run`"),
]


@pytest.mark.parametrize(("typed", "line"), MISTAKES, ids=[typed[:40] for typed, _ in MISTAKES])
def test_a_mistake_is_one_line_and_exit_2(typed: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(typed.split(" ")) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"landscape-tui: {line}")
    assert printed.err.endswith("\n")
    assert printed.err.count("\n") == 1


def test_the_process_says_the_same_and_exits_with_2(command: list[str]) -> None:
    done = subprocess.run([*command, "--dim", "0"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("landscape-tui: --dim: 0 is out of range; accepted: ")
    assert done.stderr.count("\n") == 1


def test_version(command: list[str]) -> None:
    from sim import __version__

    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"landscape-tui {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["--help"]) == 0
    assert COMMANDS[name].help in capsys.readouterr().out
    assert answer([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"--{option}" in printed for option in COMMANDS[name].options)


def test_help_states_the_defaults() -> None:
    default, shown = Experiment(), help_text("run")
    for name in ("landscape", "optimizer", "dim", "walkers", "seed"):
        line = next(line for line in shown.splitlines() if f"--{name} " in line)
        assert line.endswith(f"({getattr(default, name)})")


@pytest.mark.parametrize("text", ["1000", "1e3", "1_000", "1000.0"])
def test_dimensions_are_written_as_people_write_them(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["run", "--landscape", "rastrigin", "--dim", text, "--steps", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["experiment"]["dim"] == 1000


def test_options_reach_the_experiment_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "run --set beta1=0.5 --set A=3 --lr 0.02 --seed 7 --walkers 5 --dim 4 --optimizer adam"
    assert answer([*typed.split(), "--landscape", "rastrigin", "--steps", "1", "--json"]) == 0
    found = Experiment.from_data(json.loads(capsys.readouterr().out)["experiment"])
    wanted = Experiment(
        landscape="rastrigin", dim=4, walkers=5, optimizer="adam", seed=7,
        parameters={"A": 3.0}, hyper={"lr": 0.02, "beta1": 0.5},
    )  # fmt: skip
    assert found == wanted.explicit()


def rastrigin(x: np.ndarray) -> np.ndarray:
    return np.sum(x**2 + 10.0 * (1.0 - np.cos(2.0 * math.pi * x)), axis=1)


def test_run_prints_one_json_object_with_what_it_measured(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "run --landscape rastrigin --dim 40 --walkers 16 --optimizer adam --lr 0.05 --steps 300 --seed 1"
    assert answer([*typed.split(), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    found = json.loads(printed.out)
    assert list(found) == [
        "experiment", "steps", "loss_of", "seconds", "coordinate_steps_per_second", "loss", "gradient_norm",
        "distances", "signs", "outcomes", "cohorts",
    ]  # fmt: skip
    (cohort,) = found["cohorts"]
    assert list(cohort) == ["label", "optimizer", "hyper", "schedule", *MEASURED]
    assert {name: cohort[name] for name in MEASURED} == {name: found[name] for name in MEASURED}
    assert list(found["loss"]) == list(found["gradient_norm"]) == ["median", "p10", "p90", "min", "max"]
    assert list(found["distances"]) == [
        "mean", "relative_spread", "absolute_spread", "theory", "mean_error", "relative_error",
        "absolute_error", "effective_dimension", "walkers",
    ]  # fmt: skip
    assert list(found["distances"]["theory"]) == ["mean", "relative_spread", "absolute_spread", "of"]
    assert list(found["signs"]) == [
        "negative", "zero", "positive", "method", "exact", "tolerance", "confidence", "lowest", "highest",
        "intervals", "not_counted", "law",
    ]  # fmt: skip
    assert found["signs"]["not_counted"] is found["signs"]["intervals"] is found["loss_of"] is None

    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=40, walkers=16, optimizer="adam", hyper={"lr": 0.05}, seed=1)
    )
    simulation.advance(300)
    x = simulation.positions()
    gradient = 2.0 * x + 20.0 * math.pi * np.sin(2.0 * math.pi * x)
    for name, values in (("loss", rastrigin(x)), ("gradient_norm", np.linalg.norm(gradient, axis=1))):
        wanted = dict(
            zip(
                ("min", "p10", "median", "p90", "max"),
                np.quantile(values, (0, 0.1, 0.5, 0.9, 1)),
                strict=True,
            )
        )
        assert found[name] == pytest.approx(wanted, rel=1e-9)
    distances = np.array([np.linalg.norm(a - b) for i, a in enumerate(x) for b in x[:i]])
    assert found["distances"]["mean"] == pytest.approx(distances.mean())
    assert found["distances"]["absolute_spread"] == pytest.approx(distances.std())
    assert found["distances"]["relative_spread"] == pytest.approx(distances.std() / distances.mean())
    assert 0.0 < found["distances"]["mean_error"] < found["distances"]["absolute_spread"]
    effective = found["distances"]["effective_dimension"]
    assert 1.0 < effective["low"] < effective["value"] <= effective["high"] <= 40.0
    assert found["distances"]["walkers"] == 16
    curvature = 2.0 + 40.0 * math.pi**2 * np.cos(2.0 * math.pi * x[0])
    assert found["signs"]["negative"] == np.count_nonzero(curvature < 0)
    assert found["signs"]["positive"] == np.count_nonzero(curvature > 0)
    assert found["signs"]["exact"] is True
    assert sum(found["outcomes"].values()) == 16
    assert found["steps"] == 300
    assert found["coordinate_steps_per_second"] == pytest.approx(300 * 16 * 40 / found["seconds"])


MEASURED = ["loss", "gradient_norm", "distances", "signs", "outcomes"]

BESIDE = ["--cohort", "adam,lr=0.02,schedule=cosine", "--cohort", "null,of=1"]


def test_more_is_measured_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["run", "--dim", "3", "--walkers", "4", "--steps", "2", "--measure", "signs"]
    assert answer([*typed, "--measure", "loss", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["cohorts"][0]["measures"]) == {"signs", "loss"}
    assert found["cohorts"][0]["measures"]["signs"]["focus"]["negative"] == found["signs"]["negative"]
    assert answer(typed) == 0
    assert re.search(r"^hessian signs +\d down, ", capsys.readouterr().out, re.MULTILINE)


def test_cohorts_are_run_side_by_side_from_the_same_starts(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "run --landscape rastrigin --dim 6 --active-dim 4 --walkers 8 --starts near --steps 40 --json"
    assert answer([*typed.split(), *BESIDE]) == 0
    found = json.loads(capsys.readouterr().out)
    experiment = Experiment(
        landscape="rastrigin", dim=6, active_dim=4, walkers=8, starts="near",
        more_cohorts=(Cohort("adam", {"lr": 0.02}, "cosine"), Cohort("null", {"of": 1.0})),
    )  # fmt: skip
    assert Experiment.from_data(found["experiment"]) == experiment.explicit()
    assert [cohort["label"] for cohort in found["cohorts"]] == ["gd", "adam", "null"]
    assert [cohort["schedule"] for cohort in found["cohorts"]] == ["constant", "cosine", "constant"]
    simulation = Simulation(experiment)
    simulation.advance(40)
    medians = [float(np.median(rastrigin(simulation.positions(place)))) for place in range(3)]
    assert len(set(medians)) == 3
    assert [cohort["loss"]["median"] for cohort in found["cohorts"]] == pytest.approx(medians)
    assert found["loss"] == found["cohorts"][0]["loss"]
    assert found["signs"]["positive"] + found["signs"]["negative"] + found["signs"]["zero"] == 4
    work = 40 * 3 * 8 * 4
    assert found["coordinate_steps_per_second"] == pytest.approx(work / found["seconds"])


def test_the_summary_tells_of_every_cohort(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        answer([*"run --landscape rastrigin --dim 6 --active-dim 4 --walkers 8 --steps 4".split(), *BESIDE])
        == 0
    )
    shown = capsys.readouterr().out
    assert "rastrigin, 6 dimensions, 4 of them open, A = 10" in shown
    for start in (
        "cohort 1       gd, lr = ",
        "cohort 2       adam, cosine schedule, lr = 0.02",
        "cohort 3       null",
    ):
        assert f"\n\n{start}" in shown
    assert shown.count("\nloss   ") == shown.count("\noutcomes   ") == 3


def test_starts_without_a_law_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = tmp_path / "points.csv"
    points.write_text("1,2\n3,4\n5,7\n")
    typed = f"run --landscape rastrigin --dim 2 --walkers 3 --steps 0 --starts {points}"
    assert answer(typed.split()) == 0
    assert "in theory" not in capsys.readouterr().out
    assert answer([*typed.split(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["distances"]["theory"] is None


@pytest.mark.parametrize("name", scenes.names())
def test_every_scene_runs_and_says_what_it_shows(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert scenes.about(name).endswith(".")
    assert answer(["run", name, "--walkers", "4", "--steps", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["experiment"]
    assert Experiment.from_data(found) == scenes.read(name).with_value("walkers", 4).explicit()


def test_options_override_a_scene_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = tmp_path / "mine.toml"
    scene.write_text('landscape = "rastrigin"\ndim = 8\nwalkers = 4\n[[more_cohorts]]\noptimizer = "adam"\n')
    typed = ["run", str(scene), "--dim", "3", "--set", "A=2", "--cohort", "lion", "--steps", "1", "--json"]
    assert answer(typed) == 0
    found = Experiment.from_data(json.loads(capsys.readouterr().out)["experiment"])
    assert (found.dim, found.parameters["A"], found.labels) == (3, 2.0, ("gd", "adam", "lion"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('dim = 3\nlandscape = = "x"\n', "not TOML: Invalid value (at line 2, column 13); accepted: "),
        ("lanscape = 3\n", "Object contains unknown field `lanscape`; accepted: landscape, dim, "),
        ("dim = 0\n", "Expected `int` >= 1 - at `$.dim`; accepted: "),
        ('[[more_cohorts]]\noptimizer = "adma"\n', "optimizer: there is no 'adma'; did you mean 'adam'?; "),
        ("[[more_cohorts]]\n" * 4, "cohort: 5 are too many; accepted: 1 to 4"),
        (
            'landscape = "network"\n[parameters]\nhidden = [16, 16]\n',
            "hidden: '[16, 16]' is not a number; accepted: 1 to 8 whole numbers from 1 to 100000 with ",
        ),
        ('starts = "near"\n[starts_parameters]\nspread = true\n', "spread: True is not a number; accepted: "),
        ("walkers = 3.5\n", "Expected `int`, got `float` - at `$.walkers`; accepted: "),
        ('page = "giant"\n', "page: there is no 'giant'; did you mean 'giants'?; accepted: critical, "),
        ("page = [6]\n", "page: there is no '[6]'; accepted: critical, "),
        ("\xff", "is not text in UTF-8; accepted: a .toml file"),
    ],
)
def test_a_mistake_in_a_scene_names_the_file_and_the_place(
    written: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = tmp_path / "mine.toml"
    scene.write_text(written, encoding="latin-1")
    assert answer(["run", str(scene)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"landscape-tui: {scene}: {said}") and printed.err.count("\n") == 1


def test_what_diverged_is_counted_and_becomes_null(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "run --landscape rastrigin --dim 3 --walkers 6 --lr 1e300 --steps 50 --json"
    assert answer(typed.split()) == 0

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    printed = capsys.readouterr()
    found = json.loads(printed.out, parse_constant=refuse)
    assert printed.err == ""
    assert found["outcomes"]["diverged"] == 6
    assert found["loss"]["median"] is None
    assert found["distances"]["mean"] is None
    assert found["signs"]["negative"] is None


def test_no_steps_measure_the_starts(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer("run --dim 3 --walkers 4 --steps 0 --json".split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["steps"], found["coordinate_steps_per_second"]) == (0, None)
    assert found["loss"]["median"] is not None


@pytest.mark.parametrize("rate", ["0.001", "1e300"])
def test_the_summary_can_be_read(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(f"run --landscape rastrigin --dim 3 --walkers 6 --lr {rate} --steps 50".split()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:13].rstrip() for line in lines] == [
        "landscape", "walkers", "starts", "steps", "in theory", "", "optimizer", "loss", "gradient norm",
        "distances", "directions", "outcomes",
    ]  # fmt: skip
    assert lines[0].endswith("rastrigin, 3 dimensions, A = 10")
    assert lines[-1].endswith("6 diverged") == (rate == "1e300")
    assert "nan" not in "".join(lines)


def test_a_kernel_that_raises_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Simulation, steps: int) -> None:
        raise KernelFailure("a kernel stopped at step 0: division by zero")

    monkeypatch.setattr(Simulation, "advance", fail)
    assert answer("run --dim 3 --steps 5".split()) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "landscape-tui: a kernel stopped at step 0: division by zero\n"


def test_a_defect_is_one_line_and_shows_where_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Simulation, steps: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Simulation, "advance", fail)
    assert answer("run --dim 3 --steps 5".split()) == 1
    line = capsys.readouterr().err
    assert line.startswith("landscape-tui: a mistake of the program itself: ZeroDivisionError()")
    assert line.count("\n") == 1
    monkeypatch.setenv("LANDSCAPE_TUI_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        answer("run --dim 3 --steps 5".split())


ENDLESS = "run --landscape rastrigin --dim 100 --walkers 64 --steps 1e15"


def test_progress_is_shown_on_a_terminal_and_ctrl_c_ends_it(command: list[str]) -> None:
    with Terminal([*command, *ENDLESS.split()]) as terminal:
        terminal.wait_for("of 1000000000000000, ")
        terminal.press("ctrl+c")
        assert terminal.wait_for_end() == 130
        assert terminal.text.rstrip() == "landscape-tui: interrupted"


IMPATIENT = "from tui import cli, progress; progress.PATIENCE = 0.0; cli.main()"


def test_progress_leaves_no_trace_on_the_terminal() -> None:
    program = [sys.executable, "-c", IMPATIENT, "run", "--dim", "3", "--steps", "5", "--json"]
    with Terminal(program, columns=300, rows=30) as terminal:
        assert terminal.wait_for_end() == 0
        assert b", 0 s" in terminal.output
        assert json.loads(terminal.text.replace("\n", ""))["steps"] == 5


STUCK = """
from dataclasses import replace

import sim.landscapes.rastrigin as home
from sim.kernel import gradient_kernel
from tui.cli import main

@gradient_kernel
def endless(x, parameters, keys, step, value, gradient):
    value[0] = 0.0
    while value[0] >= 0.0:
        value[0] += 1.0

home.LANDSCAPE = replace(home.LANDSCAPE, gradient=endless)
main()
"""


@pytest.mark.parametrize(("typed", "shown", "key", "status"), [
    ("lab", "compiling", "q", 0),
    ("run --steps 1", "starting", "ctrl+c", 130),
])  # fmt: skip
def test_a_kernel_that_never_ends_does_not_hold_the_prompt(
    typed: str, shown: str, key: str, status: int, tmp_path: Path
) -> None:
    program = tmp_path / "stuck.py"
    program.write_text(STUCK, encoding="utf-8")
    with Terminal([sys.executable, str(program), *typed.split(), "--landscape", "rastrigin"]) as terminal:
        # A busy machine may have the screen say first that it waits in vain.
        terminal.wait_for(lambda text: shown in text or "no answer" in text, what=shown)
        terminal.press(key)
        assert terminal.wait_for_end() == status


def test_a_closed_pipe_is_quiet(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*command, "list"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*command, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "landscape-tui: No space left on device\n")


@pytest.mark.parametrize(
    ("closed", "status", "printed", "said"),
    [
        ("2>&-", 0, True, ""),
        (">&-", 1, False, "landscape-tui: Bad file descriptor\n"),
        ("<&- >&- 2>&-", 1, False, ""),
    ],
)
def test_a_stream_that_the_shell_closed(
    closed: str, status: int, printed: bool, said: str, command: list[str]
) -> None:
    typed = f"{shlex.join([*command, 'signs', '--dim', '1000'])} {closed}"
    done = subprocess.run(["sh", "-c", typed], capture_output=True, text=True, check=False)
    assert (done.returncode, bool(done.stdout), done.stderr) == (status, printed, said)


def test_an_encoding_without_greek_still_lists(command: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*command, "list"], env=environment, capture_output=True, text=True, check=True)
    assert "rastrigin" in done.stdout
    assert done.stderr == ""
    typed = ["run", "--dim", "3", "--walkers", "4", "--steps", "50"]
    done = subprocess.run([*command, *typed], env=environment, capture_output=True, text=True, check=True)
    assert re.search(r"loss +median -\d.*10-90 %", done.stdout) and "?" not in done.stdout


def test_list_tells_of_scenes_measures_and_panels_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("scenes", "chapters", "measures", "panels"):
        for record in listing.KINDS[kind].records():
            if record["name"] in listing.KINDS:  # a scene is called optimizers
                continue
            assert answer(["list", record["name"]]) == 0
            told = capsys.readouterr().out
            assert record["help"] in told and record.get("title", "") in told
    assert answer(["list", "giants"]) == 0
    assert "giant_dim = 175_000_000_000\n" in capsys.readouterr().out
    assert answer(["list", "signs", "--json"]) == 0
    both = json.loads(capsys.readouterr().out)
    assert {kind: record["name"] for kind, (record,) in both.items()} == {
        "chapters": "signs",
        "measures": "signs",
        "panels": "signs",
    }


def test_more_steps_than_are_drawn_are_refused_with_the_option_that_allows_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    krylov = "run --landscape krylov-quadratic --dim 1e6 --walkers 2 --steps 300"
    assert answer(krylov.split()) == 2
    assert capsys.readouterr().err.endswith("; accepted: up to 200, or --set reach=300\n")


def test_list_names_everything_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    names = {kind: [entry["name"] for entry in entries] for kind, entries in found.items()}
    assert list(names) == [
        "landscapes", "optimizers", "schedules", "starts", "scenes", "chapters", "measures", "panels", "keys",
        "themes",
    ]  # fmt: skip
    assert all(entry["page"].count("\n") > 1 for entry in found["landscapes"] + found["optimizers"])
    assert names["landscapes"] == list(LANDSCAPES)
    assert names["optimizers"] == list(OPTIMIZERS)
    assert names["measures"] == list(MEASURES)
    assert set(names["panels"]) >= {"loss", "gradient-norm", "distances", "signs"}
    assert set(names["keys"]) >= {"pause", "quit"} and set(names["themes"]) >= {"landscape-day", "nord"}


@pytest.mark.parametrize("kind", listing.KINDS)
def test_list_shows_one_kind(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["list", kind]) == 0
    shown = capsys.readouterr().out
    assert answer(["list", kind, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [kind]
    assert shown.splitlines()[0] == kind
    assert len(shown.splitlines()) == 1 + len(found[kind])


@pytest.mark.parametrize("name", ["rastrigin", "adam", "cosine", "near"])
def test_list_tells_all_about_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    registry = next(r for r in (LANDSCAPES, OPTIMIZERS, SCHEDULES, STARTS) if name in r)
    entry = registry[name]
    assert answer(["list", name]) == 0
    shown = capsys.readouterr().out
    assert entry.formula in shown and all(p.help in shown for p in entry.parameters)
    assert answer(["list", name, "--json"]) == 0
    ((record,),) = json.loads(capsys.readouterr().out).values()
    assert record["name"] == name and record["page"] in shown


def test_a_default_that_depends_on_the_dimension_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["list", "gaussian-field"]) == 0
    assert re.search(r"^  M +by size  ", capsys.readouterr().out, re.MULTILINE)
    assert answer(["list", "landscapes"]) == 0
    assert "couplings = by size" in capsys.readouterr().out
    assert answer(["list", "optimizers"]) == 0
    assert "by size" not in capsys.readouterr().out, "a learning rate depends on more"


@pytest.mark.parametrize("method", ["tridiagonal", "cyclic"])
def test_the_summary_says_how_directions_were_counted(
    method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = "open" if method == "tridiagonal" else "periodic"
    typed = f"run --landscape polynomial-chain --dim 5 --walkers 4 --steps 1 --set ends={ends}"
    assert answer(typed.split()) == 0
    assert f" up, exact ({method}), at walker 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "kind", ["landscapes", "optimizers", "schedules", "starts", "scenes", "chapters", "panels", "keys"]
)
def test_the_readme_has_the_same_table(kind: str) -> None:
    rows = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        for row in listing.KINDS[kind].rows()
    ]
    assert "\n".join(rows) in README.read_text(encoding="utf-8")


def test_the_readme_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    chapter = README.read_text(encoding="utf-8").partition("## As a library")[2]
    example = chapter.partition("```python\n")[2].partition("```")[0]
    exec(compile(example, str(README), "exec"), {})
    assert "'at a minimum': " in capsys.readouterr().out


def test_a_scene_finds_its_files_beside_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "starts.csv").write_text("0.5, 0.5\n-0.5, 0.5\n")
    scene = tmp_path / "scene.toml"
    scene.write_text('landscape = "rastrigin"\ndim = 2\nwalkers = 2\nstarts = "starts.csv"\n')
    assert answer(["run", str(scene), "--steps", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["distances"]["mean"] == 1.0


def test_a_scene_may_say_on_which_page_the_laboratory_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, opened = tmp_path / "scene.toml", []

    def run(found: Opening, _: object) -> int:
        opened.append((found.experiment, found.page))
        return 0

    monkeypatch.setattr("tui.start.run_lab", run)
    monkeypatch.setattr("tui.look.prepare", lambda look: None)
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    for written in ('page = "walls"\ndim = 3\n', "dim = 3\n"):
        scene.write_text(written)
        assert answer(["lab", str(scene), "--walkers", "5"]) == 0
    experiment = Experiment(dim=3, walkers=5)
    assert opened == [(experiment, "walls"), (experiment, "descent")]


def test_a_scene_needs_no_command() -> None:
    assert parse(["three-doors", "--dim", "50"]) == Request("lab", (("dim", "50"),), ("three-doors",))
    assert parse(["my/own.toml"]) == Request("lab", (), ("my/own.toml",))
    with pytest.raises(BadInput, match="'three-dors'"):
        parse(["three-dors"])


def test_the_readme_scene_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    scene = tmp_path / "scene.toml"
    scene.write_text(README.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0])
    assert answer(["run", str(scene), "--steps", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [cohort["label"] for cohort in found["cohorts"]] == ["gd", "adam"]


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_be_drawn_on_is_refused(command: list[str], term: str) -> None:
    with Terminal(["env", f"TERM={term}", *command]) as terminal:
        assert f"landscape-tui: TERM: {term} cannot be drawn on" in terminal.wait_for("accepted: ")
        assert terminal.wait_for_end() == 2


def test_what_is_typed_steers_no_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for typed in (["--dim", "\x1b[2J"], ["run", "\x1b[2J"], ["--\x1b[2J"], ["list", "\x1b[2J\u202e"]):
        assert answer(typed) == 2
        assert "x1b[2J" in (line := capsys.readouterr().err) and line.rstrip("\n").isprintable()
    starts = tmp_path / "\x1b[2J.csv"
    starts.write_text("1,2\n")
    assert answer([*"run --dim 2 --walkers 2 --starts".split(), str(starts)]) == 2
    assert "x1b[2J" in (line := capsys.readouterr().err) and line.rstrip("\n").isprintable()
    assert answer([*"run --dim 2 --walkers 1 --steps 0 --starts".split(), str(starts)]) == 0
    printed = capsys.readouterr().out
    assert "x1b[2J" in printed and all(line.isprintable() for line in printed.split("\n"))
