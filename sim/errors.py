"""What a user can get wrong, said in one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST, BEGINNING = 600, 450
"""Characters in which a mistake is said, and how many of its beginning are left of a longer one."""


class BadInput(ValueError):  # noqa: N818 - it names what happened, and is shown to people
    """A mistake in what the user asked for: where it is, what it is, what would be accepted.

    `where` is the name of the entry ("dim", "lr"), so that a command line can show it as an option
    and the laboratory can point at the row.
    """

    def __init__(self, where: str, what: str, accepted: str = "") -> None:
        self.where, self.what, self.accepted = where, _shortened(what), accepted
        super().__init__(f"{where}: {self.what}" + (f"; accepted: {accepted}" if accepted else ""))


class KernelFailure(RuntimeError):  # noqa: N818 - what happened, too
    """A kernel raised while the walkers were moving; the message names the kernel's own error."""


def _shortened(text: str) -> str:
    """The text, or its beginning and its end: of 5000 digits nobody needs all to know what is meant."""
    return text if len(text) <= LONGEST else f"{text[:BEGINNING]}…{text[BEGINNING - LONGEST + 1 :]}"


def printable(text: str) -> str:
    """The text with what would steer a terminal, or not show, in the words of Python: ESC is written in four.

    Whatever a person, a file or the environment has a word in passes through here before it is shown.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def in_one_line(text: str) -> str:
    """The text as one line that a terminal can show."""
    return printable(" ".join(text.split()))


def unknown(where: str, name: str, known: Iterable[str]) -> BadInput:
    """The mistake of a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    return BadInput(where, f"there is no {name!r}{guess}", ", ".join(names) or "nothing")
