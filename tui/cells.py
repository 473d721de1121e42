"""The screen's smallest unit, a character with the name of its style, and what changed between two rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import TextWrapper
from unicodedata import combining, east_asian_width

Cell = tuple[str, str]
"""One column: a character one column wide, and the name of its style ("" for plain text)."""

Row = list[Cell]


def cells(text: str, style: str = "") -> Row:
    """A text in one style."""
    return [(character, style) for character in text]


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of `width` columns, all but the first indented; paths break where they must."""
    wrapper = TextWrapper(max(width, len(indent) + 1), subsequent_indent=indent, break_on_hyphens=False)
    return wrapper.wrap(text) or [""]


def fitted(row: Row, width: int) -> Row:
    """The row cut or filled with blanks to `width` columns."""
    return row[:width] + [(" ", "")] * (width - len(row))


def harmless(text: str) -> str:
    """The text with a question mark for each character that would steer a terminal; as many columns."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


ASCII = str.maketrans(
    {
        "━": "*", "░": ":", "·": ".", "╌": "=", "▿": "v", "∘": "o", "▵": "^", "−": "-", "–": "-",
        "│": "|", "╎": "'", "─": "-", "└": "+", "┤": "+", "┬": "+", "▸": ">", "▶": ">", "‖": "=", "■": "#",
        "✗": "!", "←": "<", "→": ">", "↑": "^", "↓": "v", "×": "x", "…": "~", "∞": "i", "∇": "g",
        "λ": "L", "²": "2", "▒": "%", "±": "~", "╋": "X", "○": "0", "₁": "1", "₂": "2", "●": "@", "┆": ";",
        "≤": "<", "ε": "e", "√": "V", "σ": "s", "π": "p", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+",
        "┴": "+", "┼": "+", "┌": "+", "┐": "+", "┘": "+", "▔": "-", "▁": "_", "▎": "|", "▊": "|", "•": "*",
        "┊": "!", "◉": "8", "▴": "^",
    }
)  # fmt: skip
"""What stands for a character where the terminal's encoding has ASCII alone."""


def in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What a stream writes in the place of what its encoding lacks; a handler of errors, for `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end].translate(ASCII)
    return "".join(c if c.isascii() else "?" * _columns(c) for c in lacking), error.end


def _columns(character: str) -> int:
    """Columns of a character: what is drawn beside it stands where it has so many."""
    return 0 if combining(character) else 2 if east_asian_width(character) in "FW" else 1


def joined(phrases: Iterable[str], width: int, between: str = " · ") -> str:
    """As many of the phrases as have room in `width` columns, in order; at least a part of the first.

    What is cut ends in an ellipsis, or a number without its last digits would be another one.
    """
    text = ""
    for phrase in phrases:
        longer = text + between + phrase if text else cut(phrase, width)
        if len(longer) > width:
            break
        text = longer
    return text


def cut(text: str, width: int) -> str:
    """The text, or as many whole words of it as have room before an ellipsis; of a single word, a part."""
    if len(text) <= width:
        return text
    room = text[: max(0, width - 1)]
    words = room if text[len(room)] == " " else room.rpartition(" ")[0]
    return f"{words.rstrip() or room}…"[:width]


def runs(row: Row) -> Iterable[tuple[str, str]]:
    """Texts of one style (text, style); blanks join the run before them, which saves colour codes.

    Not where one of them has a colour behind it.
    """
    text, style = "", ""
    for character, cell_style in row:
        if cell_style != style and (character != " " or " on " in style + cell_style):
            if text.strip() or (text and " on " in style + cell_style):
                yield text, style
                text = ""
            style = cell_style
        text += character
    if text:
        yield text, style


def changed_span(before: Sequence[Cell], after: Sequence[Cell]) -> tuple[int, int] | None:
    """The first and one past the last column that differ between two rows; None for equal ones."""
    if before == after:
        return None
    if len(before) != len(after):
        return 0, max(len(before), len(after))
    different = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    return different[0], different[-1] + 1
