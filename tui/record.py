"""What is written of a laboratory, so that another start may go on with it, and how that is read again.

In it is the trail of the walkers, which another start goes again.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sim import __version__, sealed
from sim.errors import BadInput, printable
from tui import PROGRAM
from tui.formats import brief_whole, whole

if TYPE_CHECKING:
    from sim.trail import Trail

KIND, NAME = f"{PROGRAM} laboratory", "an interrupted experiment"
FORMAT = 2

LONGEST = 1_000_000
"""Characters of a file, at most: most have two thousand, and a change on the way a hundred more."""

LATEST = 253_402_214_400.0
"""The last second of which a date can be told, from 1970."""


class NotNow(ValueError):  # noqa: N818 - it names what a file is
    """Why a file cannot be gone on with here and now, in words that follow its name; it stays as it is."""


@dataclass(frozen=True)
class State:
    """What another start restores: the walkers, the page, the pace, and whether they are on the move.

    Also the panel that is `expanded`, what each of those panels is `showing` that show one thing at a time,
    and the chosen cohort and parameter. With `apart`, the walkers have left the way to what was gone on with,
    which stays.
    """

    trail: Trail
    page: str
    pace: float | None
    running: bool
    expanded: str = ""
    showing: Mapping[str, str] = field(default_factory=dict)
    cohort: int = 0
    parameter: str = ""
    apart: bool = False


class Record(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is in a file: a state, what to say of it, and the files that it is made of, with their stamps."""

    kind: str = KIND
    format: int = FORMAT
    version: str = __version__
    when: float
    landscape: str
    dim: int
    step: int
    folder: str
    files: dict[str, list[int]]
    page: str
    pace: float | None
    running: bool
    expanded: str
    showing: dict[str, str]
    cohort: int
    parameter: str
    trail: dict[str, Any]

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that no laboratory writes."""
        if not 0.0 <= self.when <= LATEST:
            raise ValueError("it has a time that is none")
        if self.pace is not None and not 0.0 < self.pace < math.inf:
            raise ValueError("it has a pace that is none")
        if self.cohort < 0:
            raise ValueError("it has a cohort that is none")


class Left(NamedTuple):
    """A file that nobody goes on with: what was interrupted, and at which step and when.

    `why_not` is why it cannot be gone on with here and now, in words that follow its name; "" where it can.
    """

    path: Path
    what: str = ""
    at: str = ""
    why_not: str = ""

    @property
    def title(self) -> str:
        """What it is called among others."""
        return f"{self.what}, {self.at}" if self.what else self.path.name


def looked_at(path: Path) -> Left:
    """What is in a file, and whether the files are there that it is made of: what they hold, time will tell.

    Raises Unsealed, and NotNow where it cannot even be said what it is.
    """
    from sim.registry import stamp

    found = read(path)
    name = printable(found.landscape)
    when = time.strftime("%Y-%m-%d, %H:%M", time.localtime(found.when))
    gone = next((file for file in found.files if stamp(str(Path(found.folder) / file)) is None), None)
    why_not = "" if gone is None else f"cannot be gone on with: {gone} is not where it was"
    return Left(
        path, f"{name}, d = {brief_whole(found.dim)}", f"at step {whole(found.step)} ({when})", why_not
    )


def content(state: State) -> str:
    """What a file of it holds. Raises BadInput for more than one would be read of."""
    written = sealed.sealed(msgspec.to_builtins(_record(state)))
    if len(written) > LONGEST:
        what = f"{len(state.trail.changes)} changes on the way are too many to be kept"
        raise BadInput("trail", what, "`rewind`, which begins anew")
    return written


def _record(state: State) -> Record:
    trail = state.trail
    files = {name: _stamp(name) for experiment in trail.experiments for name in experiment.files}
    return Record(
        when=time.time(),
        landscape=trail.experiment.landscape,
        dim=trail.experiment.active,
        step=trail.step,
        folder=str(Path.cwd()) if files else "",
        files=files,
        page=state.page,
        pace=state.pace,
        running=state.running,
        expanded=state.expanded,
        showing=dict(state.showing),
        cohort=state.cohort,
        parameter=state.parameter,
        trail=trail.to_data(),
    )


def _stamp(name: str) -> list[int]:
    """When a file was written that is used, and its size: as it was when it was read, if that is known."""
    from sim.registry import LANDSCAPES, STARTS, stamp

    found = LANDSCAPES.stamp(name) or STARTS.stamp(name) or stamp(name)
    return list(found[:2]) if found else []


def read(path: Path) -> Record:
    """The record in a file; raises Unsealed for a damaged one, and NotNow."""
    try:
        found = sealed.read(path, KIND, NAME, LONGEST)
    except OSError as failure:
        raise NotNow(f"cannot be read: {failure.strerror}") from None
    version = found.get("version")
    if (found.get("format"), version) != (FORMAT, __version__):
        other = printable(str(version)[:20])
        raise NotNow(f"is of version {other}, whose steps this one, {__version__}, may not repeat")
    sealed.check(found)
    del found[sealed.CHECKSUM]
    try:
        return msgspec.convert(found, Record)
    except (msgspec.ValidationError, OverflowError) as mistake:
        raise sealed.Unsealed(f"is damaged: {mistake}") from None


def restored(record: Record) -> tuple[State, str]:
    """The state in a record, in the folder where it was begun if it has files there. Raises NotNow.

    Also a line on what is not as it was, "" where all is.
    """
    from sim.memory import require_memory
    from sim.trail import Trail

    said = ""
    with _where_it_was(record):
        try:
            trail = Trail.from_data(record.trail)
            require_memory(trail.experiment)
        except BadInput as mistake:
            raise NotNow(f"cannot be gone on with: {mistake.where}: {mistake.what}") from None
        for name, stamp in record.files.items():
            if _stamp(name) != stamp:
                trail = Trail(trail.experiment)
                said = f"{name} is not what it was: the walkers begin anew"
    seen = record.expanded, record.showing, record.cohort, record.parameter
    return State(trail, record.page, record.pace, record.running, *seen), said


@contextlib.contextmanager
def _where_it_was(record: Record) -> Iterator[None]:
    """From then on in the folder of a record whose files are named from there; not where anything raises."""
    from sim.registry import LANDSCAPES, STARTS

    home = record.folder
    if all(Path(name).is_absolute() for name in record.files) or home == _here():
        yield
        return
    before = _here()
    try:
        os.chdir(home)
    except (OSError, ValueError) as failure:
        raise NotNow(f"cannot be gone on with: folder: {home} cannot be gone to: {failure}") from None
    try:
        with LANDSCAPES.elsewhere(), STARTS.elsewhere():
            yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.chdir(before)
        raise


def _here() -> str:
    """The present folder; "" where that is gone."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""
