"""The command line: what each command does, one-line mistakes, and the way out.

Everything heavy is imported where it is needed: an answer that takes no arithmetic must not wait for it.
"""

from __future__ import annotations

import atexit
import codecs
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from sim import __version__
from sim.errors import BadInput, KernelFailure, in_one_line, printable
from tui import PROGRAM
from tui.arguments import Request, help_text, parse
from tui.asked import experiment, falling, is_drawn, measures, points, resumes, steps
from tui.cells import in_ascii

TRACEBACK = "LANDSCAPE_TUI_TRACEBACK"
"""The environment variable that lets a traceback through."""

STREAMS = {"stdin": "standard input", "stdout": "standard output", "stderr": "standard error"}

FAILED, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141


def main() -> NoReturn:
    """The console script: answer, and end the process without waiting for a kernel that is still busy.

    Exit functions run, since they remove temporary files; threads are not waited for.
    """
    codecs.register_error("in-ascii", in_ascii)
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="in-ascii")  # where − cannot be written, - is better than an end
    status = answer(sys.argv[1:])
    atexit._run_exitfuncs()  # noqa: SLF001 - what os._exit leaves out
    os._exit(status)


def _open_what_is_closed() -> None:
    """Standard streams that the shell closed (`2>&-`): complaints go nowhere; what is printed fails, once.

    Their numbers are taken first, or the next file that is opened would be a standard stream to libraries.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = os.O_WRONLY if name == "stderr" else os.O_RDONLY  # what is written to stdout must fail
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            stream = open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def answer(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for and return the exit status; a mistake is one line on standard error."""
    try:
        return _carry_out(parse(arguments))
    except BadInput as mistake:
        return _complain(str(mistake), BAD_INPUT)
    except KernelFailure as failure:
        return _complain(str(failure), FAILED)
    except MemoryError as failure:
        return _complain(f"out of memory: {failure}", FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        return BROKEN_PIPE
    except OSError as failure:
        return _complain(failure.strerror or str(failure), FAILED)
    except Exception as failure:  # no traceback reaches a user
        if os.environ.get(TRACEBACK):
            raise
        return _complain(f"a mistake of the program itself: {failure!r}; {TRACEBACK}=1 shows where", FAILED)


def _complain(line: str, status: int) -> int:
    with contextlib.suppress(OSError):
        print(f"{PROGRAM}: {in_one_line(line)}", file=sys.stderr, flush=True)
    return status


def _print(text: str) -> None:
    """Print lines in which nothing steers the terminal, whatever names and files have a word in them."""
    print("\n".join(printable(line) for line in text.split("\n")))


def _carry_out(request: Request) -> int:
    put = print if request.has("json") else _print
    match request.command:
        case "version":
            print(PROGRAM, __version__)
        case "help":
            print(help_text(*request.operands), end="")
        case "list":
            from tui import listing

            put(listing.text(*request.operands, as_json=request.has("json")))
        case "run":
            from tui import headless

            asked = experiment(request), steps(request), measures(request)
            put(headless.text(*asked, as_json=request.has("json")))
        case "distances":
            from tui import giant_distances

            put(giant_distances.text(*points(request), as_json=request.has("json")))
        case "signs":
            return _signs(request)
        case "doctor":
            from tui import doctor

            put(doctor.text(request, as_json=request.has("json")))
        case _:
            return _lab(request)  # which prints nothing: its terminal may be gone
    print(end="", flush=True)  # a full disk or a closed pipe must show here
    return 0


def _signs(request: Request) -> int:
    if is_drawn(request):
        from tui import drawn_signs

        print(drawn_signs.text(*falling(request), as_json=request.has("json")), flush=True)
        return 0
    from tui import giant_signs

    matrix = giant_signs.matrix(*(request.last(*each) for each in giant_signs.DEFAULTS.items()))
    file = giant_signs.file_of(request.last("checkpoint", "")) if request.has("checkpoint") else None
    if remark := giant_signs.remark(matrix):
        _complain(remark, 0)
    found = giant_signs.answer(matrix, file, as_json=request.has("json"))
    print(found.text, flush=True)
    return _complain(found.complaint, found.status) if found.complaint else found.status


def _lab(request: Request) -> int:
    from tui import config, look, opening, query

    goes_on, environment = resumes(request), look.surroundings()
    asked = look.is_in_doubt(environment) and look.may_be_asked(environment) and query.may_ask()
    reads_utf8 = asked and query.reads_utf8() == query.YES
    found = opening.opening(request, config.read(), environment, look.screen_encoding(), reads_utf8)
    _require_a_screen(request.command)
    look.prepare(found.choices.look)
    from tui.interpreter import favour_the_screen

    favour_the_screen()
    from tui import interrupted
    from tui.start import run_lab

    if goes_on:
        resumed, said = interrupted.resume()
        return run_lab(found, lambda: said, resumed)
    greet = interrupted.News if found.tour else interrupted.offer  # an audience wants no other experiment
    return run_lab(found, greet)


def _require_a_screen(command: str) -> None:
    """Raises BadInput where nothing can be drawn; who sent standard error elsewhere is told all the same."""
    from tui.look import UNDRAWABLE

    closed = [name for name in ("stdin", "stdout", "stderr") if not getattr(sys, name).isatty()]
    if closed:
        what = "needs a terminal to draw on"
        if len(closed) < 3:
            verb = "is" if len(closed) == 1 else "are"
            what += f", and {' and '.join(STREAMS[name] for name in closed)} {verb} none"
        mistake = BadInput(command, what, f"a terminal, or `{PROGRAM} run`, which needs none")
        if "stderr" in closed and "stdout" not in closed:
            print(f"{PROGRAM}: {in_one_line(str(mistake))}")
        raise mistake
    term = os.environ.get("TERM", "")
    if term in UNDRAWABLE:
        what = f"{term} cannot be drawn on" if term else "is not set"
        raise BadInput("TERM", what, f"another, such as xterm-256color, or `{PROGRAM} run`")
