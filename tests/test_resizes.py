"""A real terminal whose size changes hundreds of times, at any moment and to anything."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from terminal import Terminal

TINY = ((1, 1), (2, 1), (1, 50), (39, 11), (40, 11), (39, 12))
"""Sizes that the laboratory is too large for."""

RESTS = ((40, 12), (80, 24), (30, 8), (120, 40), (79, 16), (200, 60))
"""Where a burst of changes ends, and the screen is read."""

BURST = 40


def any_size(random: Random) -> tuple[int, int]:
    """Columns and rows, one time in four too few."""
    return random.choice(TINY) if random.random() < 0.25 else (random.randint(1, 220), random.randint(1, 70))


def is_settled(text: str) -> bool:
    """Nothing is on its way that would change the screen of a laboratory that pauses."""
    coming = ("measuring", ": step ", " at step ", "no reading yet")
    return "PAUSED" in text and "active_dim: how many" in text and not any(word in text for word in coming)


@pytest.mark.slow
def test_hundreds_of_sizes_leave_the_screen_as_it_was(command: list[str], tmp_path: Path) -> None:
    random = Random(1)
    with Terminal(command, columns=80, rows=24, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: "median" in text and "\n step 0 " not in text, what="steps")
        terminal.press("space", "r")
        terminal.wait_for("rewound")
        terminal.press("down", "up")  # which takes the news away
        before = terminal.wait_for(lambda text: "\n step 0 " in text and is_settled(text), what="a pause")
        for rest in RESTS:
            for _ in range(BURST):
                terminal.resize(*any_size(random))
                if random.random() < 0.1:
                    terminal.press(random.choice(("e", "down", "9", "0")))
                terminal.drain()
            terminal.resize(*rest)
            wanted = "too small" if rest[0] < 40 else "q quit"
            terminal.wait_for(lambda text, wanted=wanted: wanted in text, what=f"{rest} after a burst")
        terminal.press("1")
        terminal.resize(80, 24)
        while "active_dim: how many" not in terminal.wait_for("q quit").splitlines()[-2]:
            terminal.press("down")
            terminal.wait_for(lambda text, old=terminal.text: text != old, what="another parameter")
        terminal.wait_for(lambda text: text == before, what=f"the same screen as before:\n{before}\n")
        terminal.press("q")
        assert terminal.wait_for_end() == 0 and terminal.is_restored()
        assert b"Traceback" not in terminal.output
