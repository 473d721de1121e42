"""An experiment without a screen: take the steps, measure once at the end, say what came out."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from sim.cohort import CONSTANT
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.hessian.counts import Signs
from sim.measures.distances import DistancesReading
from sim.measures.signs import SignsReading
from sim.population import PopulationReading
from sim.registry import LANDSCAPES
from sim.simulation import Simulation, routine_measures
from sim.snapshot import Snapshot
from sim.theory import DistanceTheory
from tui import formats
from tui.progress import Tell, with_progress
from tui.readings import as_json as fields_as_json
from tui.readings import in_words

SLICE = 0.1
"""Seconds of stepping between two looks at the clock: far above a call's cost, below a person's patience."""

WORK = 1e11
"""About how many multiplications a measure may take at the end, some ten seconds: beyond the Hessians that
this allows, walkers are not looked at, but for one."""


@dataclass(frozen=True)
class Result:
    """What a run came to: the last snapshot, and the seconds that its steps took (without compilation).

    `measures` are those that were asked for by name.
    """

    snapshot: Snapshot
    seconds: float
    measures: tuple[str, ...] = ()

    @property
    def coordinate_steps_per_second(self) -> float | None:
        """Steps × walkers of all cohorts × open coordinates a second; None where no step was taken."""
        experiment, steps = self.snapshot.experiment, self.snapshot.step
        walkers = experiment.walkers * len(experiment.cohorts)
        return steps * walkers * experiment.stored / self.seconds if steps else None


def text(experiment: Experiment, steps: int, measures: Sequence[str] = (), *, as_json: bool) -> str:
    """The outcome of so many steps, as a JSON object or as a summary to read.

    `measures` are read beside the routine ones.
    """
    result = with_progress(lambda tell: run(experiment, steps, tell, measures))
    return json.dumps(report(result), allow_nan=False) if as_json else summary(result)


def run(
    experiment: Experiment, steps: int, tell: Tell = lambda text: None, measures: Sequence[str] = ()
) -> Result:
    """Take the steps and measure once, these and what is routine; `tell` hears what is being done."""
    _check_steps(experiment, steps)
    simulation = Simulation(experiment, on_progress=tell)
    seconds, stride = 0.0, 1
    while simulation.step < steps:
        tell(f"step {simulation.step} of {steps}")
        began = time.perf_counter()
        simulation.advance(min(stride, steps - simulation.step))
        took = time.perf_counter() - began
        seconds += took
        if took < SLICE:
            stride *= 2
    wanted = tuple(dict.fromkeys((*routine_measures(), *measures)))
    tell("measuring " + ", ".join(wanted))
    return Result(simulation.read(*wanted, work=WORK), seconds, tuple(measures))


def _check_steps(experiment: Experiment, steps: int) -> None:
    """Raises BadInput for more steps than the landscape is drawn for, with the option that allows them."""
    subspace = LANDSCAPES[experiment.landscape].subspace
    try:
        experiment.check_steps(steps)
    except BadInput as mistake:
        name = subspace.steps if subspace else ""
        accepted = mistake.accepted.replace(f"{name} = ", f"--set {name}=")
        raise BadInput(mistake.where, mistake.what, accepted) from None


def report(result: Result) -> dict[str, Any]:
    """The outcome as JSON values, that of the first cohort at the top as well; None for no number."""
    snapshot = result.snapshot
    cohorts = [_cohort(snapshot, place, result.measures) for place in range(len(snapshot.cohorts))]
    first = {name: cohorts[0][name] for name in MEASURED}
    return {
        "experiment": msgspec.to_builtins(snapshot.experiment),
        "steps": snapshot.step,
        "loss_of": loss_of(snapshot.experiment) or None,
        "seconds": result.seconds,
        "coordinate_steps_per_second": result.coordinate_steps_per_second,
        **first,
        "cohorts": cohorts,
    }


SIGNS = ("negative", "zero", "positive", "method", "exact", "tolerance", "confidence", "lowest", "highest")
THEORY = ("mean", "relative_spread", "absolute_spread", "of")
ERRORS = ("mean_error", "relative_error", "absolute_error")
MEASURED = ("loss", "gradient_norm", "distances", "signs", "outcomes")


def _cohort(snapshot: Snapshot, place: int, measures: Sequence[str]) -> dict[str, Any]:
    """What a cohort is, and what it came to; every field of the measures that were asked for by name."""
    cohort, readings = snapshot.experiment.cohorts[place], snapshot.cohorts[place].readings
    distances, signs = readings["distances"], readings["signs"].focus
    return {
        "label": snapshot.experiment.labels[place],
        **msgspec.to_builtins(cohort),
        "loss": _population(readings["loss"]),
        "gradient_norm": _population(readings["gradient-norm"]),
        "distances": {
            "mean": distances.mean,
            "relative_spread": distances.relative_spread,
            "absolute_spread": distances.absolute_spread,
            "theory": _theory(distances.theory) if distances.theory else None,
            **{name: getattr(distances, name) for name in ERRORS},
            "effective_dimension": fields_as_json(distances.effective),
            "walkers": distances.walkers,
        },
        "signs": {
            **{name: getattr(signs, name, None) for name in SIGNS},
            "intervals": _intervals(signs),
            "not_counted": readings["signs"].reason or None,
            "law": fields_as_json(readings["signs"].law),
        },
        "outcomes": readings["outcomes"].counts,
        **({"measures": {name: fields_as_json(readings[name]) for name in measures}} if measures else {}),
    }


def _intervals(signs: Signs | None) -> dict[str, tuple[int, int]] | None:
    """What each count may be, where they are estimated from probes."""
    if signs is None or signs.intervals is None:
        return None
    return {name: signs.interval(name) for name in ("negative", "zero", "positive")}


def summary(result: Result) -> str:
    """The outcome as lines to read: what was run, then what each cohort came to."""
    snapshot = result.snapshot
    experiment, rate = snapshot.experiment, result.coordinate_steps_per_second
    pace = f", {formats.rate(rate)} coordinate-steps/s" if rate else ""
    seconds = f" in {formats.number(result.seconds)} s{pace}" if rate else ""
    locked = (
        f", {formats.whole(experiment.active)} of them open" if experiment.active < experiment.dim else ""
    )
    dimensions = f"{formats.dimensions(experiment.dim)}{locked}"
    rows = [
        ("landscape", f"{experiment.landscape}, {dimensions}{_settings(experiment.parameters)}"),
        ("walkers", f"{formats.whole(experiment.walkers)}, seed {experiment.seed}"),
        ("starts", experiment.starts + _settings(experiment.starts_parameters)),
        ("steps", f"{formats.whole(snapshot.step)}{seconds}"),
    ]
    if of := loss_of(experiment):
        rows.append(("loss of", of))
    theory = snapshot.readings["distances"].theory
    if theory:
        rows.append(("in theory", f"{_distances(theory)}, for {theory.of}"))
    blocks = [
        rows,
        *(_cohort_rows(snapshot, place, result.measures) for place in range(len(snapshot.cohorts))),
    ]
    width = max(len(name) for block in blocks for name, _ in block)
    return "\n\n".join("\n".join(f"{name:<{width}}  {row}" for name, row in block) for block in blocks)


def loss_of(experiment: Experiment) -> str:
    """What loss and gradient are of, where that has to be said: as "a batch of 32"."""
    return LANDSCAPES[experiment.landscape].loss_of(experiment.settings)


def _cohort_rows(snapshot: Snapshot, place: int, measures: Sequence[str]) -> list[tuple[str, str]]:
    experiment, readings = snapshot.experiment, snapshot.cohorts[place].readings
    cohort, distances, signs = experiment.cohorts[place], readings["distances"], readings["signs"]
    several = len(snapshot.cohorts) > 1
    schedule = "" if cohort.schedule == CONSTANT else f", {cohort.schedule} schedule"
    return [
        (
            f"cohort {place + 1}" if several else "optimizer",
            f"{cohort.optimizer}{schedule}{_settings(cohort.hyper)}",
        ),
        ("loss", _quantiles(readings["loss"])),
        ("gradient norm", _quantiles(readings["gradient-norm"])),
        ("distances", f"{_distances(distances)}, over {_walkers(distances)}{_dimension(distances)}"),
        ("directions", _directions(signs)),
        ("outcomes", ", ".join(f"{n} {name}" for name, n in readings["outcomes"].counts.items() if n)),
        *in_words(snapshot, place, measures),
    ]


def _walkers(reading: DistancesReading) -> str:
    return formats.counted(reading.walkers, "walker")


def _directions(reading: SignsReading) -> str:
    whole = formats.whole
    found, where = reading.focus, f"at walker {reading.walker + 1}"
    if found is None and reading.law:
        down, error = formats.expected(reading.law.mean), formats.number(reading.law.standard_deviation)
        return f"by law {down} ± {error} down, but for {reading.law.left_out}; not counted: {reading.reason}"
    if found is None:
        return f"none: {reading.reason}, {where}"
    known = "exact" if found.exact else "an estimate"
    counts = f"{whole(found.negative)} down, {whole(found.zero)} flat, {whole(found.positive)} up"
    told = f"{counts}, {known} ({found.method}), {where}"
    if found.intervals is None or found.confidence is None:
        return told
    ranges = (f"{whole(low)} to {whole(high)}" for low, high in found.intervals)
    sides = ", ".join(f"{ends} {name}" for ends, name in zip(ranges, ("down", "flat", "up"), strict=True))
    return f"{told}; at {100.0 * found.confidence:g} % {sides}"


def _settings(values: Mapping[str, float | str]) -> str:
    return "".join(f", {name} = {formats.setting(value)}" for name, value in values.items())


def _quantiles(reading: PopulationReading) -> str:
    s, number = reading.spread, formats.number
    return (
        f"median {number(s.median)}, 10–90 % {number(s.p10)} to {number(s.p90)}, "
        f"all {number(s.min)} to {number(s.max)}"
    )


def _distances(found: DistancesReading | DistanceTheory) -> str:
    def number(value: float | None) -> str:
        return "none" if value is None else formats.number(value)

    return (
        f"mean {number(found.mean)}, relative spread {number(found.relative_spread)}, "
        f"absolute spread {number(found.absolute_spread)}"
    )


def _theory(found: DistanceTheory) -> dict[str, Any]:
    return {name: getattr(found, name) for name in THEORY}


def _dimension(found: DistancesReading) -> str:
    """The effective dimension, two standard errors each way, where there are enough walkers."""
    effective, number = found.effective, formats.number
    if effective is None:
        return ""
    if effective.low is None or effective.high is None:
        return f", effective dimension {number(effective.value)}"
    reach = f"{number(effective.low)} to {number(effective.high)}"
    return f", effective dimension {number(effective.value)} ({reach})"


def _population(reading: PopulationReading) -> dict[str, float | None]:
    values = {name: getattr(reading.spread, name) for name in ("median", "p10", "p90", "min", "max")}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
