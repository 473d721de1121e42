"""What all tests share: the command under test."""

from __future__ import annotations

import os
import shlex
import sysconfig
from pathlib import Path

import pytest

from sim.registry import LANDSCAPES, STARTS


@pytest.fixture(scope="session")
def command() -> list[str]:
    """How the program is started: LANDSCAPE_TUI where it is set, else the script beside this Python.

    So the same tests run against a wheel that is installed somewhere else.
    """
    installed = Path(sysconfig.get_path("scripts")) / "landscape-tui"
    return shlex.split(os.environ.get("LANDSCAPE_TUI", "")) or [str(installed)]


@pytest.fixture(autouse=True)
def no_files_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that a test reads into a registry are forgotten after it."""
    for registry in (LANDSCAPES, STARTS):
        monkeypatch.setattr(registry, "_files", {})
