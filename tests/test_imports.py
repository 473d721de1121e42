"""What is imported when: the rules of the architecture, and what each answer loads."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"numba", "numpy", "plotext", "rich", "scipy", "textual"}

ANSWER = """
import contextlib, io
from tui.cli import answer
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    answer({!r}.split())
"""


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded once it has run the code."""
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_the_architecture_holds() -> None:
    command = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_importing_sim_loads_nothing_heavy() -> None:
    assert not loaded("import sim") & HEAVY


def test_naming_everything_loads_nothing_heavy() -> None:
    code = "from sim import *\nfor registry in (LANDSCAPES, OPTIMIZERS, MEASURES): list(registry.values())"
    assert not loaded(code) & HEAVY
    assert not loaded("from sim import Experiment; Experiment(dim=7).explicit()") & HEAVY


def test_the_screen_is_painted_without_numba() -> None:
    assert not loaded("import tui.start") & {"numba", "scipy"}


@pytest.mark.parametrize(
    "typed",
    [
        "--version", "--help", "run --help", "list", "list keys", "list --json", "rnu", "--dimm 3", "--dim 0",
        "--dim 1e30", "--landscape rastrigan", "--set A=abc", "--lr nan", "--dim 1e12 --landscape rastrigin",
        "signs --dim 0", "signs --shift nan",
        "list themes", "doctor", "--theme nrod",
        "signs --landscape rastrigin --shift 1", "distances --dim 0", "distances --walkers 1e9",
    ],
)  # fmt: skip
def test_an_answer_loads_nothing_heavy(typed: str) -> None:
    assert not loaded(ANSWER.format(typed)) & HEAVY


def test_the_version_needs_little_of_the_standard_library() -> None:
    ours = {name.partition(".")[0] for name in loaded(ANSWER.format("--version"))}
    assert ours - loaded("import contextlib, io") - sys.stdlib_module_names == {"sim", "tui"}
    assert not ours & {"argparse", "asyncio", "dataclasses", "inspect", "json", "subprocess", "threading"}
