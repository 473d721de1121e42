"""The chapters of the tour: what an audience is told, step by step, beside an experiment on the screen.

A chapter is a file of `assets/tour`, or a FILE.toml: a scene, with these entries beside the experiment's.

    place = 1                       # in the tour
    question = "How far apart are two random points?"
    panel = "drawn-distances"       # what is seen: one panel in full, or all of a page

    [[steps]]
    text = "In two dimensions theory says {distance-mean}, in a thousand {next.distance-mean}."
    figures = ["distance-mean"]     # below the text: what theory says, and what was measured

    [[steps]]
    text = "…"
    set = { giant_dim = 1000 }      # entries that change, by the names of `--set` and of the options

No number that theory gives is typed into a text: in braces stands a figure (`tui.figure`), for the experiment
of that step, or with `next.` before it, of the next one; `{descent-loss:100}` is for step 100 of its walkers.
A step keeps what the one before it shows and sets, unless it says something else.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from sim.assets import asset
from sim.errors import BadInput, unknown
from tui import scenes
from tui.actions import PAGE_TOPICS
from tui.scenes import SUFFIX

if TYPE_CHECKING:
    from sim.experiment import Experiment

FOLDER = "tour"

PLACEHOLDER = re.compile(r"\{(next\.)?([a-z-]+)(?::([0-9]{1,15}))?\}")
"""Whose experiment, the figure, and the step of its walkers: none has more than 15 digits."""


class WrittenStep(msgspec.Struct, forbid_unknown_fields=True):
    """A step as its file has it; what is None or "" stays what it was."""

    text: str
    figures: list[str] | None = None
    panel: str = ""
    page: str = ""
    set: dict[str, str | int | float] = {}
    pace: Annotated[float, msgspec.Meta(gt=0.0, le=sys.float_info.max)] | None = None
    paused: bool | None = None
    rewind: bool = False


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A chapter as its file has it, without the experiment."""

    question: str
    steps: list[WrittenStep]
    place: int = 0
    panel: str = ""
    page: str = ""


@dataclass(frozen=True)
class Step:
    """One step: the text with its placeholders, the experiment it is about, and that of the step after it.

    Of the `page` one `panel` is seen, or all where that is "". The walkers stand where they are if it is
    `paused`, aim at `pace` steps a second, and begin again if it `rewinds`.
    """

    text: str
    experiment: Experiment
    following: Experiment
    page: str
    panel: str
    figures: tuple[str, ...]
    pace: float
    paused: bool
    rewinds: bool

    @cached_property
    def told(self) -> str:
        """The text, with what theory says in the place of each placeholder; asked for with every snapshot."""
        return PLACEHOLDER.sub(self._predicted, self.text)

    def _predicted(self, found: re.Match[str]) -> str:
        following, name, step = found.groups()
        from tui.figure import FIGURES

        about = self.following if following else self.experiment
        return FIGURES[name].predicted(about, int(step or 0))


@dataclass(frozen=True)
class Chapter:
    """A chapter that was read."""

    name: str
    question: str
    steps: tuple[Step, ...]


class Tour:
    """Some chapters, and which step of which is told."""

    def __init__(self, chapters: Sequence[Chapter], first: int = 0) -> None:
        self.chapters = tuple(chapters)
        self.place = (first, 0)

    @property
    def chapter(self) -> Chapter:
        """The chapter that is told."""
        return self.chapters[self.place[0]]

    @property
    def step(self) -> Step:
        """The step that is told."""
        return self.chapter.steps[self.place[1]]

    def go(self, on: bool) -> bool:
        """To the next step, or to the one before; False at the ends, where there is none."""
        places = [(c, s) for c, chapter in enumerate(self.chapters) for s in range(len(chapter.steps))]
        to = places.index(self.place) + (1 if on else -1)
        if not 0 <= to < len(places):
            return False
        self.place = places[to]
        return True


def names() -> list[str]:
    """The chapters that come with the program, in their order."""
    written = {path.stem: _written(path)[0].place for path in asset(FOLDER).glob(f"*{SUFFIX}")}
    return sorted(written, key=lambda name: (written[name], name))


def question(name: str) -> str:
    """What a chapter that comes with the program asks."""
    return _written(_path_of(name))[0].question


def about(name: str) -> str:
    """What it shows: the comment at the top of its file."""
    return scenes.about(str(_path_of(name)))


def texts(name: str) -> list[str]:
    """What is told in it, step by step, before theory has filled in its numbers."""
    return [step.text for step in _written(_path_of(name))[0].steps]


