"""What may be typed after `landscape-tui`, as a table, and how it becomes a request or an experiment."""

from __future__ import annotations

import getopt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.errors import BadInput, unknown
from tui import PROGRAM, scenes
from tui.listing import KINDS

if TYPE_CHECKING:
    from sim.experiment import Experiment
from sim.memory import MEMORY

ABOUT = (
    "A laboratory in a terminal: populations of walkers descend landscapes of any dimension.\n"
    f"`{PROGRAM} COMMAND --help` shows a command's options."
)

MOST_STEPS = 10**15


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


def experiment(request: Request) -> Experiment:
    """The experiment of the scene and the options; what would not fit into memory raises BadInput, too."""
    from sim.experiment import Experiment
    from sim.memory import require_memory
    from tui import scenes

    found = scenes.read(request.operands[0]) if request.operands else None
    try:
        settings = sorted(_settings(request), key=_rank)
        if found is None:
            # A landscape that is named has the dimension that its own defaults give, where they do.
            named = settings and settings[0][0] == "landscape"
            found = Experiment(landscape=settings.pop(0)[1]) if named else Experiment()
        for name, value in settings:
            if name == "cohort":
                found = _with_cohort(found, value)
            else:
                found = found.with_value(name.replace("-", "_"), value)
        _require_dim(request, found)
        require_memory(found)
    except BadInput as mistake:
        raise BadInput(_flag(mistake.where), mistake.what, mistake.accepted) from None
    return found


def resumes(request: Request) -> bool:
    """Whether an interrupted experiment is to be gone on with, which is the one it is. Raises BadInput."""
    if not request.has(RESUME):
        return False
    others = [*(f"--{option}" for option, _ in request.options if option in EXPERIMENT), *request.operands]
    if others:
        what = f"is not for an experiment that --{RESUME} goes on with"
        raise BadInput(others[0], what, "the keys, once it runs")
    return True


def _require_dim(request: Request, found: Experiment) -> None:
    """A dimension that was typed is the one that is run, also where the settings decide it."""
    from sim.parameters import whole

    typed = request.last("dim", "")
    if typed and whole("dim", typed) != found.dim:
        what = f"{found.landscape} does not come in {typed} dimensions with these settings"
        raise BadInput("dim", what, f"{found.dim}, or other settings")


def _with_cohort(experiment: Experiment, text: str) -> Experiment:
    from sim.cohort import MOST_COHORTS, Cohort

    if len(experiment.cohorts) == MOST_COHORTS:
        more = f"the first and up to {MOST_COHORTS - 1} more"
        raise BadInput("cohort", f"{MOST_COHORTS + 1} are too many", more)
    try:
        return experiment.with_cohorts((*experiment.cohorts, Cohort.from_text(text)))
    except BadInput as mistake:
        where = "" if mistake.where == "cohort" else f"{mistake.where}: "
        raise BadInput("cohort", f"{where}{mistake.what}", mistake.accepted) from None


def points(request: Request) -> tuple[int, int, int]:
    """Dimension, number and seed of the points of `distances`, which fit into memory. Raises BadInput."""
    from sim.giants.distances import bytes_needed, require
    from sim.memory import require_bytes
    from sim.parameters import whole

    dim = whole("--dim", request.last("dim", "175e9"))
    walkers = whole("--walkers", request.last("walkers", "64"))
    try:
        require(dim, walkers)
    except BadInput as mistake:
        raise BadInput(f"--{mistake.where}", mistake.what, mistake.accepted) from None
    require_bytes(bytes_needed(walkers), "fewer walkers")
    return dim, walkers, seed(request)


STREAMED, DRAWN = "random-quadratic", "rastrigin"
"""The landscapes whose signs `signs` knows in any dimension."""


def is_drawn(request: Request) -> bool:
    """Whether the landscape of `signs` is one whose signs are drawn; else they are streamed.

    Raises BadInput for any other landscape, and for what does not go with this one.
    """
    from sim.registry import LANDSCAPES

    name = request.last("landscape", STREAMED)
    if name not in LANDSCAPES.names:
        raise unknown("--landscape", name, (STREAMED, DRAWN))
    if name not in (STREAMED, DRAWN):
        raise BadInput("--landscape", f"the signs of {name} have no such law", f"{STREAMED}, {DRAWN}")
    if name == STREAMED and request.has("set"):
        raise BadInput("--set", f"{STREAMED} has nothing to set here", f"--shift T, or --landscape {DRAWN}")
    if name == DRAWN and request.has("shift"):
        raise BadInput("--shift", f"{DRAWN} has none", "--set A=NUMBER")
    if name == DRAWN and request.has("checkpoint"):
        what = f"{DRAWN} is drawn at once, and has nothing to keep"
        raise BadInput("--checkpoint", what, f"--landscape {STREAMED}")
    return name == DRAWN


def falling(request: Request) -> tuple[int, float, int]:
    """Dimension, amplitude and seed of a landscape whose signs are drawn. Raises BadInput."""
    from sim.giants.laws import require_dim
    from sim.parameters import whole
    from sim.registry import LANDSCAPES

    (parameter,) = LANDSCAPES[DRAWN].parameters
    value: object = parameter.default_at(1)
    dim = whole("--dim", request.last("dim", "1e9"))
    try:
        for option, text in request.options:
            if option == "set":
                name, value = _assigned(text)
                if name != parameter.name:
                    raise unknown("parameter", name, (parameter.name,))
        amplitude = parameter.check(value)
        require_dim(dim)
    except BadInput as mistake:
        raise BadInput(_flag(mistake.where), mistake.what, mistake.accepted) from None
    return dim, float(amplitude), seed(request)


def seed(request: Request) -> int:
    """The seed of a command that is no experiment. Raises BadInput."""
    from sim.parameters import whole
    from sim.ranges import RANGES, accepted

    typed, (low, high) = request.last("seed", "0"), RANGES["seed"]
    found = whole("--seed", typed)
    if not low <= found <= high:
        raise BadInput("--seed", f"{typed} is out of range", accepted("seed"))
    return found


def steps(request: Request) -> int:
    """How many steps `run` is to take. Raises BadInput."""
    from sim.parameters import whole

    typed = request.last("steps", "1000")
    count = whole("--steps", typed)
    if not 0 <= count <= MOST_STEPS:
        accepted = f"a whole number from 0 to {MOST_STEPS:.3g}"
        raise BadInput("--steps", f"{typed} is out of range", accepted)
    return count


def measures(request: Request) -> tuple[str, ...]:
    """What `run` is to measure beside what is routine. Raises BadInput."""
    from sim.registry import MEASURES

    names = tuple(dict.fromkeys(name for option, name in request.options if option == "measure"))
    for name in names:
        if name not in MEASURES:
            raise unknown("--measure", name, MEASURES)
    return names


def _settings(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of each entry, those of `--set` taken apart."""
    for option, text in request.options:
        if option == "set":
            yield _assigned(text)
        elif option in EXPERIMENT:
            yield option, text


def _assigned(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise BadInput("set", f"{text!r} has no value", "NAME=VALUE, such as A=10")
    return name, value


def _rank(setting: tuple[str, str]) -> int:
    order = list(EXPERIMENT)
    return order.index(setting[0]) if setting[0] in order else len(order)


def _flag(where: str) -> str:
    """The option that an entry of the experiment is given with; a path stays what it is."""
    if where == "parameter":
        return "--set"
    option = where.replace("_", "-")
    if where == MEMORY or not where.replace("_", "").isalnum():
        return where
    return f"--{option}" if option in EXPERIMENT else f"--set {where}"


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
