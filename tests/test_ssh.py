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
from ssh_server import Server, end_of, server
from terminal import Terminal
from test_terminal_run import is_live, is_paused, is_running, is_whole, press, shows, step

from sim.words import grouped

STATE = "XDG_STATE_HOME"

ENDING = 1.0
"""Seconds of processor that an end may take: it takes a fifth of that, and waiting for nobody takes none."""

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
    """Also while it stands still, and nothing is written that could fail."""
    with Terminal(far.ssh("landscape-tui")) as terminal:
        terminal.wait_for(is_live)
        terminal.resize(80, 24)
        terminal.wait_for(lambda text: step(text) >= 0 and is_whole(text), what="a resize")
        press(terminal, "[", shows(" d 50 of 100 "))
        press(terminal, "2", shows(" 2 curvature"))
        press(terminal, "space", is_paused)
        terminal.wait_for_silence()
        reached = step(terminal.text)
        laboratory = far.started("landscape-tui")
        begun_by_it, used = laboratory.children(recursive=True), sum(laboratory.cpu_times()[:2])
        terminal.signal(signal.SIGKILL)
        status, used_in_all = end_of(laboratory)
        assert status == 0, "by itself: the last resort, after some seconds, has another status"
        assert used_in_all - used < ENDING, "seconds of processor, however busy the machine is"
        assert psutil.wait_procs(begun_by_it, timeout=ssh_server.LIMIT)[1] == []
    (record,) = kept(tmp_path)
    assert record["trail"]["step"] == reached

    with Terminal(far.ssh("landscape-tui")) as terminal:
        terminal.wait_for(f"gaussian-field, d = 50, was interrupted at step {grouped(reached)} (")
        terminal.wait_for("; to go on: landscape-tui --resume")
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    with Terminal(far.ssh("landscape-tui", "--resume")) as terminal:
        terminal.wait_for(f"back at step {grouped(reached)}, where the same walkers stand as before")
        terminal.wait_for(" d 50 of 100 ")
        assert " 2 curvature" in terminal.text
        press(terminal, "space", is_running)
        terminal.wait_for(lambda text: step(text) > reached, what="steps beyond")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
    assert kept(tmp_path) == []
