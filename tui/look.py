"""How the laboratory is drawn: with which marks, in how many colours, in which theme, and why in these."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.errors import BadInput, unknown

MARKERS = {
    "braille": "lines in dots of braille, eight in a cell",
    "block": "lines in quarters of a cell, where a font has no braille",
    "ascii": "everything in ASCII, where little else can be written",
}
"""What lines may be drawn with."""

COLOURS = {
    "truecolor": "as the theme has them",
    "256": "the nearest of 256",
    "16": "the nearest of the terminal's own 16",
    "none": "the terminal's own two",
}
"""In how many colours may be drawn."""

THEMES = {
    "landscape-night": "dark; colours that colour-blind people tell apart",
    "landscape-day": "light; colours that colour-blind people tell apart",
    "landscape-ansi": "the terminal's own 16 colours, on a dark ground",
    "landscape-ansi-light": "the terminal's own 16 colours, on a light ground",
    "ansi-dark": "Textual's, in the terminal's own 16 colours",
    "ansi-light": "Textual's, in the terminal's own 16 colours",
    "atom-one-dark": "Textual's, dark",
    "atom-one-light": "Textual's, light",
    "catppuccin-frappe": "Textual's, dark",
    "catppuccin-latte": "Textual's, light",
    "catppuccin-macchiato": "Textual's, dark",
    "catppuccin-mocha": "Textual's, dark",
    "dracula": "Textual's, dark",
    "flexoki": "Textual's, dark",
    "gruvbox": "Textual's, dark",
    "monokai": "Textual's, dark",
    "nord": "Textual's, dark",
    "rose-pine": "Textual's, dark",
    "rose-pine-dawn": "Textual's, light",
    "rose-pine-moon": "Textual's, dark",
    "solarized-dark": "Textual's, dark",
    "solarized-light": "Textual's, light",
    "textual-dark": "Textual's, dark",
    "textual-light": "Textual's, light",
    "tokyo-night": "Textual's, dark",
}
"""Themes by name: known without loading Textual, which a list must not wait for."""

MOTION = {
    "full": "windows scroll smoothly, and the cursor in a line that is typed blinks",
    "reduced": "nothing moves or blinks but the numbers and the curves",
}
"""How much moves on the screen."""

OPTIONS = {"marker": MARKERS, "colours": COLOURS, "theme": THEMES, "motion": MOTION}
"""What may be asked for, and the names of each."""

UNDRAWABLE = ("", "dumb", "unknown")
"""Values of TERM, among them none, of what cannot be drawn on."""

FEW_CHARACTERS = ("linux", "ansi", "cons25", "vt52", "vt100", "vt102", "vt220", "vt320")
"""Values of TERM of what has some hundreds of characters in its font: consoles, and old terminals."""

COLOURLESS = ("vt52", "vt100", "vt102", "vt220", "vt320")
"""Values of TERM of what has no colours."""

MONOCHROME = ("-m", "-mono")
"""Ends of the TERM of a terminal that has colours and is not to use them."""

OF_ALL_COLOURS = ("alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm")
"""Parts of the TERM of terminals that have all colours and say so in COLORTERM, which SSH leaves behind."""


@dataclass(frozen=True)
class Look:
    """One name of each of the `OPTIONS`."""

    marker: str = "braille"
    colours: str = "truecolor"
    theme: str = "landscape-night"
    motion: str = "full"

    @property
    def unicode(self) -> bool:
        """Whether more than ASCII is drawn."""
        return self.marker != "ascii"


class Choice(NamedTuple):
    """What was chosen, and why; `instead_of` what was asked for and cannot be had here."""

    value: str
    why: str
    instead_of: str = ""


class Choices(NamedTuple):
    """The choice of each of the `OPTIONS`."""

    marker: Choice
    colours: Choice
    theme: Choice
    motion: Choice

    @property
    def look(self) -> Look:
        """What was chosen, without the reasons."""
        return Look(*(choice.value for choice in self))

    @property
    def remark(self) -> str:
        """A line on a theme that cannot be had here; "" where none was asked for."""
        return replaced(self.theme.instead_of, self.theme.value) if self.theme.instead_of else ""


def choose(
    asked: Mapping[str, str], environment: Mapping[str, str], encoding: str, reads_utf8: bool = False
) -> Choices:
    """What suits the terminal that the environment tells of, but for what is `asked`.

    Whether it `reads_utf8`, as it says itself, counts where `is_in_doubt`. Raises BadInput for a name that
    is not there, and for marks that the encoding lacks.
    """
    for option, name in asked.items():
        if name not in OPTIONS[option]:
            raise unknown(f"--{option}", name, OPTIONS[option])
    marker = _marker(environment, encoding, reads_utf8)
    if "marker" in asked:
        if asked["marker"] != "ascii" and not writes_unicode(encoding):
            raise BadInput("--marker", f"{asked['marker']} cannot be written in {encoding}", "ascii")
        marker = Choice(asked["marker"], ASKED)
    colours = Choice(asked["colours"], ASKED) if "colours" in asked else _colours(environment)
    theme = Choice(asked["theme"], ASKED) if "theme" in asked else _theme(environment, colours.value)
    drawn = drawable_theme(theme.value, colours.value)
    if drawn != theme.value:
        theme = Choice(drawn, f"{theme.value}, {theme.why}, {OF_MORE}", instead_of=theme.value)
    motion = Choice(asked["motion"], ASKED) if "motion" in asked else _motion(environment)
    return Choices(marker, colours, theme, motion)


ASKED, NOTHING_ASKED = "asked for", "nothing else was asked for"


OF_MORE = "needs more than 16 colours"


def drawable_theme(name: str, colours: str) -> str:
    """The theme, or one of the terminal's own colours, as light, where there are 16 of them.

    The nearest of 16 may be the same for a text and its ground, and a console has but 8 grounds, so that
    bright and dark ones are one.
    """
    if colours != "16" or "ansi" in name:
        return name
    return "landscape-ansi-light" if "light" in THEMES.get(name, "") else "landscape-ansi"


def replaced(asked: str, drawn: str) -> str:
    """A line on a theme that cannot be had."""
    return f"{asked} {OF_MORE}: {drawn} is used"


def _marker(environment: Mapping[str, str], encoding: str, reads_utf8: bool) -> Choice:
    """By what the program can write, what the two have agreed on, and what the terminal can show."""
    if lacking := why_not_unicode(environment, encoding, reads_utf8):
        return Choice("ascii", lacking)
    term = environment.get("TERM", "")
    if term.partition("-")[0] in FEW_CHARACTERS:
        return Choice("ascii", f"TERM is {term}, whose font has few characters")
    variable, locale = said_locale(environment)
    said = f"{variable} is {locale}" if locale else "the terminal says that it reads UTF-8"
    return Choice("braille", f"{said}; no program can ask for the font")


def why_not_unicode(environment: Mapping[str, str], encoding: str, reads_utf8: bool) -> str:
    """What speaks against more than ASCII, if it is not asked for; "" where nothing does."""
    if not writes_unicode(encoding):
        return f"the encoding is {encoding}"
    variable, locale = said_locale(environment)
    if not locale:
        return "" if reads_utf8 else "no locale is set, and the terminal does not say that it reads UTF-8"
    return "" if _knows_unicode(locale) else f"{variable} is {locale}, a locale without UTF-8"


LOCALE = ("PYTHONIOENCODING", "LC_ALL", "LC_CTYPE", "LANG")
"""What says which characters are written, the first that is set; the first of all to Python alone."""


def said_locale(environment: Mapping[str, str]) -> tuple[str, str]:
    """Name and value of the variable that says which characters the terminal shows; ("", "") for none."""
    return next(((name, environment[name]) for name in LOCALE if environment.get(name)), ("", ""))


def _knows_unicode(locale: str) -> bool:
    """Whether a locale has UTF-8, as en_US.UTF-8; one that names no encoding has what Python found."""
    return "utf" in locale.lower() or not (locale in ("C", "POSIX") or "." in locale)


def is_in_doubt(environment: Mapping[str, str]) -> bool:
    """Whether nothing is said of the characters of the terminal, as in containers and over SSH.

    Python writes UTF-8 then, and most such terminals read it: they can be asked.
    """
    return not said_locale(environment)[0]


def may_be_asked(environment: Mapping[str, str]) -> bool:
    """Whether the terminal would answer for itself: tmux and screen read UTF-8 and then show "_" for it."""
    return is_drawable_on(environment) and not ("TMUX" in environment or "STY" in environment)


def is_drawable_on(environment: Mapping[str, str]) -> bool:
    """Whether TERM tells of a terminal that can be drawn on."""
    return environment.get("TERM", "") not in UNDRAWABLE


def surroundings() -> dict[str, str]:
    """The environment that the program was started in.

    Where the locale is C, or one that is not installed, Python sets LC_CTYPE itself (PEP 538) and says so by
    its UTF-8 mode.
    """
    found = dict(os.environ)
    if sys.flags.utf8_mode and found.get("LC_CTYPE", "") in COERCED:
        del found["LC_CTYPE"]
    return found


COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets LC_CTYPE to."""