def tour(name: str = "") -> Tour:
    """The tour from the chapter of this name on, or that of one FILE.toml alone. Raises BadInput."""
    if name.endswith(SUFFIX) or "/" in name:
        return Tour([read(name)])
    known = names()
    if name and name not in known:
        mistake = unknown("chapter", name, known)
        raise BadInput(mistake.where, mistake.what, f"{', '.join(known)}, FILE{SUFFIX}")
    return Tour([read(each) for each in known], known.index(name) if name else 0)


def read(name: str) -> Chapter:
    """A chapter by its name or the path of its file; a mistake names the file, and the step."""
    from sim.experiment import Experiment

    path = _path_of(name)
    written, whole = _written(path)
    try:
        first = Experiment.from_toml(whole, str(path.parent), others=Written.__struct_fields__)
        return Chapter(path.stem, written.question, _steps(written, first))
    except BadInput as mistake:
        what = mistake.what if mistake.where == "experiment" else f"{mistake.where}: {mistake.what}"
        raise BadInput(str(path), what, mistake.accepted) from None


def _path_of(name: str) -> Path:
    if name.endswith(SUFFIX) or "/" in name:
        return Path(name)
    return asset(FOLDER, name + SUFFIX)


def _written(path: Path) -> tuple[Written, str]:
    """What is told, and all that is in the file. Raises BadInput."""
    whole = scenes.text(path)
    try:
        found = tomllib.loads(whole)
        own = {name: found[name] for name in Written.__struct_fields__ if name in found}
        return msgspec.convert(own, Written), whole
    except tomllib.TOMLDecodeError as mistake:
        raise BadInput(str(path), f"not TOML: {mistake}", "a scene with a question and steps") from None
    except msgspec.ValidationError as mistake:
        accepted = ", ".join((*Written.__struct_fields__, *WrittenStep.__struct_fields__))
        raise BadInput(str(path), str(mistake), accepted) from None


def _steps(written: Written, first: Experiment) -> tuple[Step, ...]:
    """The steps, each with what stays from the one before. Raises BadInput."""
    from tui.intent import OPENING_PACE

    if not written.steps:
        raise BadInput("steps", "has none", "[[steps]] with a text")
    found: list[Step] = []
    seen = _seen(written.panel, written.page, (next(iter(PAGE_TOPICS)), ""))
    before = Step("", first, first, *seen, (), OPENING_PACE, paused=False, rewinds=False)
    for number, step in enumerate(written.steps, start=1):
        try:
            before = _after(before, step)
            _check(step.text, is_last=number == len(written.steps))
        except BadInput as mistake:
            raise BadInput(f"step {number}: {mistake.where}", mistake.what, mistake.accepted) from None
        found.append(before)
    following = [*found[1:], before]
    return tuple(
        replace(step, following=after.experiment) for step, after in zip(found, following, strict=True)
    )


def _after(before: Step, step: WrittenStep) -> Step:
    """The step that stands in the file, with what it keeps of the one before."""
    page, panel = _seen(step.panel, step.page, (before.page, before.panel))
    return replace(
        before,
        text=step.text,
        experiment=_with(before.experiment, step.set),
        page=page,
        panel=panel,
        figures=before.figures if step.figures is None else _known(step.figures),
        pace=before.pace if step.pace is None else step.pace,
        paused=before.paused if step.paused is None else step.paused,
        rewinds=step.rewind,
    )


def _with(experiment: Experiment, entries: dict[str, Any]) -> Experiment:
    for name, value in entries.items():
        experiment = experiment.with_value(name, value)
    return experiment


def _seen(panel: str, page: str, before: tuple[str, str]) -> tuple[str, str]:
    """The page and its panel, "" for all; what is seen already, where nothing is said."""
    if panel:
        from tui.panel import PANELS

        return PANELS.find(panel).page, panel
    if page and page not in PAGE_TOPICS:
        raise unknown("page", page, PAGE_TOPICS)
    return (page, "") if page else before


def _known(figures: list[str]) -> tuple[str, ...]:
    from tui.figure import FIGURES

    for name in figures:
        FIGURES.find(name)
    return tuple(figures)


def _check(told: str, *, is_last: bool) -> None:
    """Raises BadInput for a placeholder that nobody can fill."""
    from tui.figure import FIGURES

    for following, name, _ in PLACEHOLDER.findall(told):
        FIGURES.find(name)
        if following and is_last:
            raise BadInput("text", f"{{next.{name}}} in the last step", f"{{{name}}}")
    if left := re.search(r"[{}][^{}]*[{}]?", PLACEHOLDER.sub("", told)):
        raise BadInput("text", f"{left[0]!r} is no figure", "{NAME}, {next.NAME} or {NAME:STEP}")
