"""The laboratory's own colours: Okabe and Ito's, which colour-blind people tell apart, or the terminal's."""

from __future__ import annotations

from textual.theme import Theme

_THEIRS = "ansi_default"
"""Whatever the terminal has, for text and behind it."""


def _theme(
    name: str,
    *,
    dark: bool,
    calm: str,
    cool: str,
    warm: str,
    loud: str,
    text: str = _THEIRS,
    ground: str = _THEIRS,
    panel: str = _THEIRS,
) -> Theme:
    ansi = ground == _THEIRS
    # What Textual's own styles ask for.
    variables = {"ansi-background": ground, "ansi-foreground": text} if ansi else {}
    return Theme(
        name=name,
        ansi=ansi,
        dark=dark,
        primary=calm,
        secondary=cool,
        success=cool,
        accent=warm,
        warning=warm,
        error=loud,
        foreground=text,
        background=ground,
        surface=ground,
        panel=panel,
        boost=ground if ansi else None,
        variables=variables,
    )


NIGHT = _theme(
    "landscape-night",
    dark=True,
    calm="#56B4E9",
    cool="#4CC3A5",
    warm="#E69F00",
    loud="#E8743B",
    text="#D5DCE6",
    ground="#10141A",
    panel="#1B222C",
)

DAY = _theme(
    "landscape-day",
    dark=False,
    calm="#0069A8",
    cool="#007257",
    warm="#A84600",
    loud="#B3261E",
    text="#1B222C",
    ground="#FAFAF7",
    panel="#E6E7EA",
)

ANSI = _theme(
    "landscape-ansi",
    dark=True,
    calm="ansi_bright_blue",
    cool="ansi_cyan",
    warm="ansi_yellow",
    loud="ansi_bright_red",
)

ANSI_LIGHT = _theme(
    "landscape-ansi-light",
    dark=False,
    calm="ansi_blue",
    cool="ansi_green",
    warm="ansi_magenta",
    loud="ansi_red",
)

ADDED = (NIGHT, DAY, ANSI, ANSI_LIGHT)