def _colours(environment: Mapping[str, str]) -> Choice:
    """By NO_COLOR, COLORTERM and TERM, in this order; GNU screen garbles more than it was started for."""
    term, said = environment.get("TERM", ""), environment.get("COLORTERM", "")
    by_term = _colours_of(term)
    if environment.get("NO_COLOR"):
        return Choice("none", "NO_COLOR is set")
    if said.lower() in ("truecolor", "24bit") and not is_in_screen(environment):
        return Choice("truecolor", f"COLORTERM is {said}")
    if is_in_screen(environment) and by_term == "truecolor":
        by_term = "256"
    return Choice(by_term, f"TERM is {term or 'not set'}")


def _colours_of(term: str) -> str:
    if term.endswith("-direct") or any(name in term for name in OF_ALL_COLOURS):
        return "truecolor"
    if "256color" in term:
        return "256"
    return "none" if term.partition("-")[0] in COLOURLESS or term.endswith(MONOCHROME) else "16"


def _theme(environment: Mapping[str, str], colours: str) -> Choice:
    named = environment.get("TEXTUAL_THEME", "")
    if named in THEMES:
        return Choice(named, "TEXTUAL_THEME is set")
    wrong = f"; TEXTUAL_THEME is {named}, which is none" if named else ""
    if colours in ("16", "none"):
        return Choice(
            "landscape-ansi", f"there are {'no' if colours == 'none' else 'only 16'} colours{wrong}"
        )
    return Choice(Look.theme, NOTHING_ASKED + wrong)


