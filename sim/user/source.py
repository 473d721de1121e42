"""What a user's file declares, read and executed, and every mistake in it as one line with its line.

`loss(x, a=1.0)` takes a position (d,) to one number; a number with a default becomes a parameter.
`gradient(x, a=1.0)`, optional, returns (d,). `box = (low, high)`, optional, is where walkers start, the
same along every coordinate. The first line of the file's docstring is the landscape's title.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import io
import itertools
import math
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from sim.arrays import np
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.kernel import globals_of
from sim.parameters import Parameter
from sim.registry import OPTIMIZERS, SCHEDULES, STARTS

BOX = (-3.0, 3.0)
"""Where walkers start if the file does not say."""

TAKEN = {*Experiment.__struct_fields__, "speed"}
"""Names that the laboratory has given to something else; those of rules, schedules and starts come on top."""

MODEL = "a file with def loss(x): of x (d,), returning one number"


@dataclass(frozen=True)
class Function:
    """A function of the file: of x, and of those of the parameters that it names."""

    python: FunctionType
    settings: tuple[str, ...]

    def __call__(self, x: Any, settings: Mapping[str, float]) -> Any:
        """Its value, by the interpreter."""
        return self.python(x, **{name: settings[name] for name in self.settings})


@dataclass(frozen=True)
class Source:
    """A file that was executed: what it declares, and a `key` that stands for its text and its numbers."""

    path: str
    title: str
    loss: Function
    gradient: Function | None
    parameters: tuple[Parameter, ...]
    box: tuple[float, float]
    key: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.path).name

    def mistake(self, what: str, accepted: str = "", line: int | None = None) -> BadInput:
        """A mistake in this file."""
        return mistake(self.path, what, accepted, line)

    def raised(self, error: BaseException, doing: str) -> BadInput:
        """The mistake of code in this file that raised."""
        return raised(self.path, error, doing)

    def typed(self, settings: Mapping[str, float]) -> dict[str, float]:
        """The values of its parameters, as the file has them: whole numbers are ints."""
        return {p.name: int(settings[p.name]) if p.whole else settings[p.name] for p in self.parameters}


def mistake(path: str, what: str, accepted: str = "", line: int | None = None) -> BadInput:
    """A mistake in a user's file: which file, which line, what, and what would be accepted."""
    place = Path(path).name + (f", line {line}" if line else "")
    return BadInput("landscape", f"{place}: {what}", accepted)


def raised(path: str, error: BaseException, doing: str) -> BadInput:
    """The mistake of code that raised, at the last line of the file that was on the way there."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    words = " ".join(str(error).split())
    said = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return mistake(path, f"{doing} raises {said}", line=lines[-1] if lines else None)


def read(path: str) -> str:
    """The text of a file."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput("landscape", f"there is no file {path}", MODEL) from None
    except UnicodeDecodeError:
        raise mistake(path, "is not UTF-8 text", MODEL) from None
    except OSError as error:
        words = "is a folder" if Path(path).is_dir() else f"cannot be read: {error.strerror}"
        raise mistake(path, words, MODEL) from None


def executed(path: str, text: str) -> Source:
    """Execute a file and take what it declares. What it prints is dropped: the screen is not its own."""
    try:
        code = compile(text, path, "exec")
    except SyntaxError as error:
        where = f" in {error.text.strip()!r}" if error.text else ""
        raise mistake(path, f"{error.msg}{where}", line=error.lineno) from None
    except ValueError as error:
        raise mistake(path, str(error)) from None
    namespace: dict[str, Any] = {"__name__": "user_landscape", "__file__": path}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, namespace)  # noqa: S102 - a file that somebody chose to run
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the file raises is its mistake
        raise raised(path, error, "executing it") from None
    return _declared(path, text, namespace)


def _declared(path: str, text: str, namespace: dict[str, Any]) -> Source:
    loss = _function(path, namespace, "loss")
    if loss is None:
        there = [name for name, value in namespace.items() if isinstance(value, FunctionType)]
        found = f", only {', '.join(there)}" if there else ""
        raise mistake(path, f"has no function loss{found}", MODEL)
    parameters = tuple(_parameters(path, loss))
    gradient = _function(path, namespace, "gradient")
    known = {parameter.name: parameter for parameter in parameters}
    own = tuple(_parameters(path, gradient)) if gradient else ()
    for parameter in own:
        if gradient and known.get(parameter.name) != parameter:
            what = f"gradient takes {parameter.name} = {parameter.default:g}, which loss does not"
            raise mistake(path, what, "parameters of loss, with the same defaults", line_of(gradient))
    functions = [loss, *([gradient] if gradient else [])]
    reached = itertools.chain.from_iterable(_reached(path, function) for function in functions)
    title = (namespace.get("__doc__") or "").strip().partition("\n")[0]
    return Source(
        path=path, title=title or Path(path).stem,
        loss=Function(loss, tuple(known)),
        gradient=Function(gradient, tuple(p.name for p in own)) if gradient else None,
        parameters=parameters, box=_box(path, namespace), key=_key(text, reached),
    )  # fmt: skip


