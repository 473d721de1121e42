"""What is kept of a laboratory that a lost connection, a signal or a crash has ended, for another start.

Each leaves a file of its own in the user's state folder, so that none overwrites another's; the oldest go. In
it is the trail of the walkers, which another start goes again. Whoever does that keeps the file locked until
the end, and others pass it over.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec

from sim import __version__, sealed
from sim.errors import BadInput

if TYPE_CHECKING:
    from sim.trail import Trail

PROGRAM, OPTION = "landscape-tui", "--resume"

KIND, NAME = "landscape-tui laboratory", "an interrupted experiment"
FORMAT = 1

MOST = 8
"""Files that are kept."""

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


@dataclass(frozen=True)
class Resumed:
    """A state that is gone on with, and its file, locked for as long as this is there."""

    state: State
    path: Path
    lock: IO[bytes]

    def forget(self) -> None:
        """Nobody needs to go on with it any more."""
        with self.lock, contextlib.suppress(OSError):
            self.path.unlink()


def folder() -> Path:
    """Where the files are, if there are any."""
    import platformdirs

    return platformdirs.user_state_path(PROGRAM) / "interrupted"


def keep(state: State) -> None:
    """Write what another start needs. Raises OSError."""
    home = folder()
    home.mkdir(parents=True, exist_ok=True)
    record = msgspec.to_builtins(_record(state))
    sealed.write(home / f"{time.time_ns():020d}-{os.getpid()}.json", sealed.sealed(record))
    for old in sorted(home.iterdir(), reverse=True)[MOST:]:
        with contextlib.suppress(OSError):
            old.unlink()


def offer() -> News:
    """How to go on with what was interrupted last, if something was."""
    for path, lock in _newest_first():
        with lock:
            try:
                found = _read(path)
            except sealed.Unsealed as mistake:
                return _put_aside(path, mistake)
        when = time.strftime("%Y-%m-%d, %H:%M", time.localtime(found.when))
        what = f"{found.landscape}, d = {found.dim}, was interrupted at step {found.step}"
        return News(f"{what} ({when}); to go on: {PROGRAM} {OPTION}")
    return NO_NEWS


def resume() -> tuple[Resumed | None, News]:
    """What was interrupted last and nobody else goes on with, or None; and what to say of it."""
    for path, lock in _newest_first():
        try:
            state, said = _restored(_read(path))
        except sealed.Unsealed as mistake:
            state, said = None, _put_aside(path, mistake)
        except BadInput as mistake:
            state = None
            why = f"{mistake.where}: {mistake.what}"
            said = News(f"{path} cannot be gone on with: {why}; started as usual", bad=True)
        if state:
            return Resumed(state, path, lock), said
        lock.close()
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


def _newest_first() -> Iterator[tuple[Path, IO[bytes]]]:
    """The files that nobody goes on with, each locked until it is closed."""
    for path in sorted(folder().glob("*.json"), reverse=True):
        with contextlib.suppress(OSError):  # such as that it is gone by now
            file = path.open("rb")
            if _is_locked(file):
                yield path, file
            else:
                file.close()


def _is_locked(file: IO[bytes]) -> bool:
    """Lock a file, unless another process has; where the disk knows no locks, nobody has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


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
