"""Whether a picture says anything by colour alone."""

from __future__ import annotations

from sim.arrays import np
from tui.cells import ASCII
from tui.picture import LINE, Picture


def told_apart(picture: Picture, unicode: bool = True) -> bool:
    """Whether each colour has a mark that no other has, and that the legend explains."""
    marks: dict[str, set[str]] = {}
    for series in picture.series:
        if np.isfinite(series.y).any():
            marks.setdefault(series.style, set()).add(series.mark)
    for style, own in marks.items():
        others = {_shown(mark, unicode) for other in marks if other != style for mark in marks[other]}
        explained = {mark for mark in own if any(mark in words for words in picture.legend)}
        if not {_shown(mark, unicode) for mark in explained} - others:
            return False
    return True


def _shown(mark: str, unicode: bool) -> str:
    if unicode:
        return mark
    return "*" if mark == LINE else mark.translate(ASCII)
