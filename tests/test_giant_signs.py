"""The command `signs`: what it tells, how it is cut short and goes on, and which files it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from terminal import Terminal

from sim.giants import both_ends, checkpoint
from sim.giants.both_ends import BothEnds
from sim.giants.laws import negative_of_goe
from sim.giants.stream import Matrix, Stream, advanced
from tui import formats, giant_signs
from tui.cli import answer
from tui.progress import line
from tui.sign_report import Count, under_way

ROWS = 20_000
SMALL = f"signs --dim {ROWS} --shift 0.5 --seed 3"
MATRIX = Matrix(ROWS, 0.5, 3)

FIELDS = [
    "dim", "shift", "seed", "complete", "rows", "negative", "zero", "positive", "predicted", "deviation",
    "tolerance", "method", "exact", "front", "back", "nanoseconds_per_row", "seconds", "threads",
]  # fmt: skip


def whole_of(matrix: Matrix) -> Stream:
    return advanced(Stream(matrix), 10**9)


# --- what it tells ----------------------------------------------------------------------------------


def test_it_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer([*SMALL.split(), "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    found = json.loads(printed.out)
    assert list(found) == FIELDS
    law, stream = negative_of_goe(ROWS, 0.5), whole_of(MATRIX)
    assert (found["dim"], found["shift"], found["seed"]) == (ROWS, 0.5, 3)
    assert (found["complete"], found["rows"], found["method"], found["exact"]) == (
        True,
        ROWS,
        "streamed",
        True,
    )
    assert (found["negative"], found["zero"], found["positive"]) == stream.counts()
    assert found["predicted"] == {
        "mean": law.mean, "standard_deviation": law.standard_deviation, "left_out": law.left_out
    }  # fmt: skip
    assert found["deviation"] == pytest.approx((found["negative"] - law.mean) / law.standard_deviation)
    assert abs(found["deviation"]) < 4.0
    assert found["tolerance"] == MATRIX.tolerance
    assert found["nanoseconds_per_row"] == pytest.approx(1e9 * found["seconds"] / ROWS)
    assert found["front"]["rows"] + found["back"]["rows"] == ROWS
    assert found["front"]["negative"] == stream.front.below
    expected = found["front"]["expected_negative"] + found["back"]["expected_negative"]
    assert expected == pytest.approx(law.mean)
    assert abs(found["front"]["negative"] - found["front"]["expected_negative"]) < 6.0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_smallest_matrices_are_counted(dim: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(f"signs --dim {dim} --seed 2 --json".split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["negative"] + found["positive"] == dim
    assert (found["negative"], 0, found["positive"]) == whole_of(Matrix(dim, 0.0, 2)).counts()


def test_people_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(SMALL.split()) == 0
    shown = capsys.readouterr().out
    negative, zero, positive = (f"{count:,}".replace(",", " ") for count in whole_of(MATRIX).counts())
    assert f"directions  {negative} down, {zero} flat, {positive} up, exact (streamed)" in shown
    assert "matrix      GOE/√d + t, t = 0.5, 20 000 rows, seed 3" in shown
    assert re.search(r"^predicted +6 850\.\d\d ± 1\.\d\d down, ", shown, re.MULTILINE)
    assert re.search(r"^deviation +[+−]\d\.\d\d standard deviations$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("shift", "way", "mean"), [("2.1", "up", 0), ("-2.5", "down", ROWS), ("1e3", "up", 0)]
)
def test_a_shift_beyond_the_spectrum_is_counted_all_the_same(
    shift: str, way: str, mean: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(f"signs --dim {ROWS} --shift {shift} --json".split()) == 0
    printed = capsys.readouterr()
    assert f"is beyond the spectrum, −2 to 2: every direction is expected to curve {way}; " in printed.err
    assert printed.err.count("\n") == 1
    found = json.loads(printed.out)
    assert found["predicted"]["mean"] == mean
    assert (found["predicted"]["standard_deviation"], found["deviation"]) == (0.0, None)
    assert abs(found["negative"] - mean) <= 1


@pytest.mark.parametrize(("shift", "way"), [("2", "down"), ("-2", "up")])
def test_at_the_edge_one_curves_the_other_way_or_none(
    shift: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(f"signs --dim {ROWS} --shift {shift}".split()) == 0
    printed = capsys.readouterr()
    assert (
        f"is at the edge of the spectrum: one direction curves {way} or none, 0.166 expected" in printed.err
    )
    assert "terms of order d^(−2/3) left out" in printed.out
    assert re.search(r"^deviation +[+−]\d\.\d\d standard deviations$", printed.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("--dim 0", "--dim: 0 is out of range; accepted: a whole number from 1 to 1e+15"),
        ("--dim 1.5", "--dim: 1.5 is not a whole number; accepted: "),
        ("--dim 1e16", "--dim: 1e+16 is out of range; accepted: a whole number from 1 to 1e+15"),
        (f"--dim 1{400 * '0'}", "--dim: "),
        ("--dim many", "--dim: 'many' is not a number; accepted: "),
        ("--shift nan", "--shift: nan is not a finite number; accepted: "),
        ("--shift inf", "--shift: inf is not a finite number; accepted: "),
        ("--shift 1001", "--shift: 1001.0 is out of range; accepted: a number from -1000 to 1000"),
        ("--shift far", "--shift: 'far' is not a number; accepted: "),
        ("--seed -1", "--seed: -1 is out of range; accepted: a whole number from 0 to "),
        ("--seed 9223372036854775808", "--seed: "),
        ("--walkers 3", "option: there is no '--walkers'; accepted: --checkpoint, --dim, --json, "),
        ("--checkpoint", "--checkpoint: has no value; accepted: --checkpoint FILE, "),
        ("now", "signs: 'now' has no meaning here; accepted: --landscape, "),
    ],
)
def test_a_mistake_is_one_line(typed: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["signs", *typed.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"landscape-tui: {line}")
    assert printed.err.count("\n") == 1


def test_the_line_on_how_far_it_is() -> None:
    begun = Count(Stream(MATRIX), 1.0)
    now = Count(advanced(begun.stream, 5), 1.0 + 1e-4)
    assert under_way(begun, begun) == "loading"
    negative = now.stream.front.below + now.stream.back.below
    done, expected = 100.0 * now.stream.rows / ROWS, round(sum(now.expected))
    counts = f"{formats.whole(negative)} negative ({formats.whole(expected)} expected)"
    pace = f"{formats.number(1e5 / now.stream.rows)} ns a row"
    left = formats.duration(1e-4 / now.stream.rows * (ROWS - now.stream.rows))
    assert under_way(now, begun) == f"{done:.1f} %  {left} left  20 000 rows  {counts}  {pace}"
    assert abs(negative - expected) < 8


def test_progress_is_shown_on_a_terminal_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    program = "from tui import cli, progress; progress.PATIENCE = 0.0; cli.main()"
    typed = ["signs", "--dim", "1e15", "--seed", "5"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    with Terminal([sys.executable, "-c", program, *typed], columns=200, environment=environment) as terminal:
        terminal.wait_for(
            lambda text: re.search(
                r"%, \d+ d .* left, [\d ]+ rows, [\d ]+ negative \([\d ]+ expected\), .* ns a row", text
            )
        )
        terminal.press("ctrl+c")
        assert terminal.wait_for_end() == 130
        assert "directions  not known: 999 99" in terminal.text
        assert "expected)" not in terminal.text, "nothing is left of the line"
        assert "landscape-tui: interrupted at " in terminal.text


# --- cut short, and gone on with --------------------------------------------------------------------

KILLED = """
import os, signal, sys
from sim.giants import both_ends
from tui import cli, giant_signs
number, row = int(sys.argv.pop(1)), int(sys.argv.pop(1))
giant_signs.LOOK = giant_signs.KEEP = 0.01
both_ends.SLICE = 8
advance = both_ends.front_advanced
def until(matrix, end, blocks):
    if number and end.rows >= row:
        os.kill(os.getpid(), number)
        if signal.getsignal(number) is not signal.SIG_IGN:
            return end
    return advance(matrix, end, blocks)
