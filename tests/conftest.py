"""What all tests share: the command under test."""

from __future__ import annotations

import itertools
import os
import shlex
import sys
import sysconfig
from pathlib import Path

import pytest

from sim.registry import LANDSCAPES, STARTS

NUMBERS = itertools.count()

# Processes are started by the hundred here, and would each compile anew all that they import. Beside a
# program that is installed elsewhere nothing is written that was not asked for.
if "LANDSCAPE_TUI" not in os.environ:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False

LONGEST = (
    "test_rows", "test_wheel", "test_user_landscape", "test_pictures", "test_terminal_run", "test_user_files",
    "test_relu_teacher_facts", "test_memory", "test_cli", "test_giant_signs", "test_screen_bytes", "test_lab",
    "test_help", "test_look", "test_tour", "test_ssh", "test_same_bits", "test_walker_outcomes",
)  # fmt: skip
"""Files that take long begin, so that no process is left with one of them while the other idles."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin; within a file the order stays."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def command() -> list[str]:
    """How the program is started: LANDSCAPE_TUI where it is set, else the script beside this Python.

    So the same tests run against a wheel that is installed somewhere else.
    """
    installed = Path(sysconfig.get_path("scripts")) / "landscape-tui"
    return shlex.split(os.environ.get("LANDSCAPE_TUI", "")) or [str(installed)]


@pytest.fixture(autouse=True)
def no_state_of_other_runs(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a laboratory that is ended leaves goes to a folder of the test's own, made when it is needed."""
    own = f"state-{next(NUMBERS)}"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / own))


@pytest.fixture(autouse=True)
def nobodys_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have other keys, and other defaults."""
    monkeypatch.setenv("LANDSCAPE_TUI_CONFIG", os.devnull)


@pytest.fixture(autouse=True)
def no_files_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that a test reads into a registry are forgotten after it."""
    for registry in (LANDSCAPES, STARTS):
        monkeypatch.setattr(registry, "_files", {})
