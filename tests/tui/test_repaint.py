"""What is sent for an update makes a terminal show the same as all of it would."""

from __future__ import annotations

import random

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.link import BREAK, Link
from tui.look import fills_what_it_erases
from tui.repaint import Difference, Shown

WIDTH, HEIGHT = 40, 6
CONSOLE = Console(color_system="truecolor", force_terminal=True)
STYLES = [
    None,
    *map(
        Style.parse,
        (
            "#102030 on #000000", "#102030 on #ff0000", "bold #102030 on #000000", "dim #ffffff on #000000",
            "bold reverse #102030 on #000000", "underline #405060", "red on default", "italic bold",
        ),
    ),
]  # fmt: skip
WORDS = ("a", "loss", " ", "  ", " " * 15, "⠛⣿", "━━", "宽", "é", "0.05")

Segments = list[list[Segment]]


def segments(draw: random.Random) -> list[Segment]:
    """A row, in whose middle no character is cut."""
    return half(draw) + half(draw)


def half(draw: random.Random, width: int = WIDTH // 2) -> list[Segment]:
    found: list[Segment] = []
    while (room := width - sum(segment.cell_length for segment in found)) > 0:
        segment = Segment(draw.choice(WORDS), draw.choice(STYLES))
        found.append(segment if segment.cell_length <= room else Segment("." * room, segment.style))
    return found


def whole(rows: Segments) -> LayoutUpdate:
    return LayoutUpdate([[Strip(row)] for row in rows], Region(0, 0, WIDTH, HEIGHT))


def part(draw: random.Random, rows: Segments) -> ChopsUpdate:
    """Some columns of some rows, of which each is cut in two."""
    spans = []
    for y in sorted(draw.sample(range(HEIGHT), 3)):
        first = draw.randrange(WIDTH)
        spans.append((y, first, draw.randrange(first, WIDTH) + 1))
    cut = WIDTH // 2
    halves = [Strip(row).divide([cut, WIDTH]) for row in rows]
    return ChopsUpdate([{0: a, cut: b} for a, b in halves], spans, [[cut, WIDTH]] * HEIGHT)


class Terminal:
    """A screen, and what it looks like."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)

    def take(self, text: str) -> None:
        self._stream.feed(text)

    def look(self) -> list[list[tuple[object, ...]]]:
        """Of a blank neither colour nor weight is seen, unless it is reversed or underlined."""
        seen: list[list[tuple[object, ...]]] = []
        for y in range(HEIGHT):
            cells = [self.screen.buffer[y][x] for x in range(WIDTH)]
            seen.append(
                [
                    (c.data, c.bg)
                    if c.data == " " and not (c.reverse or c.underscore)
                    else (c.data, c.fg, c.bg, c.bold, c.italics, c.underscore, c.reverse)
                    for c in cells
                ]
            )
        return seen


def sent(shown: Shown, update: LayoutUpdate | ChopsUpdate) -> str:
    return shown.update(update, ColorSystem.TRUECOLOR)


@pytest.mark.parametrize("erases", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_the_screen_is_the_same_as_if_all_were_sent(seed: int, erases: bool) -> None:
    draw, shown = random.Random(seed), Shown(erases=erases)
    ours, theirs = Terminal(), Terminal()
    for number in range(30):
        rows = [segments(draw) for _ in range(HEIGHT)]
        update = part(draw, rows) if number % 5 else whole(rows)
        theirs.take(update.render_segments(CONSOLE).replace("\n", "\r\n"))
        ours.take(sent(shown, update))
        assert ours.look() == theirs.look()


def test_what_is_there_is_not_sent_again() -> None:
    shown, rows = Shown(), [segments(random.Random(0)) for _ in range(HEIGHT)]
    spans = ChopsUpdate([{0: Strip(row)} for row in rows], [(1, 0, WIDTH)], [[WIDTH]] * HEIGHT)
    assert sent(shown, whole(rows))
    assert sent(shown, whole(rows)) == sent(shown, spans) == ""
    shown.forget()
    assert sent(shown, whole(rows))


def row(text: str, style: str, *others: tuple[str, str]) -> list[Segment]:
    found = [Segment(text, Style.parse(style)), *(Segment(t, Style.parse(s)) for t, s in others)]
    return [*found, Segment(" " * (WIDTH - sum(s.cell_length for s in found)), Style.parse(style))]


def screens(*rows: list[Segment]) -> LayoutUpdate:
    return whole([*rows, *([row("", "white on black")] * (HEIGHT - len(rows)))])


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ([("step 100", "red")], [("step 105", "red")], "\x1b[1;8H\x1b[31m5\x1b[m"),
        ([("a...b", "red")], [("c...d", "red")], "\x1b[1;1H\x1b[31mc...d\x1b[m"),
        ([("a⣿⣿b", "red")], [("c⣿⣿d", "red")], "\x1b[1;1H\x1b[31mc\x1b[2Cd\x1b[m"),
        ([("a", "red"), ("b", "blue")], [("c", "red"), ("d", "blue")], "\x1b[1;1H\x1b[31mc\x1b[34md\x1b[m"),
        ([("a b", "red")], [("a b", "bold red")], "\x1b[1;1H\x1b[1;31ma\x1b[Cb\x1b[m"),
        ([("宽a", "red")], [("宽b", "red")], "\x1b[1;3H\x1b[31mb\x1b[m"),
    ],
)
def test_few_bytes(before: list[tuple[str, str]], after: list[tuple[str, str]], wanted: str) -> None:
    shown = Shown()
    sent(shown, screens(row("", "red", *before)))
    assert sent(shown, screens(row("", "red", *after))) == wanted


def test_a_row_of_blanks_is_erased_where_that_fills_it() -> None:
    for erases, wanted in ((True, "\x1b[1;1H\x1b[30X\x1b[30C"), (False, "\x1b[1;1H" + " " * 30)):
        shown = Shown(erases=erases)
        sent(shown, screens(row("x" * 30, "red")))
        assert sent(shown, screens(row("", "red"))) == wanted


@pytest.mark.parametrize(
    ("environment", "fills"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, True),
        ({"TERM": "vt100"}, False),
        ({}, True),
    ],
)
def test_which_terminals_fill_what_they_erase(environment: dict[str, str], fills: bool) -> None:
    assert fills_what_it_erases(environment) is fills


def test_another_size_is_sent_whole() -> None:
    shown, rows = Shown(), [segments(random.Random(0)) for _ in range(HEIGHT)]
    sent(shown, whole(rows))
    smaller = LayoutUpdate([[Strip(row)] for row in rows[:2]], Region(0, 0, WIDTH, 2))
    assert sent(shown, smaller) == sent(Shown(), smaller) != ""


def test_what_the_link_asks_stands_behind_an_update_that_sends_something() -> None:
    asked: list[int] = []

    class Asking(Link):
        def ask(self, size: int) -> str:
            asked.append(size)
            return "?"

    shown, rows = Shown(), [segments(random.Random(0)) for _ in range(HEIGHT)]
    text = Difference(whole(rows), shown, Asking()).render_segments(CONSOLE)
    assert text.endswith("?") and asked == [len(text) - 1]
    assert Difference(whole(rows), shown, Asking()).render_segments(CONSOLE) == ""
    assert len(asked) == 1


def test_over_a_slow_line_rows_are_shown_as_they_come() -> None:
    class Slow(Link):
        between = BREAK

    rows = [row("x" * WIDTH, "red")] * HEIGHT
    pieces = Difference(whole(rows), Shown(), Slow()).render_segments(CONSOLE).split(BREAK)
    assert "".join(pieces) == sent(Shown(), whole(rows))
    assert len(pieces) == 1, "a few rows are one piece"
    rows = [[Segment("x", Style.parse(style)) for style in ("red", "blue") * (WIDTH // 2)]] * HEIGHT
    pieces = Difference(whole(rows), Shown(), Slow()).render_segments(CONSOLE).split(BREAK)
    assert "".join(pieces) == sent(Shown(), whole(rows))
    assert len(pieces) > 2 and all(piece.startswith("\x1b[") for piece in pieces)


def test_colours_are_as_many_as_the_terminal_has() -> None:
    update = screens(row("x", "#12ab34 on #000000"))
    assert "38;5;" in Shown().update(update, ColorSystem.EIGHT_BIT)
    assert "38;" not in Shown().update(update, ColorSystem.STANDARD)