both_ends.front_advanced = until
cli.main()
"""
"""The program, with a signal sent to it when the front end comes to a row, and is to go no further."""


def until_killed(
    number: int, row: int, *typed: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(number), str(row), "signs", *typed]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def kill(matrix: Matrix, file: Path, kills: Sequence[tuple[signal.Signals, int]]) -> None:
    """Begin, be killed and go on as often as that, then to the end; what is told on the way is checked."""
    typed = [*checkpoint.options(matrix).split(), "--checkpoint", str(file), "--json"]
    before = 0
    for number, row in kills:
        done = until_killed(number, row, *typed)
        rows = checkpoint.find(file, matrix)[0].rows
        assert rows >= before
        before = rows
        if number == signal.SIGKILL:
            assert done.returncode == -number
            continue
        assert done.returncode == 128 + number
        found = json.loads(done.stdout)
        assert (found["complete"], found["negative"], found["rows"]) == (False, None, rows)
        assert found["front"]["rows"] >= row
        so_far = f"{formats.whole(rows)} of {formats.whole(matrix.dim)} rows"
        assert done.stderr.startswith(f"landscape-tui: interrupted at {so_far}; to go on: ")
        assert str(file) in done.stderr
    assert answer(["signs", *typed]) == 0


@pytest.mark.parametrize(
    "kills",
    [
        [(signal.SIGKILL, 1_234_567), (signal.SIGTERM, 2_345_678)],
        pytest.param(
            [
                (signal.SIGTERM, 1), (signal.SIGINT, 777_777), (signal.SIGKILL, 1_000_001),
                (signal.SIGHUP, 2_222_222), (signal.SIGKILL, 3_030_303), (signal.SIGKILL, 4_444_444),
            ],
            marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_kills_at_any_row_change_no_bit(
    kills: Sequence[tuple[signal.Signals, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the counts and of both recurrences, whatever the signals were."""
    matrix, file = Matrix(10**7, 0.25, 11), tmp_path / "kept.json"
    kill(matrix, file, kills)
    whole = whole_of(matrix)
    assert checkpoint.find(file, matrix)[0] == whole
    found = json.loads(capsys.readouterr().out)
    assert (found["negative"], found["zero"], found["positive"]) == whole.counts()
    assert set(tmp_path.iterdir()) <= {file, tmp_path / ".kept.json.new"}


