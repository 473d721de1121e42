"""What is kept of a laboratory that a lost connection, a signal or a crash has ended, for another start.

Each has a file of its own in the user's state folder while it runs, so that none overwrites another's, and
takes it away when a person leaves it. In it is the trail of the walkers, which another start goes again.
Files of laboratories that run are locked, and passed over; of the others, the oldest go.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec

from sim import __version__, sealed
from sim.errors import BadInput
from tui import PROGRAM

if TYPE_CHECKING:
    from sim.trail import Trail

OPTION = "--resume"

KIND, NAME = f"{PROGRAM} laboratory", "an interrupted experiment"
FORMAT = 1

MOST = 8
"""Files that stay, beside those of laboratories that run."""

LONGEST = 10_000_000
"""Characters of a file that are read: most have a thousand, and a change on the way about a hundred more."""

USELESS = ".useless"
"""Ends the name of a file once it was said that it is of no use."""

NOTHING = "nothing was interrupted; started as usual"


class News(NamedTuple):
    """A line for the person at the keyboard, and whether it is bad news; an empty one is none."""

    text: str = ""
    bad: bool = False


NO_NEWS = News()


@dataclass(frozen=True)
class State:
    """What another start restores: the walkers, the page, the pace, and whether they are on the move."""

    trail: Trail
    page: str
    pace: float | None
    running: bool


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
    trail: dict[str, Any]


def folder() -> Path:
    """Where the files are, if there are any."""
    import platformdirs

    return platformdirs.user_state_path(PROGRAM) / "interrupted"


class Keeper:
    """The file of one laboratory, as often as it is written: locked, until it or the process ends.

    The `path` and the open file `held` are those of what is gone on with, if there is such a file. Any thread
    may call.
    """

    def __init__(self, path: Path | None = None, held: int | None = None) -> None:
        self._path, self._held = path, held
        self._turn = threading.Lock()
        self._is_over = False

    def keep(self, state: State) -> None:
        """Write what another start needs, in the place of what was written before. Raises OSError."""
        with self._turn:
            if self._is_over:
                return
            path = self._path or folder() / f"{time.time_ns():020d}-{os.getpid()}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            new: list[int] = []
            sealed.write(
                path,
                sealed.sealed(msgspec.to_builtins(_record(state))),
                lambda file: new.append(_held(file)),
            )
            self.let_go()  # of the old one, now that the new one is in its place
            self._path, (self._held,) = path, new
            _forget_oldest()

    def forget(self) -> None:
        """Nobody needs to go on with it any more."""
        with self._turn:
            self._is_over = True
            if self._path:
                with contextlib.suppress(OSError):
                    self._path.unlink()
        self.let_go()

    def let_go(self) -> None:
        """Leave the file to others."""
        if self._held is not None:
            os.close(self._held)
        self._held = None


class Resumed(NamedTuple):
    """A state that is gone on with, and the keeper of its file."""

    state: State
    keeper: Keeper


def offer() -> News:
    """How to go on with what was interrupted last, if something was."""
    for path, held in _newest_first():
        try:
            found = _read(path)
        except sealed.Unsealed as mistake:
            return _put_aside(path, mistake)
        finally:
            os.close(held)
        when = time.strftime("%Y-%m-%d, %H:%M", time.localtime(found.when))
        what = f"{found.landscape}, d = {found.dim}, was interrupted at step {found.step}"
        return News(f"{what} ({when}); to go on: {PROGRAM} {OPTION}")
    return NO_NEWS


def resume() -> tuple[Resumed | None, News]:
    """What was interrupted last and nobody else goes on with, or None; and what to say of it."""
    for path, held in _newest_first():
        try:
            state, said = _restored(_read(path))
        except sealed.Unsealed as mistake:
            state, said = None, _put_aside(path, mistake)
        except BadInput as mistake:
            state = None
            why = f"{mistake.where}: {mistake.what}"
            said = News(f"{path} cannot be gone on with: {why}; started as usual", bad=True)
        if state:
            return Resumed(state, Keeper(path, held)), said
        os.close(held)
        return None, said
    return None, News(NOTHING)


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
        trail=trail.to_data(),
    )


def _stamp(name: str) -> list[int]:
    """When a file was written that is used, and its size: as it was when it was read, if that is known."""
    from sim.registry import LANDSCAPES, STARTS, stamp

    found = LANDSCAPES.stamp(name) or STARTS.stamp(name) or stamp(name)
    return list(found[:2]) if found else []


def _newest_first() -> Iterator[tuple[Path, int]]:
    """The files that no laboratory holds, open and locked; who takes one closes it."""
    for path in _by_age("*.json"):
        try:
            held = os.open(path, os.O_RDONLY)
        except OSError:  # it is gone by now
            continue
        if _lock(held) and _is_there(path, held):
            yield path, held
        else:
            os.close(held)


def _by_age(names: str) -> list[Path]:
    """The last written first."""
    aged = []
    with contextlib.suppress(OSError):  # a folder that cannot be looked into
        for path in folder().glob(names):
            with contextlib.suppress(FileNotFoundError):
                aged.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(aged, reverse=True)]


def _forget_oldest() -> None:
    """Of what nobody holds, and of what is of use to nobody, the last stay."""
    old = _by_age(f"*{USELESS}")[MOST:]
    if len(_by_age("*.json")) > MOST:
        free = list(_newest_first())
        for _, held in free:
            os.close(held)
        old += [path for path, _ in free[MOST:]]
    for path in old:
        with contextlib.suppress(OSError):
            path.unlink()


def _lock(held: int) -> bool:
    """Lock an open file, unless somebody else has; where the disk knows no locks, nobody has."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _is_there(path: Path, held: int) -> bool:
    """Whether an open file is still the one at its path: a laboratory that runs may have written another."""
    with contextlib.suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(held))
    return False


