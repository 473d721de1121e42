"""What a laboratory leaves that was ended against its will, and what the next start makes of it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal

from sim import STARTS, BadInput, Experiment, __version__, sealed
from sim.commands import Set
from sim.trail import Trail
from tui import interrupted
from tui.cli import answer
from tui.interrupted import NO_NEWS, NOTHING, WENT_ON, Keeper, News, Resumed, forget, left, offer, resume
from tui.record import State

TRAIL = Trail(Experiment(dim=30, seed=4), ((7, Set("lr", 0.01)), (9, Set("active_dim", 20))), 1200, "0123")
STATE = State(TRAIL, "map", 50.0, False, "map", {"map": "map-random"}, 0, "lr")
ROWS = "0.5,0.5\n-0.5,0.5\n"


def files() -> list[Path]:
    folder = interrupted.folder()
    return sorted(folder.iterdir()) if folder.exists() else []


def keep(state: State) -> None:
    """As a laboratory does that is ended."""
    keeper = Keeper()
    keeper.keep(lambda: state)
    keeper.let_go()


def resumed() -> tuple[Resumed, News]:
    found, said = resume()
    assert found is not None, said
    return found, said


def test_where_nothing_was_interrupted_nothing_is_said() -> None:
    assert offer() == NO_NEWS
    assert resume() == (None, News(NOTHING))
    assert not interrupted.folder().exists()


def test_where_nothing_can_be_looked_into_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    keep(STATE)
    monkeypatch.setattr(Path, "glob", refused)
    assert offer() == NO_NEWS
    assert resume() == (None, News(NOTHING))


def test_what_is_kept_is_offered_and_restored() -> None:
    keep(STATE)
    text, bad, stays = offer()
    assert text.startswith("gaussian-field, d = 20, was interrupted at step 1 200 (20")
    assert text.endswith(
        "); to go on: landscape-tui --resume, or `palette` resume; `palette` forget drops it"
    )
    assert stays and not bad
    found, said = resumed()
    assert found.state == STATE
    assert said == NO_NEWS
    found.keeper.forget()
    assert files() == []


def test_each_has_a_file_of_its_own_and_who_goes_on_with_one_has_it_alone() -> None:
    for place in range(3):
        keep(State(Trail(TRAIL.begun, (), place), "descent", None, running=True))
    assert len(files()) == 3
    last, before = resumed()[0], resumed()[0]
    assert [each.state.trail.step for each in (last, before)] == [2, 1]
    assert " at step 0 (" in offer().text
    before.keeper.let_go()  # as the end of its process does
    last.keeper.forget()
    again, _ = resumed()
    assert again.state.trail.step == 1
    again.keeper.forget()
    assert len(files()) == 1


def test_a_file_that_is_written_anew_at_that_moment_stays_with_its_laboratory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper = Keeper()
    keeper.keep(lambda: STATE)
    (path,) = files()
    stale = os.open(path, os.O_RDONLY)
    keeper.keep(lambda: STATE)
    with monkeypatch.context() as race:
        race.setattr("tui.interrupted.os.open", lambda *_: os.dup(stale))
        assert offer() == NO_NEWS
        assert resume() == (None, News(NOTHING))
    os.close(stale)
    keeper.forget()
    assert files() == []


def test_who_runs_is_known_where_only_what_may_be_written_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As over NFS."""

    def flock(held: int, how: int) -> None:
        if fcntl.fcntl(held, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        locked(held, how)

    locked = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", flock)
    keeper = Keeper()
    keeper.keep(lambda: STATE)
    assert left() == () and offer() == NO_NEWS
    assert resume() == (None, News(NOTHING))
    keeper.let_go()
    (path,) = files()
    path.chmod(0o400)
    found, _ = resumed()
    found.keeper.forget()


def test_what_cannot_be_put_in_its_place_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again every few seconds, for as long as the laboratory runs."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    doubled, double = list[int](), os.dup
    monkeypatch.setattr("tui.interrupted.os.dup", lambda held: doubled.append(double(held)) or doubled[-1])
    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        Keeper().keep(lambda: STATE)
    (held,) = doubled
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(held)
    assert files() == []


def test_only_so_many_are_kept() -> None:
    for place in range(interrupted.MOST + 3):
        keep(State(Trail(TRAIL.begun, (), place), "descent", None, running=True))
    kept = [json.loads(path.read_text())["trail"]["step"] for path in files()]
    assert kept == list(range(2, interrupted.MOST + 3)), "and one of a laboratory that ran at the end"


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    """A whole file, in which something else was written."""

    def of(text: str) -> str:
        record = json.loads(text)
        change(record)
        del record[sealed.CHECKSUM]
        return sealed.sealed(record)

    return of


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda text: "", "is not an interrupted experiment"),
        (lambda text: "[1, 2]", "is not an interrupted experiment"),
        (lambda text: text[:200], "is cut short or damaged"),
        (lambda text: text[:-5], "is cut short or damaged"),
        (lambda text: text.replace("1200", "1300"), "is damaged: its checksum is not that of its content"),
        (changed(lambda record: record.update(kind="a song")), "is not an interrupted experiment"),
        (changed(lambda record: record.pop("trail")), "is damaged: "),
        (changed(lambda record: record.update(page=7)), "is damaged: "),
        (changed(lambda record: record.update(pace="quick")), "is damaged: "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("look", [offer, lambda: resume()[1]], ids=["offer", "resume"])
def test_a_file_that_is_of_no_use_is_said_so_of_once(
    spoilt: Callable[[str], str], said: str, look: Callable[[], News]
) -> None:
    keep(STATE)
    (path,) = files()
    path.write_text(spoilt(path.read_text()))
    text, bad, _ = look()
    assert text.startswith(f"{path}.useless {said}")
    assert text.endswith("; started as usual")
    assert bad
    assert offer() == NO_NEWS
    assert files() == [Path(f"{path}.useless")]


@pytest.mark.parametrize("other", [{"version": "0.0.7"}, {"format": 0}])
def test_what_another_version_has_left_waits_for_it(other: dict[str, Any]) -> None:
    keep(STATE)
    (path,) = files()
    path.write_text(changed(lambda record: record.update(other))(path.read_text()))
    assert offer() == NO_NEWS
    found, said = resume()
    assert found is None
    version = other.get("version", __version__)
    assert said.text.startswith(f"{path} is of version {version}, whose steps this one, {__version__}, may ")
    (waiting,) = left()
    assert (waiting.path, waiting.what, waiting.title) == (path, "", path.name)
    assert files() == [path]


NASTY = (None, -1, 1e300, float("nan"), 10**400, "\0\x1b[31m", [], {})
"""What somebody may write in the place of anything."""


def places(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a record."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, entry in inner:
        yield from places(entry, *path, name)


def test_whatever_is_written_into_a_file_ends_no_laboratory(tmp_path: Path) -> None:
    """With the right checksum, as somebody might who knows how it is made."""
    (tmp_path / "own.csv").write_text(ROWS)
    began = Trail(Experiment(starts=str(tmp_path / "own.csv"), dim=2, walkers=2), ((7, Set("lr", 0.01)),), 40)
    keep(State(began, "map", 5.0, False, "map", {"map": "map-random"}, 0, "lr"))
    (path,) = files()
    whole = json.loads(path.read_text())
    for way in places(whole):
        for nasty in NASTY if way else ():
            record = json.loads(json.dumps(whole))
            inner = record
            for name in way[:-1]:
                inner = inner[name]
            inner[way[-1]] = nasty
            record.pop(sealed.CHECKSUM, None)
            path.write_text(sealed.sealed(record))
            for each in left():
                assert each.title.isprintable()
            assert offer().text.isprintable()
            found, said = resume()
            assert said.text.isprintable()
            if found:
                found.keeper.let_go()
            for leftover in files():
                leftover.rename(path)


def test_an_experiment_that_cannot_be_any_more_is_said_so_of() -> None:
    keep(STATE)
    (path,) = files()
    path.write_text(changed(lambda record: record["trail"]["begun"].update(dim=0))(path.read_text()))
    found, said = resume()
    assert found is None
    assert said.bad
    assert said.text.startswith(f"{path} cannot be gone on with: experiment: Expected `int` >= 1")


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a file of starts, and what a laboratory has left that was ended there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(ROWS)
    (tmp_path / "elsewhere").mkdir()
    began = Trail(Experiment(starts="own.csv", dim=2, walkers=2), (), 40)
    keep(State(began, "descent", None, running=True))
    monkeypatch.setattr(STARTS, "_files", {})  # as another process has it
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def test_files_are_looked_for_where_they_were(in_a_folder: Path) -> None:
    found, said = resumed()
    assert said == NO_NEWS
    assert Path.cwd() == in_a_folder
    assert (found.state.trail.experiment.starts, found.state.trail.step) == ("own.csv", 40)
    found.keeper.forget()


def test_a_file_of_the_same_name_in_another_folder_is_another(in_a_folder: Path) -> None:
    """As where a laboratory that runs with one goes on with what was interrupted with the other."""
    Path("own.csv").write_text(ROWS + ROWS)
    assert Experiment(starts="own.csv", dim=2, walkers=4).files
    found, said = resumed()
    assert said == NO_NEWS
    assert found.state.trail.step == 40
    found.keeper.forget()


def test_on_another_file_the_walkers_begin_anew(in_a_folder: Path) -> None:
    (in_a_folder / "own.csv").write_text(ROWS + ROWS)
    found, said = resumed()
    assert said == News("own.csv is not what it was: the walkers begin anew", bad=True)
    assert found.state.trail == Trail(Experiment(starts="own.csv", dim=2, walkers=2))
    found.keeper.forget()


def test_what_cannot_be_gone_on_with_is_in_nobodys_way(in_a_folder: Path) -> None:
    """An older one is gone on with instead, and said so; the newer one stays for when its file is back."""
    (dead,) = files()
    keep(STATE)
    (good,) = set(files()) - {dead}
    os.utime(good, ns=(0, 0))
    (in_a_folder / "own.csv").rename(in_a_folder / "moved.csv")
    here = Path.cwd()
    text, bad, stays = offer()
    assert text.startswith("gaussian-field, d = 20, was interrupted at step 1 200 (")
    assert "; gaussian-field, d = 2, was interrupted at step 40 (" in text
    assert text.endswith("), and cannot be gone on with: own.csv is not where it was")
    assert stays and not bad
    assert [(each.path, bool(each.why_not)) for each in left()] == [(dead, True), (good, False)]
    found, said = resumed()
    assert found.state == STATE
    assert said.bad
    assert said.text.startswith(f"{dead} cannot be gone on with: starts: own.csv")
    assert said.text.endswith(f"; {WENT_ON}")
    assert Path.cwd() == here
    assert offer().text.endswith("own.csv is not where it was; started as usual")
    (in_a_folder / "moved.csv").rename(in_a_folder / "own.csv")
    again, said = resumed()
    assert again.state.trail.step == 40
    assert said == NO_NEWS
    for each in (found, again):
        each.keeper.forget()


def test_one_of_several_is_gone_on_with_or_dropped() -> None:
    for place in range(3):
        keep(State(Trail(TRAIL.begun, (), place), "descent", None, running=True))
    assert " at step 2 (" in offer().text
    assert offer().text.endswith("; `palette` forget drops it (2 more)")
    last, middle, first = left()
    found, said = resume(first.path)
    assert found is not None and said == NO_NEWS
    assert found.state.trail.step == 0
    assert not forget(first.path), "somebody goes on with it"
    assert forget(last.path)
    assert [each.path for each in left()] == [middle.path]
    assert resume(last.path) == (None, News(NOTHING))
    found.keeper.forget()


def test_what_does_not_fit_into_memory_is_passed_over() -> None:
    large = Experiment(landscape="rastrigin", dim=10**9, walkers=10**6)
    keep(State(Trail(large), "descent", None, running=True))
    (path,) = files()
    found, said = resume()
    assert found is None
    assert said.bad
    assert said.text.startswith(f"{path} cannot be gone on with: memory: ")
    assert files() == [path]


def test_who_has_left_leaves_nothing() -> None:
    """Also where another thread was about to write."""
    keeper = Keeper()
    keeper.keep(lambda: STATE)
    keeper.forget()
    assert keeper.keep(lambda: STATE) is None
    assert files() == []


def test_a_trail_that_nobody_would_read_is_not_written() -> None:
    keeper = Keeper()
    keeper.keep(lambda: STATE)
    changes = tuple((step, Set("lr", 1.0 / (step + 1))) for step in range(12_000))
    with pytest.raises(BadInput, match="12000 changes on the way are too many to be kept"):
        keeper.keep(lambda: State(_long(changes), "descent", None, running=True))
    keeper.let_go()
    found, _ = resumed()
    assert found.state == STATE, "what was written before stays"
    found.keeper.forget()


def _long(changes: tuple[Any, ...]) -> Trail:
    """A trail whose experiments nobody has to find out."""
    trail = Trail(TRAIL.begun, changes, len(changes))
    trail.__dict__["experiments"] = (TRAIL.begun,)
    return trail


def test_a_way_that_was_left_stays_beside_what_was_done_instead() -> None:
    keep(STATE)
    (given,) = files()
    found, _ = resumed()
    other = State(Trail(TRAIL.begun, (), 198), "descent", None, running=True, apart=True)
    for _ in range(2):
        found.keeper.keep(lambda: other)
    assert len(files()) == 2
    assert [each.path for each in left()] == [given]
    found.keeper.forget()
    assert files() == [given]
    again, _ = resumed()
    again.keeper.part()
    again.keeper.forget()
    assert files() == [given], "nothing was kept since"


@pytest.mark.parametrize("gone", ["own.csv", "folder"])
def test_a_file_that_is_gone_is_said_so_of(in_a_folder: Path, gone: str) -> None:
    if gone == "folder":
        os.chdir("/")
        in_a_folder.rename(in_a_folder.with_name("moved"))
    else:
        (in_a_folder / gone).unlink()
    found, said = resume()
    assert found is None
    assert said.bad
    assert "cannot be" in said.text and said.text.endswith("; started as usual")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("--resume --dim 3", "--dim: is not for an experiment that --resume goes on with; "),
        ("lab walled-in --resume", "walled-in: is not for an experiment that --resume goes on with; "),
        ("run --resume", "option: there is no '--resume'"),
        ("--resume=yes", "--resume: takes no value"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(typed: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    keep(STATE)
    assert answer(typed.split()) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"landscape-tui: {line}")
    assert printed.err.count("\n") == 1
    assert offer() != NO_NEWS


@pytest.mark.slow
def test_a_way_back_is_kept_until_somebody_has_come_to_its_end(command: list[str], tmp_path: Path) -> None:
    """A second end on the way, leaving it, and doing something else on it: the way stays for another time."""
    far = Trail(Experiment(landscape="rastrigin", dim=3, walkers=2), (), 10**12)
    keep(State(far, "distances", None, running=True))
    (first,) = files()

    def on_the_way() -> Terminal:
        return Terminal([*command, "--resume"], cwd=str(tmp_path), columns=80, rows=24)

    with on_the_way() as terminal:
        terminal.wait_for("returning to step 1 000 000 000 000 …")
        assert offer() == NO_NEWS
        terminal.hang_up()
        assert terminal.wait_for_end() == 0
    assert files() == [first]
    with on_the_way() as terminal:
        terminal.wait_for("returning to step 1 000 000 000 000 …")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert "not back at step 1 000 000 000 000 yet; to go on: landscape-tui --resume" in terminal.text
    assert files() == [first]
    with on_the_way() as terminal:
        terminal.wait_for("returning to step 1 000 000 000 000 …")
        terminal.press("]")
        said = "; left the way back to step 1 000 000 000 000, which can be gone another time"
        terminal.wait_for(lambda text: said in " ".join(text.split()), what=said)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert "not back" not in terminal.text
    assert files() == [first]
    assert offer().stays
