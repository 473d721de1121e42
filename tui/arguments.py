"""What may be typed after `landscape-tui`, as a table, and how it becomes a request."""

from __future__ import annotations

import getopt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.errors import BadInput, unknown
from tui import PROGRAM, scenes
from tui.listing import KINDS

ABOUT = (
    "A laboratory in a terminal: populations of walkers descend landscapes of any dimension.\n"
    f"`{PROGRAM} COMMAND --help` shows a command's options."
)


class Option(NamedTuple):
    """What follows `--name`, as help shows it (nothing for a switch), and what it is for."""

    value: str
    help: str


class Command(NamedTuple):
    """What a command does, its options by name, and the one thing that may be named after it."""

    help: str
    options: Mapping[str, Option]
    operand: str = ""


class Request(NamedTuple):
    """A command (or `help`, `version`) with the options and operands that were typed, in their order."""

    command: str
    options: tuple[tuple[str, str], ...]
    operands: tuple[str, ...]

    def last(self, name: str, default: str) -> str:
        """The value of an option that was typed last, or `default`."""
        return next((value for option, value in reversed(self.options) if option == name), default)

    def has(self, name: str) -> bool:
        """Whether a switch was typed."""
        return any(option == name for option, _ in self.options)


EXPERIMENT = {
    "landscape": Option("NAME", "what the walkers descend, or a FILE.py of your own (gaussian-field)"),
    "dim": Option("D", "dimensions, such as 1000, 1e6 or 1_000_000 (100)"),
    "active-dim": Option("A", "how many of them are open to the walkers, the others locked (all)"),
    "giant-dim": Option("G", "dimensions of the exact laws that need no walkers, such as 175e9 (D)"),
    "starts": Option(
        "NAME", "where they begin, or a FILE.csv or FILE.npy (uniform; krylov-quadratic: normal)"
    ),
    "optimizer": Option("NAME", "the rule that moves them (gd)"),
    "schedule": Option("NAME", "how the learning rate changes (constant)"),
    "walkers": Option("N", "how many walkers (64)"),
    "seed": Option("S", "decides the landscape's random parts and the starts (0)"),
    "lr": Option("X", "learning rate (what suits the landscape)"),
    "set": Option("NAME=VALUE", "a parameter of the landscape, the rule or the starts; may be repeated"),
    "cohort": Option(
        "RULE,NAME=VALUE,...", "another rule beside it, such as adam,lr=0.05; up to three times"
    ),
}
"""The options of an experiment in the order in which they are set: each decides what the next may be."""

TOUR = "tour"

RESUME = "resume"
RESUMING = Option("", "go on with what a lost connection, a signal or a crash has interrupted")

LOOK = {
    "marker": Option("NAME", "what lines are drawn with: braille, block or ascii (what suits the terminal)"),
    "colours": Option("N", "in how many is drawn: truecolor, 256, 16 or none (what the terminal has)"),
    "theme": Option("NAME", "which they are, as `list themes` names them (landscape-night)"),
    "motion": Option("NAME", "full, or reduced: nothing blinks or scrolls smoothly (full)"),
}
"""The options of the screen."""

PANELS = "panels"
OWN_PAGE = Option("NAME,...", "the panels of your own page, which is opened; `list panels` names them")

JSON = Option("", "print one JSON object instead of text")

MEASURE = Option("NAME", "what else to measure at the end, as `list measures` names it; may be repeated")

