"""What a laboratory leaves that was ended against its will, and what the next start makes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal
from test_terminal_run import step

from sim import STARTS, Experiment, sealed
from sim.commands import Set
from sim.trail import Trail
from tui import interrupted
from tui.cli import answer
from tui.interrupted import NO_NEWS, NOTHING, Keeper, News, Resumed, State, offer, resume

TRAIL = Trail(Experiment(dim=30, seed=4), ((7, Set("lr", 0.01)), (9, Set("active_dim", 20))), 1200, "0123")
STATE = State(TRAIL, "distances", 50.0, running=False)
ROWS = "0.5,0.5\n-0.5,0.5\n"


def files() -> list[Path]:
    folder = interrupted.folder()
    return sorted(folder.iterdir()) if folder.exists() else []


def keep(state: State) -> None:
    """As a laboratory does that is ended."""
    keeper = Keeper()
    keeper.keep(state)
    keeper.let_go()


def resumed() -> tuple[Resumed, News]:
    found, said = resume()
    assert found is not None, said
    return found, said


def test_where_nothing_was_interrupted_nothing_is_said() -> None:
    assert offer() == NO_NEWS
    assert resume() == (None, (NOTHING, False))
    assert not interrupted.folder().exists()


def test_where_nothing_can_be_looked_into_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    keep(STATE)
    monkeypatch.setattr(Path, "glob", refused)
    assert offer() == NO_NEWS
    assert resume() == (None, (NOTHING, False))


def test_what_is_kept_is_offered_and_restored() -> None:
    keep(STATE)
    text, bad = offer()
    assert text.startswith("gaussian-field, d = 20, was interrupted at step 1200 (20")
    assert text.endswith("); to go on: landscape-tui --resume")
    assert not bad
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
    keeper.keep(STATE)
    (path,) = files()
    stale = os.open(path, os.O_RDONLY)
    keeper.keep(STATE)
    with monkeypatch.context() as race:
        race.setattr("tui.interrupted.os.open", lambda *_: os.dup(stale))
        assert offer() == NO_NEWS
        assert resume() == (None, (NOTHING, False))
    os.close(stale)
    keeper.forget()
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
        (changed(lambda record: record.update(version="0.0.7")), "is of version 0.0.7, whose "),
        (changed(lambda record: record.update(format=2)), "is of version "),
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
    text, bad = look()
    assert text.startswith(f"{path}.useless {said}")
    assert text.endswith("; started as usual")
    assert bad
    assert offer() == NO_NEWS
    assert files() == [Path(f"{path}.useless")]


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


def test_on_another_file_the_walkers_begin_anew(in_a_folder: Path) -> None:
    (in_a_folder / "own.csv").write_text(ROWS + ROWS)
    found, said = resumed()
    assert said == ("own.csv is not what it was: the walkers begin anew", True)
    assert found.state.trail == Trail(Experiment(starts="own.csv", dim=2, walkers=2))
    found.keeper.forget()


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


def test_what_is_gone_on_with_is_kept_until_it_is_left(command: list[str], tmp_path: Path) -> None:
    """A second end on the way keeps where it was to go; a start beside it knows nothing of it."""
    far = Trail(Experiment(landscape="rastrigin", dim=3, walkers=2), (), 10**12)
    keep(State(far, "distances", None, running=True))
    (first,) = files()
    with Terminal([*command, "--resume"], cwd=str(tmp_path), columns=80, rows=24) as terminal:
        terminal.wait_for(f"returning to step {10**12} …")
        assert offer() == NO_NEWS
        terminal.hang_up()
        terminal.wait_for_end()
    assert files() == [first]
    with Terminal([*command, "--resume"], cwd=str(tmp_path), columns=80, rows=24) as terminal:
        terminal.wait_for(f"returning to step {10**12} …")
        terminal.press("r")
        terminal.wait_for(lambda text: "▶ running" in text and step(text) >= 0, what="a new beginning")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    assert files() == []
