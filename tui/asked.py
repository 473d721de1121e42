"""What a request asks for, found out and checked: an experiment, points, a matrix, steps, measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.errors import BadInput, unknown
from sim.memory import MEMORY
from tui import scenes
from tui.arguments import EXPERIMENT, RESUME, Request

if TYPE_CHECKING:
    from sim.experiment import Experiment

MOST_STEPS = 10**15


def experiment(request: Request) -> Experiment:
    """The experiment of the scene and the options; what would not fit into memory raises BadInput, too."""
    from sim.experiment import Experiment
    from sim.memory import require_memory

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
