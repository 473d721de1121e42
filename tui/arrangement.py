"""How panels stand beside one another: as many as have room, in a shape that suits charts and maps."""

from __future__ import annotations

from itertools import product
from math import ceil, log
from typing import NamedTuple

ROOM = (26, 8)
"""Columns and rows that a panel gets at least, where there is more than one."""

SHAPE = 2.8
"""Columns for each row of a panel, where they can be chosen: a cell is twice as high as it is wide."""

WIDE = (150, 48)
"""Columns and rows of charts from which on a picture of the landscape stands beside its descent."""


class Places(NamedTuple):
    """Columns and rows of panels."""

    across: int
    down: int

    @property
    def room(self) -> int:
        """How many panels have room."""
        return self.across * self.down


def places(count: int, width: int, height: int) -> Places:
    """Where `count` panels stand in so many columns and rows: all of them, or as many as have ROOM.

    No row or column stays empty; of what is possible, the cells nearest to the best `SHAPE` are taken.
    """
    most = Places(max(1, width // ROOM[0]), max(1, height // ROOM[1]))
    if count >= most.room:
        return most
    possible = [
        Places(across, down)
        for across, down in product(range(1, most.across + 1), range(1, most.down + 1))
        if across * down >= count and down == ceil(count / across) and across == ceil(count / down)
    ]

    def off(found: Places) -> float:
        return abs(log(max(1, width) / found.across * found.down / max(1, height) / SHAPE))

    return min(possible, key=off, default=most)


def is_wide(width: int, height: int) -> bool:
    """Whether there is room for one panel more than a page has."""
    return width >= WIDE[0] and height >= WIDE[1]
