"""The laboratory's own colours: Okabe and Ito's, which colour-blind people tell apart, or the terminal's."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="landscape-night",
    primary="#56B4E9",
    secondary="#4CC3A5",
    accent="#E69F00",
    warning="#E69F00",
    error="#E8743B",
    success="#4CC3A5",
    foreground="#D5DCE6",
    background="#10141A",
    surface="#10141A",
    panel="#1B222C",
    dark=True,
)

DAY = Theme(
    name="landscape-day",
    primary="#0069A8",
    secondary="#007257",
    accent="#A84600",
    warning="#A84600",
    error="#B3261E",
    success="#007257",
    foreground="#1B222C",
    background="#FAFAF7",
    surface="#FAFAF7",
    panel="#E6E7EA",
    dark=False,
)

_GROUND = "ansi_default"
"""Whatever the terminal has, for text and behind it."""


def _over_the_terminal(name: str, *, dark: bool, calm: str, cool: str, warm: str, loud: str) -> Theme:
    return Theme(
        name=name,
        ansi=True,
        dark=dark,
        primary=calm,
        secondary=cool,
        success=cool,
        accent=warm,
        warning=warm,
        error=loud,
        foreground=_GROUND,
        background=_GROUND,
        surface=_GROUND,
        panel=_GROUND,
        boost=_GROUND,
        # What Textual's own styles ask for.
        variables={"ansi-background": _GROUND, "ansi-foreground": _GROUND},
    )


ANSI = _over_the_terminal(
    "landscape-ansi",
    dark=True,
    calm="ansi_bright_blue",
    cool="ansi_cyan",
    warm="ansi_yellow",
    loud="ansi_bright_red",
)

ANSI_LIGHT = _over_the_terminal(
    "landscape-ansi-light",
    dark=False,
    calm="ansi_blue",
    cool="ansi_green",
    warm="ansi_magenta",
    loud="ansi_red",
)

ADDED = (NIGHT, DAY, ANSI, ANSI_LIGHT)
