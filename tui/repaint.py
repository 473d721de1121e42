"""What the terminal shows, and the fewest bytes that make it show something else.

Textual sends again whatever region it was told of, with all of its colours for every run of characters. Here
each cell that was sent is known, so that only cells that differ are sent; the cursor is moved over those
between, and of a style only what differs from the one before is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.console import COLOR_SYSTEMS, Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui.link import Link

ATTRIBUTES = {
    "bold": "1", "dim": "2", "italic": "3", "underline": "4", "blink": "5", "blink2": "6", "reverse": "7",
    "conceal": "8", "strike": "9", "underline2": "21", "frame": "51", "encircle": "52", "overline": "53",
}  # fmt: skip
"""What a style may be but for its colours, by its codes."""

WEIGHTS, NO_WEIGHT = ("1", "2"), "22"
"""Bold and dim, of which a blank shows nothing, and what ends them alone."""

DEFAULT = ("39", "49")
"""The terminal's own colour of characters, and of what is behind them."""

PIECE = 300
"""Characters at least of a piece of an update."""

SKIP, ERASED = 4, 12
"""As many bytes as moving the cursor along a row takes; of so many blanks in a row, erasing takes fewer."""


class Pen(NamedTuple):
    """A style in codes: attributes, the colour of characters, and the colour behind them."""

    attributes: str
    fore: str
    back: str


PLAIN = Pen("", *DEFAULT)
"""How each update begins, and leaves the terminal."""

Cells = tuple[list[str], list[Pen]]
"""Characters and their pens, column by column; behind a character two columns wide there is none."""

Part = tuple[int, int, Cells]
"""Row, first column, and what stands there."""


class Shown:
    """The cells that the terminal shows, as far as they are known.

    With `erases`, the terminal fills what it erases with the present colour, as most do.
    """

    def __init__(self, *, erases: bool = True) -> None:
        self._erases = erases
        self._rows: list[Cells] = []

    def forget(self) -> None:
        """Somebody else may have written, or the terminal has another size: all is sent again."""
        self._rows = []

    def difference(self, renderable: RenderableType | None, link: Link) -> RenderableType | None:
        """What takes the place of an update of the screen; of anything else, that itself."""
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            return Difference(renderable, self, link)  # type: ignore[return-value]  # Textual does not render it
        return renderable

    def update(self, update: LayoutUpdate | ChopsUpdate, colours: ColorSystem, between: str = "") -> str:
        """What to send, so that the terminal shows this too; nothing where it does already.

        In pieces of some rows, with what is to stand `between` them.
        """
        if isinstance(update, LayoutUpdate):
            width, height = update.region.right, update.region.bottom
            if [len(pens) for _, pens in self._rows] != [width] * height:
                self._rows = [([""] * width, [PLAIN] * width) for _ in range(height)]
            parts = _whole(update, colours)
        else:
            parts = _spans(update, colours)
        writer = _Writer(self._erases, between)
        for y, x, cells in parts:
            if y < len(self._rows):
                self._send(writer, y, x, cells)
            else:
                writer.send(y, x, cells)
        return writer.text()

    def _send(self, writer: _Writer, y: int, x: int, cells: Cells) -> None:
        """The cells that differ from what is known of this row, which they then are."""
        characters, pens = cells
        known, known_pens = self._rows[y]
        end = min(x + len(pens), len(known_pens))
        different = [
            column
            for column, (new, pen, old, old_pen) in enumerate(
                zip(characters, pens, known[x:end], known_pens[x:end], strict=False)
            )
            if new != old or pen is not old_pen
        ]
        if not different:
            return
        known[x:end], known_pens[x:end] = characters[: end - x], pens[: end - x]
        for begin, stop in _joined(different, cells):
            writer.send(y, x + begin, (characters[begin:stop], pens[begin:stop]))


def _joined(columns: Sequence[int], cells: Cells) -> Iterator[tuple[int, int]]:
    """Runs (first column, one past the last), with what lies between where that takes no more than moving."""
    characters, pens = cells
    begin = end = columns[0]
    for column in columns:
        gap = characters[end:column]
        if column > end and (len("".join(gap).encode()) > SKIP or {*pens[end:column]} - {pens[end - 1]}):
            yield _from_its_first_half(begin, characters), end
            begin = column
        end = column + 1
    yield _from_its_first_half(begin, characters), end


def _from_its_first_half(column: int, characters: Sequence[str]) -> int:
    """Where to begin so that no character two columns wide is cut."""
    return column - 1 if column and not characters[column] else column


