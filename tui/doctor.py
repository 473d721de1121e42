"""What was found of this terminal and machine, what was chosen for it and why, and what can be set."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import __version__
from tui import PROGRAM, config, interrupted, own_page, query
from tui.actions import ACTIONS
from tui.arguments import Request
from tui.cells import wrapped
from tui.config import DEFAULTS, KEYS
from tui.look import (
    LOCALE,
    OPTIONS,
    Choice,
    Choices,
    is_drawable_on,
    is_in_screen,
    may_be_asked,
    screen_encoding,
    surroundings,
    why_not_unicode,
    writes_unicode,
)
from tui.opening import Opening, opening

VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", *LOCALE, "TERM_PROGRAM", "TEXTUAL_THEME", "COLUMNS", "LINES")
"""What is looked at in the environment, beside what tells of tmux, screen and SSH."""

PACKAGES = ("textual", "rich", "plotext", "numpy", "numba")

SAMPLES = {"braille": "⢀⡠⠔⠒⠉⠁", "block": "▗▄▞▀▘", "ascii": "**'**"}
"""A piece of a line in each of the markers."""

NOT_ASKED = "not asked"

MOST_MISTAKES = 20
"""Mistakes that are shown; the others are counted."""

NEEDED = (80, 24)
"""Columns and rows that show everything."""

WIDEST, UNWRAPPED = 100, 10_000
"""Columns of a line in a terminal, and elsewhere, so that paths stay whole."""

FONT = "no program can ask for it; braille needs a font that has it: look at the samples"


@dataclass(frozen=True)
class Terminal:
    """What was found: `size` in columns and rows, and which of the three standard streams are terminals."""

    environment: Mapping[str, str]
    encoding: str
    size: tuple[int, int]
    streams: Mapping[str, bool]
    synchronized_output: str
    reads_utf8: str = NOT_ASKED

    @property
    def inside(self) -> tuple[str, ...]:
        """What stands between the program and the terminal."""
        screen = is_in_screen(self.environment)
        between = {"tmux": "TMUX" in self.environment, "GNU screen": screen, "SSH": self.is_remote}
        return tuple(name for name, there in between.items() if there)

    @property
    def is_remote(self) -> bool:
        """Whether the terminal is on another machine."""
        return any(name in self.environment for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))

    @property
    def is_drawable(self) -> bool:
        """Whether the laboratory can open here."""
        return not self.hindrance

    @property
    def hindrance(self) -> str:
        """Why the laboratory cannot open here; "" where it can."""
        if not is_drawable_on(self.environment):
            term = self.environment.get("TERM", "")
            return f"TERM is {term}, which cannot be drawn on" if term else "TERM is not set"
        closed = [name for name, is_terminal in self.streams.items() if not is_terminal]
        return f"{', '.join(closed)}: no terminal" if closed else ""


def found() -> Terminal:
    """What can be known of the terminal that the program runs in; asks it where that is safe."""
    streams = {name: getattr(sys, name).isatty() for name in ("stdin", "stdout", "stderr")}
    environment = surroundings()
    answers = query.may_ask() and is_drawable_on(environment)
    synchronized = query.synchronized_output() if answers else NOT_ASKED
    utf8 = query.reads_utf8() if answers and may_be_asked(environment) else NOT_ASKED
    return Terminal(environment, screen_encoding(), _size(), streams, synchronized, utf8)


def _size() -> tuple[int, int]:
    """What Textual finds; where standard output is no terminal, that of a stream that is one."""
    if not sys.stdout.isatty():
        for stream in (sys.stderr, sys.stdin):
            with contextlib.suppress(OSError, ValueError):
                return os.get_terminal_size(stream.fileno())
    return shutil.get_terminal_size()


def text(request: Request, *, as_json: bool) -> str:
    """The report on the terminal that this runs in, as text or as JSON. Raises BadInput."""
    terminal = found()
    asked = Request("lab", tuple(o for o in request.options if o[0] in OPTIONS), ())
    reads_utf8 = terminal.reads_utf8 == query.YES
    opened = opening(asked, config.read(), terminal.environment, terminal.encoding, reads_utf8)
    if as_json:
        import json

        return json.dumps(report(terminal, opened))
    width = min(terminal.size[0], WIDEST) if terminal.streams["stdout"] else UNWRAPPED
    return "\n".join(lines(terminal, opened, width))


def report(terminal: Terminal, opened: Opening) -> dict[str, Any]:
    """Everything as JSON values."""
    settings = opened.config
    return {
        "found": {
            "environment": {name: terminal.environment.get(name) for name in VARIABLES},
            "encoding": terminal.encoding,
            "size": terminal.size,
            "streams": dict(terminal.streams),
            "inside": terminal.inside,
            "synchronized_output": terminal.synchronized_output,
            "reads_utf8": terminal.reads_utf8,
            "font": None,
        },
        "chosen": {name: choice._asdict() for name, choice in _chosen(terminal, opened).items()},
        "configuration": {
            "path": str(settings.path),
            "state": settings.state,
            "mistakes": [str(mistake) for mistake in opened.mistakes],
            "defaults": _heeded(opened),
            "keys": {action.id: action.keys for action in settings.actions if action not in ACTIONS},
            "panels": list(opened.panels),
            "panels_path": str(own_page.beside(settings.path) or "") or None,
        },
        "interrupted": left_over(),
        "machine": machine(),
        "advice": list(advice(terminal, opened.choices)),
        "drawable": terminal.is_drawable,
        "hindrance": terminal.hindrance,
    }


def machine() -> dict[str, Any]:
    """Versions, cores, memory in bytes, and where compiled kernels are kept."""
    from importlib.metadata import version

    import psutil

    from sim.cache import home

    memory, kept = psutil.virtual_memory(), home()
    return {
        "versions": {
            PROGRAM: __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": memory.total,
        "memory_free": memory.available,
        "cache": str(kept),
        "cache_writable": _is_writable(kept),
    }


def left_over() -> dict[str, Any]:
    """Where is kept what a lost connection interrupts, and what of it nobody has gone on with."""
    folder = interrupted.folder()
    left = [
        {"path": str(each.path), "what": each.title, "why_not": each.why_not or None}
        for each in interrupted.left()
    ]
    return {"folder": str(folder), "writable": _is_writable(folder), "left": left}


def _is_writable(folder: Path) -> bool:
    """Whether the folder can be written into, or be made; rights alone do not tell."""
    for place in (folder, *folder.parents):
        try:
            place.stat()
        except FileNotFoundError:
            continue
        except OSError:  # a name that is too long, a file among the parents, a folder that is closed
            return False
        with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=place):
            return True
        return False
    return False


def _chosen(terminal: Terminal, opened: Opening) -> dict[str, Choice]:
    """What is chosen; nothing for what cannot be drawn on."""
    return opened.choices._asdict() if is_drawable_on(terminal.environment) else {}


def lines(terminal: Terminal, opened: Opening, width: int) -> Iterator[str]:
    """The report to read."""
    yield "found"
    yield from _table(_found(terminal), width)
    yield "\nchosen"
    yield from _table(_choices(terminal, opened), width)
    yield "\nthis machine"
    yield from _table(_machine(machine()), width)
    yield "\nwhat was interrupted"
    yield from _table(_left_over(left_over()), width)
    yield "\nyour settings"
    yield from _table(_settings(opened), width)
    yield "\nwhat can be set"
    for item in advice(terminal, opened.choices):
        yield from (f"  {line}" for line in wrapped(f"- {item}", width - 2, indent="  "))


def _found(terminal: Terminal) -> Iterator[tuple[str, str]]:
    for name in VARIABLES:
        yield name, terminal.environment.get(name, "not set")
    yield "encoding", f"{terminal.encoding}, of standard error, where the screen is drawn"
    yield "size", f"{terminal.size[0]} columns, {terminal.size[1]} rows"
    closed = [name for name, is_terminal in terminal.streams.items() if not is_terminal]
    yield "streams", f"{', '.join(closed)}: no terminal" if closed else "all three are terminals"
    yield "inside", ", ".join(terminal.inside) or "neither tmux nor screen nor SSH"
    yield "reads UTF-8", terminal.reads_utf8
    yield "synchronized output", terminal.synchronized_output
    yield "font", FONT
    for name, sample in SAMPLES.items():
        if name == "ascii" or writes_unicode(terminal.encoding):
            yield f"  {name}", sample


def _choices(terminal: Terminal, opened: Opening) -> Iterator[tuple[str, str]]:
    yield "laboratory", f"does not open: {terminal.hindrance}" if terminal.hindrance else "opens here"
    for name, choice in _chosen(terminal, opened).items():
        yield name, f"{choice.value}: {choice.why}"


def _machine(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from sim.memory import readable_bytes

    yield "versions", ", ".join(f"{name} {number}" for name, number in known["versions"].items())
    yield "system", f"{known['system']}, {known['cores']} cores"
    yield "memory", f"{readable_bytes(known['memory_free'])} free of {readable_bytes(known['memory'])}"
    state = "" if known["cache_writable"] else " (cannot be written: kernels are compiled at every start)"
    yield "cache", known["cache"] + state


def _left_over(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    state = "" if known["writable"] else " (cannot be written: nothing can be gone on with)"
    yield "folder", known["folder"] + state
    for each in known["left"]:
        yield "  left", f"{each['what']}" + (f": {each['why_not']}" if each["why_not"] else "")
    if any(not each["why_not"] for each in known["left"]):
        yield (
            "  to go on",
            f"{interrupted.HOW} takes the first that it can; the palette has each, to resume or forget",
        )


def _settings(opened: Opening) -> Iterator[tuple[str, str]]:
    yield "file", f"{opened.config.path} ({opened.config.state})"
    for name, value in _heeded(opened).items():
        yield f"  {name}", value or "on"
    for action in opened.config.actions:
        if action not in ACTIONS:
            yield f"  {KEYS}.{action.id}", action.shown_keys
    yield "panels of your page", ", ".join(opened.panels) or "none chosen yet"
    yield "  kept in", str(own_page.beside(opened.config.path) or "nowhere")
    for mistake in opened.mistakes[:MOST_MISTAKES]:
        yield "mistake", str(mistake)
    if len(opened.mistakes) > MOST_MISTAKES:
        yield "mistakes", f"{len(opened.mistakes) - MOST_MISTAKES} more"


def _heeded(opened: Opening) -> dict[str, str]:
    """The defaults without mistakes."""
    wrong = {mistake.where for mistake in opened.mistakes}
    return {name: value for name, value in opened.config.defaults if f"{DEFAULTS}.{name}" not in wrong}


def _table(rows: Iterator[tuple[str, str]], width: int) -> Iterator[str]:
    for name, value in rows:
        yield from wrapped(f"  {name:<21}{value}", width, indent=" " * 23)


def advice(terminal: Terminal, choices: Choices) -> Iterator[str]:
    """What would make it better here, a sentence each."""
    environment, colours = terminal.environment, choices.colours.value
    term = environment.get("TERM", "")
    if not is_drawable_on(environment):
        yield "TERM tells what the terminal understands: set it, such as TERM=xterm-256color"
        yield f"`{PROGRAM} run` needs no terminal"
        return
    if not terminal.is_drawable:
        yield f"the laboratory needs a terminal as all three streams; `{PROGRAM} run` needs none"
    if why_not_unicode(environment, terminal.encoding, terminal.reads_utf8 == query.YES):
        yield "if the terminal shows more than ASCII, LC_ALL=C.UTF-8 lets the program write it"
    if colours in ("16", "256"):
        where = ", which SSH leaves behind (SendEnv and AcceptEnv keep it)" if terminal.is_remote else ""
        yield f"if the terminal has all colours, COLORTERM=truecolor says so{where}, or --colours truecolor"
    if "tmux" in terminal.inside and "256color" not in term:
        yield 'tmux: set -g default-terminal "tmux-256color" in ~/.tmux.conf gives 256 colours'
    if "GNU screen" in terminal.inside and "256color" not in term:
        yield "screen: term screen-256color in ~/.screenrc gives 256 colours"
    if choices.marker.value == "braille":
        yield "if the sample of braille shows boxes, --marker block, or a font with braille"
    if terminal.size[0] < NEEDED[0] or terminal.size[1] < NEEDED[1]:
        yield f"{NEEDED[0]}×{NEEDED[1]} shows everything, 40×12 what matters most"
    if environment.get("COLUMNS") or environment.get("LINES"):
        yield "COLUMNS and LINES are believed, whatever the size is: unset them"
    if colours in ("16", "none"):
        yield "on a light ground, --theme landscape-ansi-light"
    else:
        yield "beside a light desktop, --theme landscape-day; `list themes` names the others"
    yield (
        f"what is typed each time can be written into {config.path()}: under [defaults] walkers = 20 or any"
        ' option of `lab --help`; under [keys] pause = "p", by the names in `list keys`'
    )