def _motion(environment: Mapping[str, str]) -> Choice:
    """By what Textual's programs heed; its "basic" is reduced, too."""
    named = environment.get("TEXTUAL_ANIMATIONS", "").lower()
    if named in ("none", "basic"):
        return Choice("reduced", f"TEXTUAL_ANIMATIONS is {named}")
    return Choice(Look.motion, NOTHING_ASKED)


def is_in_screen(environment: Mapping[str, str]) -> bool:
    """Whether the program runs in GNU screen, and not in a tmux inside it."""
    return bool(environment.get("STY")) and not environment.get("TMUX")


def fills_what_it_erases(environment: Mapping[str, str]) -> bool:
    """Whether what is erased gets the present colour.

    GNU screen, also behind SSH, gives it its own, and the oldest terminals erase no part of a row.
    """
    term = environment.get("TERM", "").partition("-")[0]
    return bool(environment.get("TMUX")) or term not in ("screen", *COLOURLESS)


def writes_unicode(encoding: str) -> bool:
    """Whether more than ASCII can be written."""
    return "utf" in encoding.lower()


def screen_encoding() -> str:
    """The encoding of standard error, to which Textual writes the screen."""
    return getattr(sys.__stderr__, "encoding", None) or "ascii"


def prepare(look: Look) -> None:
    """Tell Textual, which reads these when it is imported or an application is made."""
    screen = sys.__stderr__
    if not look.unicode and isinstance(screen, io.TextIOWrapper):
        screen.reconfigure(encoding="ascii", errors="in-ascii")  # Textual's own windows, too
    os.environ.pop("TEXTUAL_THEME", None)
    os.environ.pop("NO_COLOR", None)
    if look.colours == "none":
        os.environ["NO_COLOR"] = "1"
    systems = {"16": "standard", "none": "standard"}
    os.environ["TEXTUAL_COLOR_SYSTEM"] = systems.get(look.colours, look.colours)
