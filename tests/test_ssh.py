"""The laboratory on another machine: through a real OpenSSH server, with a connection that is lost."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import ssh_server
from ssh_server import Server, server, status_of
from terminal import Terminal
from test_terminal_run import is_live, is_whole, press, shows, step

STATE = "XDG_STATE_HOME"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(ssh_server.missing()), reason=ssh_server.missing()),
]


@pytest.fixture
def far(command: list[str], tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path, command, {STATE: str(tmp_path / "state")}) as running:
        yield running


def kept(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in (folder / "state").rglob("*") if path.is_file()]


def test_an_experiment_outlives_its_connection(far: Server, tmp_path: Path) -> None:
    with Terminal(far.ssh("landscape-tui")) as terminal:
        terminal.wait_for(is_live)
        terminal.resize(80, 24)
        terminal.wait_for(lambda text: step(text) >= 0 and is_whole(text), what="a resize")
        press(terminal, "[", shows(" d 50 of 100 "))
        press(terminal, "2", shows(" 2 curvature"))
        laboratory = far.started("landscape-tui")
        begun_by_it = laboratory.children(recursive=True)
        terminal.signal(signal.SIGKILL)
        assert status_of(laboratory) == 0
        assert psutil.wait_procs(begun_by_it, timeout=ssh_server.LIMIT)[1] == []
    (record,) = kept(tmp_path)
    reached = record["trail"]["step"]

    with Terminal(far.ssh("landscape-tui")) as terminal:
        terminal.wait_for(f"gaussian-field, d = 50, was interrupted at step {reached} (")
        terminal.wait_for("; to go on: landscape-tui --resume")
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    with Terminal(far.ssh("landscape-tui", "--resume")) as terminal:
        terminal.wait_for(f"back at step {reached}, where the same walkers stand as before")
        terminal.wait_for(lambda text: step(text) > reached, what="steps beyond")
        assert " d 50 of 100 " in terminal.text
        assert " 2 curvature" in terminal.text
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
    assert kept(tmp_path) == []
