"""What is done in a process apart: a user's file is executed, tried at some points, compiled, and measured.

The interpreter goes first, since it names the line of whatever goes wrong; then what numba has compiled must
give the same numbers. A watchdog that needs no interpreter ends the process where any of it takes too long.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Problem, Scales, Settings
from sim.user.apart import DOING
from sim.user.landscape import STEP, landscape
from sim.user.source import Function, Source, executed, line_of

POINTS = 8
"""Where the functions are tried, drawn uniformly from the box, always the same."""

MEASURED = 4
"""At how many of these points scales are measured, along as many coordinates, by SWEEPS power iterations."""

SWEEPS = 6

COMPILING = 120.0
"""Seconds that numba may take for one file."""

MOST_DIM = 10**7
"""Beyond this, a few points alone would take gigabytes."""


def serve() -> None:
    """Answer requests, one JSON object a line, until there are no more; the file's own output is dropped."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    faulthandler.enable()
    source: Source | None = None
    line = sys.stdin.readline()
    while line:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if source is None:
                watch = Watch(request["patience"])
                with watch("executing it"):
                    source = executed(request["path"], request["text"])
            else:
                answer = asdict(examined(source, request["dim"], request["settings"], watch))
        except BadInput as mistake:
            answer = {"mistake": [mistake.where, mistake.what, mistake.accepted]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        line = sys.stdin.readline()


class Watch:
    """Ends the process if what it watches takes too long, and says on standard error where it was."""

    def __init__(self, patience: float) -> None:
        self.patience = patience

    @contextlib.contextmanager
    def __call__(self, doing: str, patience: float | None = None) -> Iterator[None]:
        """Watch what is inside."""
        sys.stderr.write(f"{DOING}{doing}\n")
        sys.stderr.flush()
        faulthandler.dump_traceback_later(patience or self.patience, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def examined(source: Source, dim: int, settings: Settings, watch: Watch) -> Scales:
    """The scales in `dim` dimensions, once nothing is found to be wrong there; raises BadInput."""
    if dim > MOST_DIM:
        raise BadInput("dim", f"{dim} is too large for a landscape from a file", f"up to {MOST_DIM:g}")
    typed = source.typed(settings)
    points = np.random.default_rng(0).uniform(*source.box, (POINTS, dim))
    at = f"of {dim} coordinates"
    try:
        with np.errstate(all="ignore"):
            with watch(f"loss(x) {at}"):
                values = np.array([loss_at(source, x, typed) for x in points])
            if not np.any(np.isfinite(values)):
                raise nowhere_finite(source, points[0], typed)
            if source.gradient:
                with watch(f"gradient(x) {at}"):
                    try_gradient(source, source.gradient, points, values, typed)
        problem = landscape(source, lambda dim, settings: Scales(1.0, 1.0)).build(dim, 0, **settings)
        with watch(f"compiling loss(x) {at}", COMPILING):
            compile_it(problem, source)
        with watch(f"loss(x) {at}, compiled,"):
            compare(problem, source, points, values)
        with watch(f"measuring how sharp loss(x) {at} is"):
            return measured(problem, points[:MEASURED])
    except MemoryError:
        raise source.mistake(f"loss(x) {at} runs out of memory", "fewer dimensions") from None


def loss_at(source: Source, x: Floats, settings: Settings) -> float:
    """The loss at x (d,), NaN or infinity where arithmetic has no answer; raises BadInput for a mistake."""
    value = _called(source, source.loss, x, settings)
    if not _is_real(value):
        found = "nothing: is there a return?" if value is None else f"{_described(value)}, not one number"
        line = line_of(source.loss.python)
        raise source.mistake(f"loss(x) returns {found}", "one number, such as np.sum(x**2)", line)
    return float(value)


def _called(source: Source, function: Function, x: Floats, settings: Settings) -> Any:
    """What a function returns for x, twice the same, leaving x as it was."""
    name, line = function.python.__name__, line_of(function.python)
    given = x.copy()
    try:
        value, again = function(given, settings), function(given.copy(), settings)
    except Exception as error:  # noqa: BLE001 - as the file has it
        if _is_arithmetic(error):
            return math.nan if function is source.loss else np.full(len(x), np.nan)
        raise source.raised(error, f"{name}(x) of {len(x)} coordinates") from None
    if not np.array_equal(given, x):
        raise source.mistake(f"{name}(x) changes x", "a copy, such as x = x + 1 for x += 1", line)
    if _is_real(value) and _is_real(again) and value != again and not math.isnan(value):
        what = f"{name}(x) gives {value:g} and then {again:g} for the same x"
        raise source.mistake(what, "a function of x alone, without randomness", line)
    return value


def _is_arithmetic(error: Exception) -> bool:
    """Whether compiled code would have gone on with NaN or infinity."""
    return isinstance(error, ArithmeticError) or str(error) in ("math domain error", "math range error")


def _is_real(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating | np.bool_)


def _described(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"a {type(value).__name__}"


def nowhere_finite(source: Source, x: Floats, settings: Settings) -> BadInput:
    """The mistake of a loss that has no value anywhere, with the reason where Python gives one."""
    low, high = source.box
    why, line = "", line_of(source.loss.python)
    try:
        value = f"{source.loss(x.copy(), settings):g}"
    except Exception as error:  # noqa: BLE001 - it was called before, and only arithmetic was in the way
        found = source.raised(error, "there, it").what
        value, why = "not finite", f" ({found.partition(': ')[2]})"
    what = f"loss(x) is {value} at all of {POINTS} points between {low:g} and {high:g}{why}"
    return source.mistake(what, "a box in which it is finite, such as box = (0.1, 2.0)", line)


def try_gradient(
    source: Source, gradient: Function, points: Floats, values: Floats, settings: Settings
) -> None:
    """Refuse a gradient of another shape, or one that nowhere agrees with differences of the loss."""
    line, dim = line_of(gradient.python), points.shape[1]
    drawn = np.random.default_rng(1).standard_normal(dim)
    direction = drawn / np.sqrt(np.sum(drawn * drawn))
    step = STEP * max(map(abs, source.box))
    wrong: list[tuple[float, float]] = []
    for x, value in zip(points, values, strict=True):
        found = _called(source, gradient, x, settings)
        if not isinstance(found, np.ndarray) or found.shape != (dim,) or found.dtype.kind not in "fiu":
            what = f"gradient(x) returns {_described(found)} for x of shape ({dim},)"
            raise source.mistake(what, f"an array of shape ({dim},)", line)
        ahead, behind = (loss_at(source, x + sign * step * direction, settings) for sign in (1.0, -1.0))
        said, differs = float(found @ direction), (ahead - behind) / (2.0 * step)
        slack = 1e-3 * (abs(said) + abs(differs)) + 100.0 * 2.0**-52 * abs(value) / step
        if math.isfinite(said) and math.isfinite(differs):
            wrong.append((said, differs))
            if abs(said - differs) <= slack:
                return
    if wrong:
        said, differs = wrong[0]
        what = f"gradient(x) is not that of loss(x): {said:.4g} where differences give {differs:.4g}"
        raise source.mistake(what, "the gradient of loss, or none: differences take its place", line)


def compile_it(problem: Problem, source: Source) -> None:
    """Have numba compile what the walkers will run; raises BadInput in one line."""
    try:
        problem.gradient.compiled  # noqa: B018 - asking compiles
    except Exception as error:  # noqa: BLE001 - numba raises what it likes
        raise refused(source, str(error)) from None


def refused(source: Source, message: str) -> BadInput:
    """What numba says about a file, which takes a page, in one line."""
    found = re.search(rf'{re.escape(source.name)}(?: \(|", line )(\d+)', message)
    lines = [line.strip() for line in message.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("Failed in", "- Resolution"))]
    what = telling[0] if telling else "it does not compile"
    call = next((line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")), "")
    if what.startswith("No implementation of function") and call:
        what = "it has no " + re.sub(r"Literal\[\w+\]\((.*?)\)", r"\1", call)
    line = int(found[1]) if found else None
    accepted = "the part of NumPy that numba compiles, or loops over the coordinates"
    return source.mistake(f"numba cannot compile this: {what}", accepted, line)


def compare(problem: Problem, source: Source, points: Floats, values: Floats) -> None:
    """Refuse a loss that comes out otherwise when it is compiled."""
    try:
        compiled, _ = problem.value_and_gradient(points)
    except Exception as error:  # noqa: BLE001 - what the file's code raises
        raise source.raised(error, "loss(x), compiled,") from None
    size = np.max(np.abs(values), where=np.isfinite(values), initial=0.0)
    differ = ~np.isclose(compiled, values, rtol=1e-6, atol=1e-9 * size, equal_nan=True) & np.isfinite(values)
    if np.any(differ):
        k = int(np.argmax(differ))
        what = f"loss(x) is {values[k]:g} in Python and {compiled[k]:g} when numba has compiled it"
        raise source.mistake(what, "code that both read alike", line_of(source.loss.python))


def measured(problem: Problem, points: Floats) -> Scales:
    """Curvature and length as the points (k, d) show them.

    The curvature is the largest |λ| of the Hessian that power iterations come to. The length is
    √3 rms(∂f) / rms(∂²f) along coordinates: for a Gaussian random field, the distance over which it changes.
    """
    rng = np.random.default_rng(2)
    curvature, slopes, bends = 0.0, [], []
    for x in points:
        v = rng.standard_normal(problem.dim)
        for _ in range(SWEEPS):
            norm = math.sqrt(v @ v)
            if not 0.0 < norm < math.inf:
                break
            v = problem.hessian_product(x, v / norm)
        strength = math.sqrt(v @ v)
        curvature = max(curvature, strength if math.isfinite(strength) else 0.0)
        along = rng.choice(problem.dim, min(MEASURED, problem.dim), replace=False)
        axes = np.zeros((len(along), problem.dim))
        axes[np.arange(len(along)), along] = 1.0
        slopes.append(problem.value_and_gradient(x)[1][along])
        bends.append(problem.hessian_product(x, axes)[np.arange(len(along)), along])
    low, high = problem.box
    slope, bend = _rms(np.concatenate(slopes)), _rms(np.concatenate(bends))
    length = math.sqrt(3.0) * slope / bend if bend > 0.0 else math.inf
    return Scales(curvature or slope / (high - low) or 1.0, min(length, high - low) or high - low)


def _rms(numbers: Floats) -> float:
    finite = numbers[np.isfinite(numbers)]
    return math.sqrt(float(np.mean(finite**2))) if finite.size else 0.0
