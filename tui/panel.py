"""What a panel declares; the panels themselves are the files of `tui/panels`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.registry import Registry
from sim.snapshot import Snapshot
from tui.actions import PAGE_TOPICS
from tui.picture import Picture


@dataclass(frozen=True)
class Panel:
    """One file of `tui/panels`: `paint` makes a picture of a snapshot that holds the readings of `measures`.

    A panel stands on one of the `PAGES`, in the order of `place`; `help` tells people what they see.
    `short_title` is for a frame that has no room for the title, or for it and the step of its numbers. With
    `one_at_a_time` only one of the measures is read, and a key goes on to the next.
    """

    title: str
    page: str
    place: int
    measures: tuple[str, ...]
    help: str
    paint: Callable[[Snapshot], Picture]
    short_title: str = ""
    one_at_a_time: bool = False

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """The measures that are read together: all of them, or each alone."""
        return tuple((name,) for name in self.measures) if self.one_at_a_time else (self.measures,)


PAGES = tuple(PAGE_TOPICS)
"""The pages of the laboratory, in the order of the digits that turn to them."""

AT_FIRST = ("map", "loss", "signs", "distances")
"""What stands on a person's own page until others are chosen."""

FIRST = ("loss", "gradient-norm", "distances", "signs")
"""The panels of the first page, which alone are imported before the first frame."""

PANELS: Registry[Panel] = Registry("panel", "tui.panels", "PANEL")


def panels(names: Iterable[str] = PANELS) -> list[tuple[str, Panel]]:
    """Names and panels, all or those that are asked for, page by page, in the order of the screen."""
    found = [(name, PANELS[name]) for name in names]
    return sorted(found, key=lambda item: (PAGES.index(item[1].page), item[1].place))
