"""What the laboratory opens with: what is typed, then a scene, then a person's own defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import BadInput, in_one_line, unknown
from tui import PROGRAM, chapters, own_page, scenes
from tui.actions import OWN, PAGE_TOPICS, Action
from tui.arguments import COMMANDS, EXPERIMENT, PANELS, RESUME, TOUR, Request
from tui.asked import experiment
from tui.config import DEFAULTS, TABLE, WHOLE, Config, Preferences
from tui.look import OPTIONS, Choices, choose

if TYPE_CHECKING:
    from sim.experiment import Experiment

FIRST_PAGE = next(iter(PAGE_TOPICS))

ONE_OF_MANY = ("set", "cohort", RESUME)
"""Options of the laboratory that have no default: they belong to one landscape, comparison or run."""


LONGEST = 200
"""Characters of a mistake that the laboratory shows."""

INSTEAD = {WHOLE: "the defaults are used", TABLE: "it is left out"}
"""What comes of a mistake that is in no entry, by where it is."""


@dataclass(frozen=True)
class Opening:
    """The experiment, and the `tour` that begins with it, if there is one; how it is drawn and why, the
    keys, and what is wrong with a person's settings.

    Also the page that is opened, and the panels of the person's own, if any were chosen.
    """

    experiment: Experiment
    page: str
    tour: chapters.Tour | None
    choices: Choices
    actions: tuple[Action, ...]
    config: Config
    mistakes: tuple[BadInput, ...]
    panels: tuple[str, ...]

    @property
    def preferences(self) -> Preferences:
        """What the laboratory takes over, with a line on the first of the mistakes."""
        wrong = complaint(self.config, self.mistakes)
        settled = any(name == PANELS for name, _ in self.config.defaults)
        file = own_page.beside(self.config.path)
        look, remark = self.choices.look, self.choices.remark
        return Preferences(look, self.actions, wrong, remark, self.panels, file, panels_are_set=settled)


def opening(
    request: Request,
    config: Config,
    environment: Mapping[str, str],
    encoding: str,
    reads_utf8: bool = False,
) -> Opening:
    """What a request for the laboratory comes to, in a terminal that `reads_utf8`, if it says so.

    A mistake in what was typed raises BadInput; one in a person's defaults costs that default.
    """
    tour = chapters.tour(*request.operands) if request.command == TOUR else None

    def settled(asked: Request) -> tuple[Experiment, Choices, tuple[str, ...]]:
        look = {name: asked.last(name, "") for name in OPTIONS if asked.has(name)}
        choices = choose(look, environment, encoding, reads_utf8)  # a mistake in it needs no experiment
        panels = own_page.chosen(asked.last(PANELS, "")) if asked.has(PANELS) else ()
        return tour.step.experiment if tour else experiment(asked), choices, panels

    kept_panels, spoilt = own_page.read(own_page.beside(config.path))
    found, mistakes = settled(request), [*config.mistakes, *spoilt]
    kept: tuple[tuple[str, str], ...] = ()
    for entry in sorted(config.defaults, key=_rank):
        if request.has(entry[0]) or ((request.operands or tour) and entry[0] in EXPERIMENT):
            continue  # a scene is whole, and so is the tour
        try:
            _require_option(*entry)
            found = settled(request._replace(options=(*kept, entry, *request.options)))
        except BadInput as mistake:
            mistakes.append(_in_the_file(entry[0], mistake))
        else:
            kept = (*kept, entry)
    page = scenes.page(request.operands[0]) if request.operands and not tour else FIRST_PAGE
    page = OWN if request.has(PANELS) else page
    shown = found[2] or kept_panels
    return Opening(found[0], page, tour, found[1], config.actions, config, tuple(mistakes), shown)


def _rank(entry: tuple[str, str]) -> int:
    """Experiments are set entry by entry, each of which decides what the next may be."""
    order = list(EXPERIMENT)
    return order.index(entry[0]) if entry[0] in order else len(order)


def _require_option(name: str, value: str) -> None:
    options = {n: option for n, option in COMMANDS["lab"].options.items() if n not in ONE_OF_MANY}
    if name in ONE_OF_MANY:
        raise BadInput(name, "cannot have a default", f"--{name}, typed")
    if name not in options:
        raise unknown(name, name, options)
    if bool(value) != bool(options[name].value):
        accepted = options[name].value or "true or false"
        raise BadInput(name, f"{value!r} is no value" if value else "has no value", accepted)


def _in_the_file(name: str, mistake: BadInput) -> BadInput:
    what = mistake.what if mistake.where.removeprefix("--") == name else str(mistake)
    return BadInput(f"{DEFAULTS}.{name}", what, mistake.accepted)


def complaint(config: Config, mistakes: tuple[BadInput, ...]) -> str:
    """A line on the first of the mistakes; "" where there is none."""
    if not mistakes:
        return ""
    first, more = mistakes[0], len(mistakes) - 1
    instead = INSTEAD.get(first.where, "the default is used")
    others = f"; {more} more mistake{'s' if more > 1 else ''}" if more else ""
    file = "" if first.where == own_page.FILE else f"{config.path.name}: "
    what = in_one_line(f"{file}{first.where}: {first.what}")[:LONGEST]
    return f"{what}; {instead}{others} (`{PROGRAM} doctor` tells more)"
