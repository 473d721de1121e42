"""How much is sent to a real pseudo-terminal: bytes are counted, nothing is timed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from terminal import UPDATE_ENDS, Terminal

from tui.actions import EVERY, page_number
from tui.panel import PAGES

BYTES_A_FRAME, BYTES_AN_UPDATE = 3000, 700
"""The most that an update takes in the mean where all of the page is new, and where it goes on: less than it
takes where whole pieces of rows are sent."""

UPDATES = 12


def step(screen: str) -> int:
    found = re.search(r"^ step ([\d ]+?)  ", screen, re.MULTILINE)
    return int(found[1].replace(" ", "")) if found else 0


def sizes(terminal: Terminal, updates: int) -> list[int]:
    """The bytes of each of so many updates from now on, with what is sent between them."""
    begin = len(terminal.output)
    terminal.wait_for(lambda _: terminal.output.count(UPDATE_ENDS, begin) >= updates, what="updates")
    return [len(update) for update in terminal.output[begin:].split(UPDATE_ENDS)[:updates]]


def test_frames_are_small_and_a_pause_sends_nothing(command: list[str], tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 0 and " down, " in text, what="numbers")
        assert sum(sizes(terminal, UPDATES)) <= UPDATES * BYTES_AN_UPDATE
        terminal.press("7")
        assert sum(sizes(terminal, UPDATES)) <= UPDATES * BYTES_A_FRAME
        terminal.press("space")
        terminal.wait_for("PAUSED")
        terminal.wait_for_silence()
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_a_terminal_that_is_late_gets_what_keys_change_alone(command: list[str], tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 0 and " down, " in text, what="numbers")
        sizes(terminal, UPDATES)
        terminal.answers = False
        terminal.wait_for_silence()
        before = step(terminal.text)
        terminal.press("tab")
        terminal.wait_for("▸ dim ")
        assert step(terminal.text) == before
        terminal.answers = True
        terminal.press("tab")
        terminal.wait_for(lambda text: step(text) > before, what="charts again")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()


@pytest.mark.slow
def test_frames_are_small_on_every_page(command: list[str], tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 0 and " down, " in text, what="numbers")
        for page in (*PAGES, EVERY):
            terminal.press(str(page_number(page)))
            terminal.wait_for(f" {page_number(page)} {page}")
            assert sum(sizes(terminal, UPDATES)) <= UPDATES * BYTES_A_FRAME, page
            updates = 10 * UPDATES if page == "map" else UPDATES  # whose plane moves now and then
            assert sum(sizes(terminal, updates)) <= updates * BYTES_AN_UPDATE, page
        terminal.press("q")
        assert terminal.wait_for_end() == 0