def _held(file: IO[str]) -> int:
    """A file that is being written, locked and open for as long as that stays open."""
    held = os.dup(file.fileno())
    _lock(held)
    return held


def _read(path: Path) -> Record:
    """The record in a file; raises Unsealed."""
    try:
        found = sealed.read(path, KIND, NAME, LONGEST)
    except OSError as failure:
        raise sealed.Unsealed(f"cannot be read: {failure.strerror}") from None
    version = found.get("version")
    if (found.get("format"), version) != (FORMAT, __version__):
        raise sealed.Unsealed(f"is of version {version}, whose steps this one, {__version__}, may not repeat")
    sealed.check(found)
    del found[sealed.CHECKSUM]
    try:
        return msgspec.convert(found, Record)
    except msgspec.ValidationError:
        raise sealed.Unsealed(sealed.DAMAGED) from None


def _put_aside(path: Path, mistake: sealed.Unsealed) -> News:
    """What is wrong with a file; it is not looked at again."""
    aside = path.with_name(path.name + USELESS)
    with contextlib.suppress(OSError):
        path.rename(aside)
        path = aside
    return News(f"{path} {mistake}; started as usual", bad=True)


def _restored(record: Record) -> tuple[State, News]:
    """The state in a record, in the folder where it was begun if it has files there. Raises BadInput."""
    from sim.memory import require_memory
    from sim.trail import Trail

    if not all(Path(name).is_absolute() for name in record.files):
        _go_to(record.folder)
    trail, said = Trail.from_data(record.trail), NO_NEWS
    require_memory(trail.experiment)
    for name, stamp in record.files.items():
        if _stamp(name) != stamp:
            trail = Trail(trail.experiment)
            said = News(f"{name} is not what it was: the walkers begin anew", bad=True)
    return State(trail, record.page, record.pace, record.running), said


def _go_to(home: str) -> None:
    try:
        os.chdir(home)
    except OSError as failure:
        raise BadInput("folder", f"{home} cannot be gone to: {failure.strerror}", "it, as it was") from None