def test_a_hangup_keeps_what_there_is(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    program = "from tui import cli, giant_signs, progress; progress.PATIENCE = 0.0; cli.main()"
    typed = ["signs", "--dim", "1e14", "--checkpoint", str(file)]
    with Terminal([sys.executable, "-c", program, *typed]) as terminal:
        terminal.wait_for(" left, ")
        begun = checkpoint.find(file, Matrix(10**14, 0.0, 0))[0]
        terminal.hang_up()
        terminal.wait_for_end()
    assert checkpoint.find(file, begun.matrix)[0].rows > begun.rows


@pytest.fixture(autouse=True)
def hangups_as_a_shell_has_them() -> Iterator[None]:
    """What these tests start would ignore one where they run under nohup themselves."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 0), (signal.SIGINT, 130)])
def test_what_is_ignored_by_the_shell(number: signal.Signals, status: int, tmp_path: Path) -> None:
    """A hangup under nohup is; an interrupt that is sent to a job in the background is not."""
    typed = ["--dim", "5e6", "--checkpoint", str(tmp_path / "kept.json")]
    before = signal.signal(number, signal.SIG_IGN)  # a child inherits that
    try:
        assert until_killed(number, 1_000_000, *typed).returncode == status
    finally:
        signal.signal(number, before)


@pytest.fixture
def interrupting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ctrl+C as soon as a third slice would begin."""
    advance = both_ends.front_advanced

    def until(matrix: Matrix, end: both_ends.End, blocks: int) -> both_ends.End:
        if end.rows >= 2048:
            os.kill(os.getpid(), signal.SIGINT)
            return end
        return advance(matrix, end, blocks)

    monkeypatch.setattr(both_ends, "front_advanced", until)
    monkeypatch.setattr(both_ends, "SLICE", 1)
    monkeypatch.setattr(giant_signs, "LOOK", 0.001)
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("interrupting")
def test_without_a_file_it_is_kept_in_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    typed = "signs --dim 300000000 --shift -0.5 --seed 9"
    assert answer(typed.split()) == 130
    printed = capsys.readouterr()
    so_far = r"interrupted at ([\d ]+) of 300 000 000 rows"
    told = re.fullmatch(rf"landscape-tui: {so_far}; to go on: landscape-tui (.*)\n", printed.err)
    assert told is not None
    assert "directions  not known: 29" in printed.out
    matrix = Matrix(300000000, -0.5, 9)
    assert told[2].startswith(f"signs {checkpoint.options(matrix)} --checkpoint {tmp_path}")
    file = Path(told[2].split()[-1])
    kept = checkpoint.find(file, matrix)[0]
    assert kept.rows == int(told[1].replace(" ", "")) >= 2048
    assert re.search(rf"^first rows +{formats.whole(kept.front.rows)}, ", printed.out, re.MULTILINE)

    further = advanced(kept, 3000)
    checkpoint.keep(file, further, 1.0)
    assert answer(typed.split()) == 130
    assert f"--checkpoint {file}" in capsys.readouterr().err
    assert checkpoint.find(file, matrix)[0] == further, "what is further along stays"


@pytest.mark.usefixtures("interrupting")
def test_a_file_that_cannot_be_written_any_more_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    keep, calls = checkpoint.keep, []

    def full(path: Path, stream: Stream, seconds: float) -> None:
        calls.append(path)
        if path.parent == tmp_path and len(calls) > 1:
            raise OSError(28, "No space left on device")
        keep(path, stream, seconds)

    monkeypatch.setattr(checkpoint, "keep", full)
    assert answer(f"signs --dim 1e8 --checkpoint {tmp_path}/kept.json --json".split()) == 130
    printed = capsys.readouterr()
    assert json.loads(printed.out)["complete"] is False
    assert f" --checkpoint {tmp_path}/state/" in printed.err


def test_a_finished_count_whose_file_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep, calls = checkpoint.keep, []

    def full(path: Path, stream: Stream, seconds: float) -> None:
        calls.append(path)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        keep(path, stream, seconds)

    monkeypatch.setattr(checkpoint, "keep", full)
    assert answer([*SMALL.split(), "--checkpoint", str(tmp_path / "a"), "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["complete"] is True
    assert printed.err == f"landscape-tui: {tmp_path / 'a'} cannot be written: No space left on device\n"


def test_a_finished_checkpoint_tells_its_result_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.json"
    typed = [*SMALL.split(), "--checkpoint", str(file), "--json"]
    assert answer(typed) == 0
    first, content = capsys.readouterr().out, file.read_bytes()
    monkeypatch.setattr(both_ends, "front_advanced", None)
    monkeypatch.setattr(checkpoint, "keep", None)
    assert answer(typed) == 0
    assert capsys.readouterr().out == first
    assert file.read_bytes() == content


def test_both_ends_raise_what_a_thread_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(both_ends, "back_advanced", broken)
    ends = BothEnds(Stream(MATRIX))
    ends.start()
    with pytest.raises(ZeroDivisionError):
        ends.wait(60.0)
    ends.stop(60.0)


# --- files that are of no use -----------------------------------------------------------------------


def half_done() -> str:
    return checkpoint.text(advanced(Stream(MATRIX), 3), 1.5)


def changed(**fields: object) -> str:
    return json.dumps({**json.loads(half_done()), **fields})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not a checkpoint; accepted: the FILE of such a run, or one that does not exist yet"),
        ("loss,step\n1,2\n", "is not a checkpoint; "),
        ("[1, 2]", "is not a checkpoint; "),
        ('{"dim": 3}', "is not a checkpoint; "),
        ("[" * 9000, "is not a checkpoint; "),
        (b"\xff\xfe\x00", "is not a checkpoint; "),
        (lambda: half_done()[:-1], None),
        (lambda: half_done()[:-3], "is cut short or damaged; "),
        (lambda: half_done()[:200], "is cut short or damaged; "),
        (lambda: half_done() + "x", "is cut short or damaged; "),
        (
            lambda: half_done().replace('"below": 3', '"below": 4', 1),
            "is damaged: its checksum is not that of ",
        ),
        (lambda: changed(front=None), "is damaged: "),
        (lambda: changed(checksum=None), "is damaged: "),
        (
            lambda: changed(format=2),
            "is of version 2.1, whose rows are not those of this program; accepted: ",
        ),
        (lambda: changed(entries=7), "is of version 1.7, whose rows are not those of this program; "),
        (
            lambda: checkpoint.text(Stream(Matrix(ROWS + 1, 0.5, 3)), 0.0),
            "is of --dim 20001; accepted: --dim 20001, or another FILE",
        ),
        (
            lambda: checkpoint.text(Stream(Matrix(ROWS, 0.25, 3)), 0.0),
            "is of --shift 0.25; accepted: --shift 0.25",
        ),
        (lambda: checkpoint.text(Stream(Matrix(ROWS, 0.5, 4)), 0.0), "is of --seed 4; accepted: --seed 4, "),
    ],
)  # fmt: skip
def test_a_file_of_no_use_is_refused_and_not_touched(
    content: str | bytes | Callable[[], str],
    said: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What must be computed is computed here, and not by every process that lists the tests."""
    file = tmp_path / "kept.json"
    made = content() if callable(content) else content
    written = made.encode() if isinstance(made, str) else made
    file.write_bytes(written)
    status = answer([*SMALL.split(), "--checkpoint", str(file)])
    printed = capsys.readouterr()
    if said is None:  # only the last line break is missing
        assert (status, printed.err) == (0, "")
        return
    assert (status, printed.out) == (2, "")
    assert printed.err.startswith(f"landscape-tui: --checkpoint: {file} {said}")
    assert printed.err.count("\n") == 1
    assert file.read_bytes() == written
    assert list(tmp_path.iterdir()) == [file]


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place, said in (
        (tmp_path, "is a directory; accepted: the FILE of such a run, "),
        (pipe, "is not a file; accepted: the FILE of such a run, "),
        (Path("/dev/null"), "is not a file; "),
        (tmp_path / "none" / "b", "cannot be written: No such file or directory; accepted: a FILE where "),
        (tmp_path / "a" / "b", "cannot be written: Not a directory; "),
        (tmp_path / ("b" * 300), "cannot be "),
    ):
        assert answer([*SMALL.split(), "--checkpoint", str(place)]) == 2
        assert f"landscape-tui: --checkpoint: {place} {said}" in capsys.readouterr().err


def test_every_digit_comes_back(tmp_path: Path) -> None:
    stream = advanced(Stream(Matrix(10**6, -0.1, 2**63 - 1)), 300)
    checkpoint.keep(tmp_path / "a", stream, 0.1)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert checkpoint.find(tmp_path / "b", stream.matrix) == (stream, 0.1)
    further = advanced(stream, 1)
    checkpoint.keep(tmp_path / "b", further, 0.2)
    assert (tmp_path / "b").is_symlink()
    assert checkpoint.find(tmp_path / "a", stream.matrix) == (further, 0.2)


def test_a_file_that_another_count_writes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept.json"
    typed = [*SMALL.split(), "--checkpoint", str(file)]
    with checkpoint.in_use(file):
        assert answer(typed) == 2
    said = f"{file} is in use by another count; accepted: another FILE, or its end"
    assert capsys.readouterr().err == f"landscape-tui: --checkpoint: {said}\n"
    assert answer(typed) == 0
    assert list(tmp_path.iterdir()) == [file]


def test_which_file_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert answer([*SMALL.split(), "--checkpoint=~/kept.json"]) == 0
    assert (tmp_path / "kept.json").is_file()
    assert answer([*SMALL.split(), "--checkpoint", ""]) == 2
    assert (
        capsys.readouterr().err == "landscape-tui: --checkpoint: has no value; accepted: --checkpoint FILE\n"
    )


def test_a_compilation_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt before the first row."""
    compiled = threading.Event()
    monkeypatch.setattr(both_ends, "compile_kernels", lambda: compiled.wait(60.0))
    monkeypatch.setattr(giant_signs, "STOP", 60.0)
    caught = giant_signs.Caught()
    caught(signal.SIGTERM, None)
    found = giant_signs.counted(Count(Stream(MATRIX), 0.0), None, caught)
    assert not compiled.is_set() and found.stream.rows == 0
    assert giant_signs.interrupted(found, None) == "interrupted before the first row"
    compiled.set()


def test_a_line_keeps_the_time_left_where_it_is_narrow() -> None:
    text = "12.3 %  9 min 40 s left  175 000 000 000 rows  5 negative (5 expected)"
    assert line(text, "3 s", 39) == "12.3 %, 9 min 40 s left"
    assert line(text, "3 s", 200) == f"{text.replace('  ', ', ')}, 3 s"
    assert line("measuring", "3 s", 5) == "measu"
