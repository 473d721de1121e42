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

_VARIABLES = {"ansi-background": _GROUND, "ansi-foreground": _GROUND}
"""What Textual's own styles ask for."""

ANSI = Theme(
    name="landscape-ansi",
    ansi=True,
    primary="ansi_bright_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_bright_red",
    success="ansi_cyan",
    foreground=_GROUND,
    background=_GROUND,
    surface=_GROUND,
    panel=_GROUND,
    boost=_GROUND,
    dark=True,
    variables=_VARIABLES,
)

ANSI_LIGHT = Theme(
    name="landscape-ansi-light",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_green",
    accent="ansi_magenta",
    warning="ansi_magenta",
    error="ansi_red",
    success="ansi_green",
    foreground=_GROUND,
    background=_GROUND,
    surface=_GROUND,
    panel=_GROUND,
    boost=_GROUND,
    dark=False,
    variables=_VARIABLES,
)

OWN = (NIGHT, DAY, ANSI, ANSI_LIGHT)