class _Writer:
    """Puts together what is sent for one update."""

    def __init__(self, erases: bool, between: str) -> None:
        self._erases, self._between = erases, between
        self._sent: list[str] = []
        self._piece = 0
        self._pen = PLAIN
        self._at = (-1, -1)

    def text(self) -> str:
        """All of it, with a plain pen at the end."""
        if self._pen != PLAIN:
            self._sent.append("\x1b[m")
        return "".join(self._sent)

    def send(self, y: int, x: int, cells: Cells) -> None:
        """Write cells at this row and column."""
        characters, pens = cells
        if self._between and y != self._at[0]:
            self._break()
        self._move(y, x)
        column = 0
        for pen, run in groupby(pens):
            count = sum(1 for _ in run)
            self._write("".join(characters[column : column + count]), pen)
            column += count
        self._at = y, x + column

    def _break(self) -> None:
        """End a piece, if it is one."""
        if sum(map(len, self._sent[self._piece :])) >= PIECE:
            self._sent.append(self._between)
            self._piece = len(self._sent)

    def _move(self, y: int, x: int) -> None:
        row, column = self._at
        if (y, x) == (row, column):
            return
        if y == row and x > column:
            self._sent.append(f"\x1b[{x - column}C" if x - column > 1 else "\x1b[C")
        else:
            self._sent.append(f"\x1b[{y + 1};{x + 1}H")

    def _write(self, text: str, pen: Pen) -> None:
        """A run of one pen; blanks take whatever colour characters have."""
        before = self._pen
        is_blank = not text.strip(" ")
        if is_blank and not pen.attributes and before.attributes in ("", *WEIGHTS):
            pen = Pen(before.attributes, before.fore, pen.back)
        if pen != before:
            self._sent.append(f"\x1b[{_change(before, pen)}m")
            self._pen = pen
        if is_blank and len(text) >= ERASED and self._erases and not pen.attributes:
            self._sent.append(f"\x1b[{len(text)}X\x1b[{len(text)}C")
        else:
            self._sent.append(text)


@cache
def _change(before: Pen, after: Pen) -> str:
    """The codes that make one pen of another."""
    codes = []
    if before.attributes != after.attributes:
        if before.attributes in WEIGHTS and not after.attributes:
            codes.append(NO_WEIGHT)
        elif before.attributes:
            codes.append("0")
            before = PLAIN
        codes.append(after.attributes)
    codes += [new for old, new in zip(before[1:], after[1:], strict=True) if old != new]
    return ";".join(filter(None, codes))


@cache
def _pens(style: Style | None, colours: ColorSystem) -> tuple[Pen, Pen]:
    """The one and only pen of a style, and that of its blanks, which are told apart by their ground alone."""
    if style is None:
        return PLAIN, PLAIN
    attributes = ";".join(code for name, code in ATTRIBUTES.items() if getattr(style, name))
    fore, back = _codes(style.color, colours, True), _codes(style.bgcolor, colours, False)
    pen = _the(Pen(attributes, fore, back))
    return pen, _the(Pen("", DEFAULT[0], back)) if attributes in ("", *WEIGHTS) else pen


@cache
def _the(pen: Pen) -> Pen:
    """The first pen that was equal to this one, so that equal ones are identical."""
    return PLAIN if pen == PLAIN else pen


def _codes(colour: Color | None, colours: ColorSystem, foreground: bool) -> str:
    if colour is None:
        return DEFAULT[0 if foreground else 1]
    return ";".join(colour.downgrade(colours).get_ansi_codes(foreground))


def _whole(update: LayoutUpdate, colours: ColorSystem) -> Iterator[Part]:
    """Row by row."""
    for y, strips in enumerate(update.strips, update.region.y):
        yield y, update.region.x, _cells((segment for strip in strips for segment in strip), colours)


def _spans(update: ChopsUpdate, colours: ColorSystem) -> Iterator[Part]:
    """The pieces of rows that were drawn, as Textual puts them on the screen."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                yield y, x, _cells(_cropped(strip, min(end, last) - x), colours)


def _cropped(strip: Strip, width: int) -> Strip:
    return strip if strip.cell_length == width else strip.crop(0, width)


def _cells(segments: Iterable[Segment], colours: ColorSystem) -> Cells:
    """The cells of a row."""
    characters: list[str] = []
    pens: list[Pen] = []
    for text, style, _ in segments:
        pen, blank = _pens(style, colours)
        found = list(text) if text.isascii() or cell_len(text) == len(text) else _columns(text)
        characters += found
        pens += [pen] * len(found) if pen is blank else [blank if c == " " else pen for c in found]
    return characters, pens


def _columns(text: str) -> list[str]:
    """What stands in each column, where not every character takes one."""
    found: list[str] = []
    for character in text:
        width = cell_len(character)
        if width:
            found += [character, *[""] * (width - 1)]
        elif found:
            found[-1] += character
    return found


class Difference(CompositorUpdate):
    """An update of the screen in as few bytes as it takes, as the link takes it."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: Shown, link: Link) -> None:
        self._update, self._shown, self._link = update, shown, link

    def render_segments(self, console: Console) -> str:
        """What is sent; called by Textual if it is."""
        colours = COLOR_SYSTEMS[console.color_system or "truecolor"]
        text = self._shown.update(self._update, colours, self._link.between)
        return text + self._link.ask(len(text)) if text else text
