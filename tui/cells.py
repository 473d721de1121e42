"""The screen's smallest unit, a character with the name of its style, and what changed between two rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import TextWrapper
from unicodedata import category, east_asian_width

Cell = tuple[str, str]
"""One column: a character, and the name of its style ("" for plain text).

Behind a character two columns wide stands a cell with none; marks that take no column are in the cell before.
"""

Row = list[Cell]

PLAIN = r"\x00-\u02ff\u0370-\u0482\u2000-\u200a\u2010-\u2319\u23f4-\u25fc\u27c0-\u28ff"
"""Characters that take one column, all that charts are drawn with among them; others may take two or none."""

AN_ODD_ONE = re.compile(f"[^{PLAIN}]")

CHUNK = re.compile(rf"\s+|[^{PLAIN}]|(?:(?!\s)[{PLAIN}])+")
"""What a line is made of: blanks, words, and characters that a new line may begin with."""


def cells(text: str, style: str = "") -> Row:
    """A text in one style."""
    if not AN_ODD_ONE.search(text):
        return [(character, style) for character in text]
    row: Row = []
    for character in text:
        if width := _columns(character):
            row += [(character, style), *[("", style)] * (width - 1)]
        elif row:
            at = -1 if row[-1][0] else -2
            row[at] = row[at][0] + character, style
    return row


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(map(_columns, text)) if AN_ODD_ONE.search(text) else len(text)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of `width` columns, all but the first indented; paths break where they must."""
    width = max(width, len(indent) + 1)
    if columns(text) != len(text):
        return _wrapped_by_columns(text, width, indent)
    return TextWrapper(width, subsequent_indent=indent, break_on_hyphens=False).wrap(text) or [""]


def _wrapped_by_columns(text: str, width: int, indent: str) -> list[str]:
    lines, line = list[str](), ""
    for found in CHUNK.findall(text):
        chunk = " " * len(found) if found.isspace() else found
        if line.strip() and columns(line) + columns(chunk) > width:
            lines.append(line.rstrip())
            line = indent
        while columns(line) + columns(chunk) > width and not chunk.isspace():  # longer than a line
            room = max(1, width - columns(line))
            lines.append(line + chunk[:room])
            line, chunk = indent, chunk[room:]
        if line.strip() or not (lines and chunk.isspace()):
            line += chunk
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def fitted(row: Row, width: int) -> Row:
    """The row cut or filled with blanks to `width` columns."""
    if 0 < width < len(row) and not row[width][0]:  # half of a character
        return [*row[: width - 1], (" ", row[width - 1][1])]
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
    if category(character).startswith("M"):
        return 0
    return 2 if east_asian_width(character) in "FW" else 1


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
    if columns(text) <= width:
        return text
    room = text[: max(0, width - 1)]
    while columns(room) >= width > 0:
        room = room[:-1]
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
    first, end = different[0], different[-1] + 1
    while first and not (before[first][0] and after[first][0]):  # no character is changed by half
        first -= 1
    while end < len(after) and not (before[end][0] and after[end][0]):
        end += 1
    return first, end
