"""The laboratory's own colours: Okabe and Ito's, which colour-blind people tell apart, on a dark ground."""

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
