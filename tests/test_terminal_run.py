"""The laboratory in a real pseudo-terminal: every key is pressed, and the screen is read."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal

from sim.measures.outcomes import Outcome
from sim.parameters import neighbour
from tui.actions import ACTIONS
from tui.intent import OPENING_PACE
from tui.interrupted import offer
from tui.panel import PAGES, panels

PANELS = tuple(panel.title for _, panel in panels() if panel.page == PAGES[0])
"""The panels that there is room for at once."""

Reaction = Callable[[str, str], object]
"""Whether the screen after a key, compared with the one before, shows what the key is for."""


def step(screen: str) -> int:
    """The step in the status line; −1 while there is none."""
    found = re.search(r"^ step ([\d ]+?)  ", screen, re.MULTILINE)
    return int(found[1].replace(" ", "")) if found else -1


def value(screen: str, name: str) -> str:
    """The value of a parameter in its panel."""
    found = re.search(rf"│ *▸? *{name} +(\S.*?) *│", screen)
    return found[1] if found else ""


def chosen(screen: str) -> str:
    """The name of the parameter that is marked."""
    found = re.search(r"▸ (\w+) ", screen)
    return found[1] if found else ""


def counted(screen: str) -> list[int]:
    """How many walkers have each outcome."""
    return [int(value(screen, outcome)) for outcome in Outcome if value(screen, outcome)]


def is_live(screen: str) -> bool:
    """Steps are taken, every chart has its axes and its numbers, and every walker has an outcome."""
    numbers = ("median ", ", theory ", " down, ")
    axes = screen.count("├") + screen.count("└┬")
    return step(screen) > 0 and axes >= 4 and all(n in screen for n in numbers) and sum(counted(screen)) == 64


def becomes(name: str, wanted: str) -> Reaction:
    return lambda before, after: value(before, name) != wanted and value(after, name) == wanted


def is_paused(before: str, after: str) -> bool:
    return "PAUSED" in after and "PAUSED" not in before


def is_running(before: str, after: str) -> bool:
    return "▶ running" in after and step(after) > step(before)


def shows(text: str) -> Reaction:
    return lambda before, after: text in after and text not in before


def saves(ending: str) -> Reaction:
    """Says where; a long path goes on in the next row."""
    return lambda before, after: ending in re.sub(r"\s", "", after)


def hides(text: str) -> Reaction:
    return lambda before, after: text in before and text not in after


def edits(name: str, text: str) -> Reaction:
    """The value stands in the editor, which begins at the left, and no longer in the panel."""
    return lambda before, after: re.search(rf"▸ {name} +{text} {{3,}}", after)


def chooses(name: str) -> Reaction:
    return lambda before, after: chosen(before) != name and chosen(after) == name


def only(*titles: str) -> Reaction:
    """Of the panels that have room, these are on the screen; a title may go on with ": exact (dense)"."""
    return lambda before, after: tuple(t for t in PANELS if re.search(rf"─ {t}[ :]", after)) == titles


FASTER = neighbour(OPENING_PACE, up=True)
SCRIPT: list[tuple[str, Reaction]] = [
    ("space", is_paused),
    (
        "r",
        lambda before, after: step(after) == 0 < step(before),
    ),  # after which a step on its way is no longer seen
    (".", lambda before, after: step(after) == 1),
    (".", lambda before, after: step(after) == 2),
    ("s", shows("= 1/λmax (λmax ")),
    ("R", lambda before, after: "seed 1 " in after and step(after) == 0),
    ("+", becomes("speed", f"{FASTER:g} steps/s")),
    ("=", becomes("speed", f"{neighbour(FASTER, up=True):g} steps/s")),
    ("-", becomes("speed", f"{FASTER:g} steps/s")),
    ("[", shows(" d 50 of 100 ")),
    ("]", hides(" d 50 of 100 ")),
    ("]", becomes("dim", "200")),
    ("[", shows(" d 100 of 200 ")),
    ("o", becomes("optimizer", "langevin")),
    ("a", shows("cohort 2 of 2 · lion")),
    ("c", shows("cohort 1 of 2 · langevin")),
    ("x", shows("cohort 1 of 1 · lion")),
    ("l", becomes("landscape", "griewank")),
    ("g", shows("✗ graft: griewank has no parts")),
    ("down", chooses("active_dim")),
    ("tab", chooses("dim")),
    ("down", chooses("giant_dim")),
    ("right", becomes("giant_dim", "500")),
    ("down", chooses("walkers")),
    ("right", becomes("walkers", "128")),
    ("left", becomes("walkers", "64")),
    ("up", chooses("giant_dim")),
    ("left", becomes("giant_dim", "200")),
    ("up", chooses("dim")),
    ("shift+tab", chooses("active_dim")),
    ("enter", edits("active_dim", "100")),
    ("0", lambda before, after: value(after, "active_dim") == "0"),
    ("enter", shows("✗ active_dim: 0 is out of range")),
    ("escape", becomes("active_dim", "100")),
    ("enter", edits("active_dim", "100")),
    ("3", becomes("active_dim", "3")),
    ("enter", shows(" d 3 of 200 ")),
    ("2", shows(" 2 curvature")),
    ("3", shows(" 3 distances")),
    ("4", shows(" 4 walls")),
    ("5", shows(" 5 critical")),
    ("6", shows(" 6 giants")),
    ("7", shows(" 7 map")),
    ("m", shows("Map: principal components")),
    ("f", shows("walker 2 of 64")),
    ("F", shows("walker 1 of 64")),
    ("9", shows(" 9 own")),
    ("w", shows("Enter shows it")),
    ("escape", hides("Enter shows it")),
    ("0", shows(" 0 all: ")),
    ("1", only(*PANELS)),
    ("e", only(PANELS[0])),
    ("e", only(PANELS[1])),
    ("escape", only(*PANELS)),
    (".", lambda before, after: step(after) == 1),
    (".", lambda before, after: step(after) == 2),
    ("v", shows("Loss: step 2  ")),
    ("home", shows("Loss: step 0  ")),
    ("shift+right", shows("Loss: step 1  ")),
    ("end", shows("Loss: step 2  ")),
    ("shift+left", shows("Loss: step 1  ")),
    ("v", hides("Loss: step 1  ")),
    ("y", shows("Loss: a logarithmic axis; y makes it linear again")),
    ("P", saves(".svg")),
    ("T", saves(".txt")),
    ("?", shows("Esc goes back")),
    ("?", shows("Griewank's function")),
    ("escape", hides("Griewank's function")),
    ("n", shows("landscape-tui tour")),
    ("down", hides("landscape-tui tour")),
    ("b", shows("landscape-tui tour")),
    ("up", hides("landscape-tui tour")),
    ("pagedown", shows("landscape-tui tour")),
    ("down", hides("landscape-tui tour")),
    ("pageup", shows("landscape-tui tour")),
    ("up", hides("landscape-tui tour")),
    (":", shows("Search for commands")),
    ("escape", hides("Search for commands")),
    ("ctrl+p", shows("Search for commands")),
    ("escape", hides("Search for commands")),
    ("space", is_running),
]
LEAVING = ("q", "ctrl+q")


def test_no_key_is_missed() -> None:
    assert {key for key, _ in SCRIPT} | set(LEAVING) >= {key for action in ACTIONS for key in action.keys}


def press(terminal: Terminal, key: str, reaction: Reaction) -> None:
    """Press a key and wait until the screen reacts."""
    before = terminal.text
    terminal.press(key)
    terminal.wait_for(lambda after: reaction(before, after), what=f"the reaction to {key}")


def test_every_key_changes_the_screen(command: list[str], tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(is_live)
        for key, reaction in SCRIPT:
            press(terminal, key, reaction)
        for columns, rows in ((80, 24), (200, 60), (60, 15)):
            terminal.resize(columns, rows)
            terminal.wait_for(
                lambda text: step(text) >= 0 and "┬" in text and is_whole(text), what="a resize"
            )
        terminal.resize(20, 5)
        terminal.wait_for("too small")
        terminal.resize(120, 40)
        terminal.wait_for(lambda text: only(*PANELS)("", text))
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.output
        assert b"Warning" not in terminal.output


def test_keys_that_arrive_at_once_are_taken_in_their_order(command: list[str], tmp_path: Path) -> None:
    """As a slow link, a macro or a fast typist delivers them: in one write."""
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(is_live)
        terminal.press_at_once(
            "space", "down", "enter", *"250", "enter", "down", "down", "enter", *"32", "enter", "o"
        )
        terminal.wait_for(
            lambda text: (
                [value(text, name) for name in ("dim", "walkers", "optimizer")] == ["250", "32", "langevin"]
            ),
            what="the values that were typed",
        )
        terminal.press_at_once("up", "up", "enter", *"9r", "backspace", "left", "1", "enter", *"aa")
        terminal.wait_for("cohort 3 of 3 · momentum")
        assert value(terminal.text, "walkers") == "19"
        terminal.wait_for("PAUSED")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("typed", [["--dim", "20"], ["tour", "distances"]], ids=["lab", "tour"])
def test_keys_typed_ahead_wait_for_the_screen(command: list[str], typed: list[str], tmp_path: Path) -> None:
    """From the moment on that the terminal is taken, in their order; others while it is painted."""
    with Terminal([*command, *typed], cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda _: b"\x1b[?1049h" in terminal.output, what="the terminal's other screen")
        terminal.press_at_once("down", "down", "down", "enter")
        terminal.press(*"9", "enter", "?")
        terminal.wait_for("Esc goes back")
        terminal.press_at_once("enter", "enter", "space")  # each of which leaves the help
        terminal.wait_for(lambda text: value(text, "walkers") == "9", what="the laboratory below it")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.output


def test_a_user_file_and_its_page_on_the_screen(command: list[str], tmp_path: Path) -> None:
    well = tmp_path / "well.py"
    well.write_text('"""A narrow well.\n\nOf one line.\n"""\n\n\ndef loss(x):\n    return (x * x).sum()\n')
    with Terminal([*command, "--landscape", "well.py", "--dim", "4"], cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 5)
        assert value(terminal.text, "landscape") == "well.py"
        press(terminal, "?", shows("Esc goes back"))
        press(terminal, "?", shows("Of one line."))
        press(terminal, "escape", hides("Of one line."))
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_the_palette_saves_a_picture_where_there_is_no_downloads_folder(
    command: list[str], tmp_path: Path
) -> None:
    environment = {**os.environ, "HOME": str(tmp_path / "nowhere")}
    with Terminal(command, cwd=str(tmp_path), environment=environment) as terminal:
        terminal.wait_for("Parameters")
        press(terminal, ":", shows("Search for commands"))
        # Before anything is typed the palette lists everything: the search has ended when the rest is gone.
        terminal.press("screenshot")
        terminal.wait_for(lambda text: "save the screen as SVG" in text and "go on" not in text)
        # A long path goes on in the next row, or begins there.
        press(terminal, "enter", lambda before, after: re.search(rf"saved\s+{tmp_path}"[:60], after))
        (picture,) = tmp_path.glob("*.svg")
        drawn = picture.read_text(encoding="utf-8")
        assert "Parameters" in drawn and "Search" not in drawn
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_with_another_textual_the_screen_is_drawn_in_its_own_way(tmp_path: Path) -> None:
    """Where its updates have other names."""
    other = "import sys; sys.modules['tui.repaint'] = None; from tui.cli import main; sys.exit(main())"
    with Terminal([sys.executable, "-c", other, "--dim", "20"], cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 0)
        press(terminal, "space", is_paused)
        terminal.resize(80, 24)
        terminal.wait_for(lambda text: "PAUSED" in text and is_whole(text), what="another size")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.output


def is_whole(screen: str) -> bool:
    """Every box that was opened is closed."""
    return screen.count("╭") == screen.count("╰") == screen.count("╮") == screen.count("╯") > 0


@pytest.mark.parametrize(("leave", "was_ended"), [
    (lambda terminal: terminal.press("ctrl+q"), False),
    (lambda terminal: terminal.signal(signal.SIGTERM), True),
    (lambda terminal: terminal.signal(signal.SIGHUP), True),
], ids=["ctrl+q", "SIGTERM", "SIGHUP"])  # fmt: skip
def test_it_leaves_a_clean_terminal(
    leave: Callable[[Terminal], None], was_ended: bool, command: list[str], tmp_path: Path
) -> None:
    """And where it was ended, how to go on."""
    with Terminal(command, columns=80, rows=24, cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: step(text) > 0)
        leave(terminal)
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.output
    assert bool(offer().text) == was_ended


def test_it_can_be_left_before_anything_is_loaded(command: list[str], tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("Parameters")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert "Parameters" not in terminal.text, "where there is one screen, as in GNU screen"


@pytest.mark.parametrize("controlling", [True, False], ids=["with a signal", "without one"])
def test_it_ends_with_the_connection(command: list[str], controlling: bool, tmp_path: Path) -> None:
    with Terminal(command, cwd=str(tmp_path), controlling=controlling) as terminal:
        terminal.wait_for(lambda text: step(text) > 0)
        terminal.hang_up()
        assert terminal.wait_for_end() == 0, (
            "by itself: the last resort, after some seconds, has another status"
        )
    assert "was interrupted" in offer().text


def test_a_scene_opens_on_its_page_and_a_matrix_streams_while_walkers_are_paused(
    command: list[str], tmp_path: Path
) -> None:
    typed = ["giants", "--giant-dim", "3e7", "--walkers", "8", "--dim", "20"]
    with Terminal([*command, *typed], cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: " 6 giants" in text and "giants 3e7" in text, what="the page")
        press(terminal, "space", is_paused)
        terminal.wait_for("%: off ", what="a part of the rows")
        terminal.wait_for("all 3e7: off ", what="all of them")
        press(terminal, "[", hides("giants 3e7"))
        terminal.wait_for("all 20: off ", what="a matrix as large as the walkers' landscape")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.output


def test_the_tour_is_told_turned_aside_and_left(command: list[str], tmp_path: Path) -> None:
    typed = [*command, "tour", "distances"]
    with Terminal(
        typed, columns=80, rows=24, cwd=str(tmp_path), environment={**os.environ, "NO_COLOR": "1"}
    ) as terminal:
        terminal.wait_for(lambda text: "1/4 How far" in text and "law 0.523, drawn 0.505 ± 0.014" in text)
        press(terminal, "n", shows("Theory says first: a mean of 44.71"))
        press(terminal, "pagedown", shows("law 0.0224, drawn 0.02121 ± 0.00094"))
        press(terminal, "]", shows("law 0.0158, drawn 0.0"))
        press(terminal, "escape", shows("law 0.0224, drawn 0.0"))
        terminal.press_at_once("n", "n", "n")
        terminal.wait_for("2/4 How many directions lead down?")
        terminal.wait_for("law 50.0 ± 0.844, streamed 49")
        press(terminal, "escape", hides("2/4 How many"))
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.output


TOO_LARGE = (
    r"✗ (walkers diverged by step [\d ]+: )?lr 1e300 is above 2/λmax = 0\.0050\d* at walker \d, step \d+; "
    r"press s to apply a stable one(?(1), then r to go back) space pause "
)
"""The warning, whole, as it is said before and after they diverged, and the keys below it."""


def test_walkers_that_diverge_are_counted_and_the_laboratory_goes_on(
    command: list[str], tmp_path: Path
) -> None:
    diverging = ["--landscape", "rastrigin", "--dim", "20", "--walkers", "8", "--lr", "1e300"]
    with Terminal([*command, *diverging], cwd=str(tmp_path)) as terminal:
        terminal.wait_for(lambda text: value(text, "diverged") == "8", what="eight diverged walkers")
        terminal.wait_for(
            lambda text: re.search(TOO_LARGE, " ".join(text.split())),
            what="what to do about it, whether or not it is known by then that they diverged",
        )
        press(terminal, "s", shows("lr 1e300 → 0.0025"))
        press(terminal, "r", lambda before, after: "diverged" in after and value(after, "diverged") != "8")
        press(terminal, "enter", edits("lr", r"0\.0025\d*"))
        terminal.press_at_once(*["backspace"] * 7, *"1e300", "enter")
        terminal.wait_for(lambda text: value(text, "diverged") == "8", what="eight diverged walkers again")
        press(terminal, "space", is_paused)
        press(terminal, "r", lambda before, after: step(after) == 0 < step(before))
        press(terminal, "space", lambda before, after: value(after, "diverged") == "8")
        press(terminal, "[", becomes("active_dim", "10"))
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert b"Traceback" not in terminal.output
        assert b"Warning" not in terminal.output


def test_a_refused_value_draws_nothing(command: list[str], tmp_path: Path) -> None:
    with Terminal([*command, "--dim", "0"], cwd=str(tmp_path)) as terminal:
        assert terminal.wait_for_end() == 2
        line = b"landscape-tui: --dim: 0 is out of range; accepted: a whole number from 1 to 1e+15\r\n"
        assert bytes(terminal.output) == line
