"""`landscape-tui doctor`, and what a start comes to where nothing can be drawn."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from terminal import Terminal

from sim import Experiment
from sim.trail import Trail
from tui import query
from tui.cli import answer
from tui.config import VARIABLE
from tui.doctor import Terminal as Found
from tui.doctor import advice
from tui.interrupted import Keeper, left
from tui.look import OPTIONS, choose
from tui.record import State

PLAIN = Found(
    {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
    "utf-8",
    (120, 40),
    dict.fromkeys(("stdin", "stdout", "stderr"), True),
    "yes",
)


def advised(terminal: Found) -> str:
    return "\n".join(advice(terminal, choose({}, terminal.environment, terminal.encoding)))


def test_the_report_names_what_was_found_and_chosen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[keys]\npause = 'p'\n[defaults]\nmarker = 'block'\nwalkers = -3\n")
    monkeypatch.setenv(VARIABLE, str(file))
    monkeypatch.setenv("TERM", "screen")
    monkeypatch.setenv("STY", "1.pts")
    for name in ("COLORTERM", "NO_COLOR", "TMUX", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    assert answer(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["found"]["environment"]["TERM"] == "screen"
    assert "GNU screen" in found["found"]["inside"] and found["found"]["font"] is None
    assert {name: choice["value"] for name, choice in found["chosen"].items()} == {
        "marker": "block", "colours": "16", "theme": "landscape-ansi", "motion": "full",
    }  # fmt: skip
    assert found["configuration"]["path"] == str(file)
    assert found["configuration"]["mistakes"] == [
        "defaults.walkers: -3 is out of range; accepted: a whole number from 1 to 1e+07"
    ]
    assert found["configuration"]["defaults"] == {"marker": "block"}
    assert found["configuration"]["keys"] == {"pause": ["p"]}
    assert found["machine"]["cores"] >= 1 and found["machine"]["memory"] > found["machine"]["memory_free"]
    assert not found["drawable"], "nothing here is a terminal"
    assert answer(["doctor"]) == 0
    printed = capsys.readouterr().out
    for part in (
        "TERM ",
        "screen",
        "GNU screen",
        "block: asked for",
        "16: TERM is screen",
        str(file),
        "-3 is",
        "does not open: stdin, stdout",
    ):
        assert part in printed, part
    assert re.search(r"^ +keys.pause +p$", printed, re.MULTILINE)
    assert not re.search(r"^ +walkers ", printed, re.MULTILINE), "what is not heeded is no setting"


def test_the_report_names_a_theme_that_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "nrod")
    assert answer(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^  TEXTUAL_THEME +nrod$", printed, re.MULTILINE)
    assert "TEXTUAL_THEME is nrod, which is none" in printed


@pytest.mark.parametrize("term", ["dumb", ""])
def test_nothing_is_chosen_for_what_cannot_be_drawn_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    assert answer(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["chosen"], found["drawable"]) == ({}, False)
    assert answer(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert f"does not open: TERM is {'dumb, which cannot be drawn on' if term else 'not set'}" in printed
    assert "as all three streams" not in printed and "marker" not in printed


def test_the_report_steers_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    escape = "\x1b[2J\x9b\u202e"
    file = tmp_path / "config.toml"
    written = json.dumps(escape)
    file.write_text(
        f"[defaults]\n{written} = 3\nlandscape = {written}\nlr = [{written}]\n[keys]\n{written} = 'p'\n"
    )
    monkeypatch.setenv(VARIABLE, str(file))
    for name in ("LANG", "TERM_PROGRAM", "TEXTUAL_THEME"):
        monkeypatch.setenv(name, escape)
    assert answer(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert all(line.isprintable() for line in printed.split("\n"))
    assert printed.count("x1b[2J") >= 8


def test_many_mistakes_are_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[defaults]\n" + "".join(f"a{number} = 1\n" for number in range(50)))
    monkeypatch.setenv(VARIABLE, str(file))
    assert answer(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("defaults.a") == 20 and re.search(r"^  mistakes +30 more$", printed, re.MULTILINE)


@pytest.mark.parametrize("place", [300 * "x", "a-file/below"])
def test_the_report_comes_where_no_cache_can_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("LANDSCAPE_TUI_CACHE", str(tmp_path / place))
    assert answer(["doctor"]) == 0
    assert "(cannot be written: kernels are compiled at every start)" in capsys.readouterr().out
    monkeypatch.setenv("LANDSCAPE_TUI_CACHE", str(tmp_path / "to be made"))
    assert answer(["doctor"]) == 0
    assert "cannot be written" not in capsys.readouterr().out


def test_the_report_tells_what_was_interrupted_and_whether_that_can_be_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state = State(Trail(Experiment(dim=30), (), 12), "descent", None, running=True)
    for trail in (state.trail, Trail(Experiment(dim=3), (), 7)):
        keeper = Keeper()
        keeper.keep(lambda trail=trail: replace(state, trail=trail))  # type: ignore[misc]
        keeper.let_go()
    (path,) = (each.path for each in left() if each.what.endswith("d = 3"))
    path.write_text(path.read_text().replace('"step": 7', '"step": 8'))
    assert answer(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["interrupted"]
    assert found["writable"] and found["folder"] == str(path.parent)
    damaged, good = found["left"]
    assert (damaged["what"], damaged["why_not"][:10]) == (path.name, "is damaged")
    assert good["what"].startswith("gaussian-field, d = 30, at step 12 (") and good["why_not"] is None
    assert path.exists(), "nothing is done about it"
    assert answer(["doctor"]) == 0
    assert "landscape-tui --resume takes the first that it can" in capsys.readouterr().out
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/1/nope")
    assert answer(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "/proc/1/nope/landscape-tui/interrupted (cannot be written: nothing can be gone on with)" in told
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(file))
    assert answer(["doctor", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["interrupted"]["writable"]


def test_the_report_of_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["doctor", "--json", "--theme", "nord", "--colours", "none"]) == 0
    chosen = json.loads(capsys.readouterr().out)["chosen"]
    assert (chosen["theme"]["value"], chosen["colours"]["value"]) == ("nord", "none")
    assert list(chosen) == list(OPTIONS)
    assert answer(["doctor", "--theme", "nrod"]) == 2
    assert "--theme: there is no 'nrod'; did you mean 'nord'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"environment": {"TERM": "dumb"}}, "set it, such as TERM=xterm-256color"),
        ({"environment": {}}, "set it, such as TERM=xterm-256color"),
        ({"environment": {**PLAIN.environment, "LANG": "C"}}, "LC_ALL=C.UTF-8"),
        ({"environment": {"TERM": "xterm", "SSH_TTY": "/dev/pts/1"}}, "which SSH leaves behind"),
        ({"environment": {"TERM": "screen", "TMUX": "/tmp/x"}}, "tmux-256color"),
        ({"environment": {"TERM": "screen", "STY": "1.x"}}, "term screen-256color"),
        ({"environment": {"TERM": "xterm", "COLUMNS": "80"}}, "unset them"),
        ({"encoding": "ascii"}, "LC_ALL=C.UTF-8"),
        ({"size": (60, 20)}, "80×24 shows everything"),
        ({"streams": {"stdin": True, "stdout": True, "stderr": False}}, "`landscape-tui run` needs none"),
        ({}, "--marker block"),
    ],
)
def test_what_to_set_is_said(changes: dict[str, object], said: str) -> None:
    assert said in advised(replace(PLAIN, **changes))
    if changes:
        assert said not in advised(PLAIN)


@pytest.mark.parametrize(
    ("answered", "meaning"),
    [
        (b"\x1b[?2026;2$y\x1b[?62;c", "yes"),
        (b"\x1b[?2026;1$y", "yes"),
        (b"\x1b[?2026;0$y\x1b[?1;2c", "no"),
        (b"\x1b[?1;2c", "no"),
        (b"", "no answer"),
    ],
)
def test_an_answer_of_the_terminal_is_understood(answered: bytes, meaning: str) -> None:
    assert query.understood(answered) == meaning


@pytest.mark.parametrize(
    ("answered", "meaning"),
    [
        (b"\x1b[7;2R\x1b[?1;2c", "yes"),
        (b"\x1b[7;3R\x1b[?1;2c", "no"),
        (b"\x1b[7;12R", "no"),
        (b"\x1b[?1;2c", "no"),
        (b"", "no answer"),
    ],
)
def test_where_the_cursor_is_tells_whether_utf_8_is_read(answered: bytes, meaning: str) -> None:
    assert query.one_column(answered) == meaning


def test_a_line_that_has_ended_is_not_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"\x1b[7;2")
    os.close(writer)
    read, reads = os.read, list[int]()
    monkeypatch.setattr("tui.query.os.read", lambda *asked: reads.append(1) or read(*asked))
    assert query._answer(reader, 0.1) == b"\x1b[7;2" and len(reads) == 2
    os.close(reader)


def test_the_terminal_is_asked_and_left_as_it_was(command: list[str]) -> None:
    with Terminal([*command, "doctor"], columns=120, rows=80) as terminal:
        assert terminal.wait_for_end() == 0
        assert re.search(r"^ *synchronized output +yes$", terminal.text, re.MULTILINE), terminal.text
        assert re.search(r"^ *reads UTF-8 +yes$", terminal.text, re.MULTILINE)
        assert terminal.is_restored()
        assert "120 columns, 80 rows" in terminal.text and "all three are terminals" in terminal.text
        assert re.search(r"^ *laboratory +opens here$", terminal.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("variables", "chosen"),
    [
        ("", "braille: the terminal says that it reads UTF-8"),
        ("LANG=C", "ascii: LANG is C, a locale without UTF-8"),
        ("TMUX=/tmp/tmux", "ascii: no locale is set, and the terminal does not say that it reads UTF-8"),
    ],
)
def test_where_no_locale_is_set_the_terminal_is_asked_what_it_reads(
    command: list[str], variables: str, chosen: str
) -> None:
    line = [
        "env",
        "-u",
        "LC_ALL",
        "-u",
        "LC_CTYPE",
        "-u",
        "LANG",
        "-u",
        "TMUX",
        "-u",
        "STY",
        *variables.split(),
    ]
    with Terminal([*line, *command, "doctor"], columns=120, rows=80) as terminal:
        assert terminal.wait_for_end() == 0
        assert f"  marker               {chosen}" in terminal.text
        assert terminal.is_restored()


def test_into_a_pipe_no_escape_is_written_whatever_the_encoding(command: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "xterm-256color"}
    done = subprocess.run(
        [*command, "doctor"], capture_output=True, env=environment, stdin=subprocess.DEVNULL, check=True
    )
    assert done.stderr == b"" and b"\x1b" not in done.stdout
    assert b"ascii: the encoding is ascii" in done.stdout


# --- in a terminal -----------------------------------------------------------------------------------


def kinds(output: bytes) -> set[str]:
    """The kinds of colours that a terminal was sent."""
    found = set()
    for codes in re.findall(rb"\x1b\[([\d;]+)m", output):
        if re.search(rb"\b[34]8;2;", codes):
            found.add("truecolor")
        elif re.search(rb"\b[34]8;5;", codes):
            found.add("256")
        elif re.search(rb"(^|;)(3[0-7]|4[0-7]|9[0-7]|10[0-7])(;|$)", codes):
            found.add("16")
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "options", "sent"),
    [
        ("TERM=screen", "--marker ascii", {"16"}),
        ("TERM=xterm-256color NO_COLOR=1", "", set()),
    ],
)
def test_the_terminal_gets_the_colours_and_marks_that_it_has(
    command: list[str], tmp_path: Path, variables: str, options: str, sent: set[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[keys]\npause = 'Z'\n[defaults]\nwalkers = -3\n")
    line = ["env", "-u", "COLORTERM", "-u", "NO_COLOR", *variables.split(), f"{VARIABLE}={file}", *command]
    small = ["--landscape", "quadratic", "--dim", "3"]
    with Terminal([*line, *small, *options.split()]) as terminal:
        terminal.wait_for("config.toml: defaults.walkers: -3 is out of range; the default is used")
        terminal.press("Z")
        terminal.wait_for("PAUSED")
        terminal.press("?")
        terminal.wait_for("Esc goes back")
        terminal.press("q")
        terminal.wait_for(lambda text: "Esc goes back" not in text and "PAUSED" in text)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored()
        assert kinds(terminal.output) == sent
        assert terminal.output.isascii() == ("ascii" in options)


# --- where nothing can be drawn ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        ("2>errors", "needs a terminal to draw on, and standard error is none"),
        (">output", "needs a terminal to draw on, and standard output is none"),
        ("</dev/null", "needs a terminal to draw on, and standard input is none"),
        ("2>&1 | cat", "needs a terminal to draw on, and standard output and standard error are none"),
    ],
)
def test_a_redirected_stream_is_one_line_that_is_seen(
    command: list[str], tmp_path: Path, redirection: str, said: str
) -> None:
    line = ["sh", "-c", f'"$@" {redirection}; echo "status $?"', "sh", *command]
    with Terminal(line, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("status")
        assert said in terminal.text.replace("\n", "")
        assert b"\x1b" not in terminal.output
        assert "status 2" in terminal.text or "cat" in redirection
        written = "".join(path.read_text() for path in tmp_path.iterdir())
        assert "\x1b" not in written


@pytest.mark.parametrize(
    ("term", "said"), [("TERM=dumb", "dumb cannot be drawn on"), ("-u TERM", "is not set")]
)
def test_a_terminal_of_no_known_kind_is_refused_without_an_escape(
    command: list[str], term: str, said: str
) -> None:
    with Terminal(["env", *term.split(), *command]) as terminal:
        assert terminal.wait_for_end() == 2
        assert f"landscape-tui: TERM: {said}; accepted: another" in terminal.text.replace("\n", "")
        assert b"\x1b" not in terminal.output
