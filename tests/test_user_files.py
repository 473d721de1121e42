"""A landscape of one's own on the command line and in the laboratory."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from terminal import Terminal

README = Path(__file__).parents[1] / "README.md"

ENDLESS = """
def loss(x):
    t = 1.0
    while t > 0.0:
        t = 1.0 + 0.5 * t
    return x[0]
"""

ENDLESS_LATER = """
import numpy as np

box = (1.0, 3.0)

def loss(x):
    t = 1.0
    while abs(x[0]) < 0.5 and t > 0.0:
        t = 1.0 + 0.5 * t
    return np.sum(x**2)
"""
"""A bowl whose bottom, where no walker starts, never answers."""


def run(command: list[str], folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "run", "--landscape", "own.py", *typed],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_file_in_the_readme_is_a_landscape(command: list[str], tmp_path: Path) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    (example,) = (block for block in blocks if "def loss" in block)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    (tmp_path / "own.py").write_text(example, encoding="utf-8")
    done = run(command, tmp_path, "--dim", "20", "--steps", "500", "--set", "depth=3", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["experiment"]["parameters"]["depth"] == 3.0
    assert report["signs"]["exact"] is False
    assert report["outcomes"]["at a minimum"] == 64


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def loss(x):\n    return x + 1", "own.py, line 1: loss(x) returns an array of shape (100,)"),
        ("def loss(x)\n    return 1.0", "own.py, line 1: expected ':' in 'def loss(x)'"),
        pytest.param(
            ENDLESS,
            "own.py, line 5: loss(x) of 100 coordinates takes longer than 10 s",
            marks=pytest.mark.slow,
        ),
    ],
    ids=["array", "syntax", "endless"],
)
def test_a_mistake_in_a_file_is_one_line_and_exit_2(
    command: list[str], tmp_path: Path, text: str, line: str
) -> None:
    (tmp_path / "own.py").write_text(text)
    done = run(command, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.sub("line 4: (?=.*longer)", "line 5: ", done.stderr).startswith(
        f"landscape-tui: --landscape: {line}"
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_file_that_stops_answering_is_left_behind(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(ENDLESS_LATER)
    typed = [*command, "--landscape", "own.py", "--dim", "3"]
    with Terminal(typed, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("r goes back to gaussian-field, d = 100")
        assert "no answer …" in terminal.text
        terminal.press("r")
        terminal.wait_for("given up what did not answer")
        terminal.wait_for(lambda text: "gaussian-field   d 100" in text and "▶ running" in text)
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.slow
def test_leaving_does_not_wait_for_it(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(ENDLESS_LATER)
    typed = [*command, "--landscape", "own.py", "--dim", "3"]
    with Terminal(typed, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("no answer")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_a_file_that_is_typed_is_refused_in_place(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def loss(x):\n    return x")
    with Terminal([*command, "--landscape", "rastrigin"], cwd=str(tmp_path)) as terminal:
        terminal.wait_for("▶ running")
        while "▸ landscape" not in terminal.text:
            before = terminal.text
            terminal.press("up")
            terminal.wait_for(lambda text, before=before: marked(text) != marked(before))
        terminal.press("enter", *"own.py", "enter")
        terminal.wait_for("own.py, line 1: loss(x) returns an array")
        assert "rastrigin" in terminal.text.splitlines()[0]
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def marked(screen: str) -> str:
    """The parameter that is chosen."""
    found = re.search(r"▸ (\w+)", screen)
    return found[1] if found else ""