COMMANDS = {
    "lab": Command(
        "the laboratory; opens where no command is named",
        {**EXPERIMENT, **LOOK, PANELS: OWN_PAGE, RESUME: RESUMING},
        operand="SCENE",
    ),
    TOUR: Command(
        "the guided tour for an audience, from one of `list chapters` on, or that of a FILE.toml",
        LOOK,
        operand="CHAPTER",
    ),
    "run": Command(
        "the same experiment without a screen",
        {**EXPERIMENT, "steps": Option("K", "how many steps (1000)"), "measure": MEASURE, "json": JSON},
        operand="SCENE",
    ),
    "distances": Command(
        "all distances between random points in any dimension, drawn from their exact joint law",
        {
            "dim": Option("D", "dimensions, up to 1e15 (175e9)"),
            "walkers": Option("N", "how many points (64)"),
            "seed": Option("S", "decides where the points are (0)"),
            "json": JSON,
        },
    ),
    "signs": Command(
        "the exact sign counts of one random Hessian of any size, GOE/√d + t",
        {
            "landscape": Option("NAME", "random-quadratic, streamed, or rastrigin, drawn (random-quadratic)"),
            "dim": Option("D", "its rows, up to 1e15 (1e9)"),
            "shift": Option("T", "curvature t added to all directions; above 2 all rise (0)"),
            "set": Option("A=NUMBER", "rastrigin's amplitude instead (10)"),
            "seed": Option("S", "decides the matrix, or rastrigin's point (0)"),
            "checkpoint": Option("FILE", "keep the count there, and go on with what is there"),
            "json": JSON,
        },
    ),
    "doctor": Command(
        "what was found of this terminal, what was chosen for it and why, and what can be set",
        {**LOOK, "json": JSON},
    ),
    "list": Command(
        f"what there is to choose from: {', '.join(KINDS)}; or all that is known of one NAME",
        {"json": JSON},
        operand="KIND",
    ),
}


def parse(arguments: Sequence[str]) -> Request:
    """The request in `arguments`; the command is `lab` where none is named. Raises BadInput."""
    if arguments[:1] == ["--version"]:
        return Request("version", (), ())
    if arguments[:1] in (["--help"], ["-h"]):
        return Request("help", (), ())
    named = bool(arguments) and arguments[0] in COMMANDS
    name, *rest = arguments if named or _mistyped(arguments) else ("lab", *arguments)
    command = _command(name)
    flags = [flag + ("=" if option.value else "") for flag, option in command.options.items()]
    try:
        typed, operands = getopt.gnu_getopt(rest, "h", [*flags, "help"])
    except getopt.GetoptError as mistake:
        raise _refused(mistake, command) from None
    if any(flag in ("-h", "--help") for flag, _ in typed):
        return Request("help", (), (name,))
    if len(operands) > bool(command.operand):
        raise BadInput(name, f"{operands[-1]!r} has no meaning here", ", ".join(_flags(command)))
    return Request(name, tuple((flag.lstrip("-"), value) for flag, value in typed), tuple(operands))


def _mistyped(arguments: Sequence[str]) -> bool:
    """Whether the first of them is neither a command nor an option nor a scene for the laboratory."""
    return bool(arguments) and not arguments[0].startswith("-") and not scenes.is_scene(arguments[0])


def _command(name: str) -> Command:
    if name not in COMMANDS:
        raise unknown("command", name, COMMANDS)
    return COMMANDS[name]


def _refused(mistake: getopt.GetoptError, command: Command) -> BadInput:
    option = command.options.get(mistake.opt)
    if option is None:
        flag = f"--{mistake.opt}" if "--" in mistake.msg else f"-{mistake.opt}"
        return unknown("option", flag, _flags(command))
    if option.value:
        return BadInput(f"--{mistake.opt}", "has no value", f"--{mistake.opt} {option.value}, {option.help}")
    return BadInput(f"--{mistake.opt}", "takes no value", f"--{mistake.opt}")


def _flags(command: Command) -> list[str]:
    return [f"--{name}" for name in command.options]


def help_text(name: str = "") -> str:
    """What `--help` prints: the commands, or the options of one."""
    if name:
        command = COMMANDS[name]
        usage = f"{name} [{command.operand}]" if command.operand else name
        about = command.help
        rows = {f"--{flag} {option.value}": option.help for flag, option in command.options.items()}
    else:
        usage, about = "[COMMAND]", ABOUT
        rows = {name: command.help for name, command in COMMANDS.items()}
    width = max(len(row) for row in rows)
    lines = "\n".join(f"  {row:<{width}}  {help}" for row, help in rows.items())
    return f"usage: {PROGRAM} {usage} [OPTION ...]\n\n{about}\n\n{lines}\n"