def line_of(function: FunctionType) -> int:
    """The line of the file on which a function begins."""
    return function.__code__.co_firstlineno


def _function(path: str, namespace: Mapping[str, Any], name: str) -> FunctionType | None:
    if name not in namespace:
        return None
    function = getattr(namespace[name], "py_func", namespace[name])  # what numba.njit has wrapped
    if not isinstance(function, FunctionType):
        raise mistake(path, f"{name} is not a function: {namespace[name]!r:.40}", MODEL)
    return function


def _parameters(path: str, function: FunctionType) -> Iterator[Parameter]:
    """The parameters after x: whole numbers where the default is one."""
    name, line = function.__name__, line_of(function)
    form = f"def {name}(x) or, with parameters, def {name}(x, a=1.0)"
    declared = list(inspect.signature(function).parameters.values())
    if not declared or not _is_plain(declared[0]) or declared[0].default is not inspect.Parameter.empty:
        raise mistake(path, f"{name} does not take the position x", form, line)
    for parameter in declared[1:]:
        default = parameter.default
        if not _is_plain(parameter) or not _is_number(default):
            what = f"{name} takes {parameter}, which is not a number with a default"
            raise mistake(path, what, form, line)
        _require_free(path, parameter.name, line)
        whole = isinstance(default, int)
        yield Parameter(parameter.name, float(default), f"a parameter of {Path(path).name}", whole=whole)


def _is_plain(parameter: inspect.Parameter) -> bool:
    return parameter.kind is parameter.POSITIONAL_OR_KEYWORD


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _require_free(path: str, name: str, line: int) -> None:
    declared: dict[str, tuple[Parameter, ...]] = {}
    for registry in (OPTIMIZERS, SCHEDULES, STARTS):
        declared |= {name: entry.parameters for name, entry in registry.items()}
    taken = {parameter.name: owner for owner, parameters in declared.items() for parameter in parameters}
    if name in TAKEN or name in taken:
        whose = f"a parameter of {taken[name]}" if name in taken else "a setting of the laboratory"
        raise mistake(path, f"loss calls a parameter {name}, which is {whose}", "another name", line)


def _box(path: str, namespace: Mapping[str, Any]) -> tuple[float, float]:
    box = namespace.get("box", BOX)
    try:
        low, high = map(float, box)
    except (TypeError, ValueError):
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise mistake(path, f"box = {box!r} is not an interval", "two numbers, such as box = (-3.0, 3.0)")
    return low, high


def _reached(
    path: str, function: FunctionType, through: tuple[FunctionType, ...] = ()
) -> Iterator[tuple[str, object]]:
    """All that goes into a function's machine code: instructions, constants, what it reads and calls."""
    name, line = function.__name__, line_of(function)
    if function in through:
        raise mistake(path, f"{name} calls itself, which cannot be compiled", "a loop", line)
    read = globals_of(function.__code__)
    if "print" in read:
        what = f"{name} calls print, which would write across the screen"
        raise mistake(path, what, "no print in what loss calls", line)
    yield from _written(function.__code__)
    yield "defaults", (function.__defaults__, function.__kwdefaults__)
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    values = {other: function.__globals__[other] for other in sorted(read & function.__globals__.keys())}
    for other, value in {**values, **{other: cell.cell_contents for other, cell in cells}}.items():
        called = getattr(value, "py_func", value)  # what numba.njit has wrapped
        if isinstance(called, FunctionType):
            yield from _reached(path, called, (*through, function))
        elif isinstance(called, ModuleType):
            found = {n: getattr(called, n) for n in function.__code__.co_names if hasattr(called, n)}
            yield other, {n: v for n, v in found.items() if _is_constant(v)}
        else:
            yield other, called


def _written(code: CodeType) -> Iterator[tuple[str, object]]:
    """What a function's text says, those inside it included."""
    yield code.co_name, (code.co_code, code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _written(constant)
        else:
            yield "constant", constant


def _is_constant(value: object) -> bool:
    """Whether compiled code would hold the value of a module's attribute."""
    return isinstance(value, int | float | complex | str | tuple | np.ndarray | np.generic)


def _key(text: str, reached: Iterator[tuple[str, object]]) -> str:
    """Names the machine code that may be shared: numba bakes values in and does not look at them again."""
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    for name, value in reached:
        digest.update(f"{name} ".encode())
        _add(digest, value)
    return digest.hexdigest()


def _add(digest: hashlib.blake2b, value: Any) -> None:
    """Add a value to a digest, whatever `repr` would leave out of it."""
    if isinstance(value, tuple | list):
        for item in value:
            _add(digest, item)
    elif isinstance(value, np.ndarray | np.generic):
        digest.update(f"{value.dtype} {value.shape}".encode() + value.tobytes())
    elif hasattr(value, "__qualname__"):  # as `repr` has it, with an address
        digest.update(f"{value.__module__}.{value.__qualname__} ".encode())
    else:
        shown = sorted(map(repr, value)) if isinstance(value, frozenset) else repr(value)
        digest.update(f"{type(value)} {shown} ".encode())
