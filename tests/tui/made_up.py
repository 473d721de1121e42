"""Snapshots and an engine that nothing computes: screens are tested without a thread or a clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from sim.cohort import Cohort
from sim.commands import Command
from sim.experiment import Experiment
from sim.hessian import Signs
from sim.measure import TraceView
from sim.measures.cohort_distances import Apart, CohortDistancesReading
from sim.measures.decrease import Decrease, DecreaseReading
from sim.measures.distances import DistancesReading, EffectiveDimension, Histogram
from sim.measures.groups import NO_GROUPS, GroupsReading
from sim.measures.index_loss import IndexLossReading, law_of_levels
from sim.measures.outcomes import Outcome, OutcomesReading
from sim.measures.sharpness import Sharpness, SharpnessReading
from sim.measures.signs import SignsReading
from sim.measures.spectrum import SpectrumReading
from sim.measures.travel import TravelReading
from sim.population import COLUMNS, PopulationReading, Spread
from sim.registry import MEASURES
from sim.samplings import Point
from sim.snapshot import CohortView, Snapshot
from sim.theory import DistanceTheory, Semicircle
from sim.trail import Trail
from tui.intent import OPENING_PACE

SIGN_COLUMNS = MEASURES["signs"].columns
DISTANCE_COLUMNS, TRAVEL_COLUMNS, GROUP_COLUMNS, BESIDE_COLUMNS = (
    MEASURES[name].columns for name in ("distances", "travel", "groups", "cohort-distances")
)


class Engine:
    """Keeps what it was sent, and hands out what it was given."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self.sent: list[Command] = []
        self.wanted: set[str] = set()
        self.chosen = self.walker = 0
        self.started = False
        self.waiting = list(snapshots)

    def start(self) -> None:
        self.started = True

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def want(self, measures: Collection[str], chosen: int = 0, walker: int = 0) -> None:
        self.wanted, self.chosen, self.walker = set(measures), chosen, walker

    def take(self) -> Snapshot | None:
        return self.waiting.pop(0) if self.waiting else None

    @property
    def trail(self) -> Trail | None:
        return None

    @property
    def ahead(self) -> Trail | None:
        return None

    def follow(self, trail: Trail, pace: float | None) -> None:
        pass

    def stop(self, timeout: float = 0.2) -> bool:
        return True


def population(step: int, start: float, end: float) -> tuple[PopulationReading, TraceView]:
    """Values that fall from `start` to `end`, the minimum twice as fast as the rest."""
    steps = np.arange(step + 1)
    median = end + (start - end) * np.exp(-steps / 60.0)
    least = end + (start - end) * np.exp(-steps / 30.0)
    width = 0.1 * abs(start - end)
    rows = np.stack([least, median - 0.1 * width, median, median + width, median + 2 * width], axis=1)
    return PopulationReading(step, Spread(*rows[-1])), TraceView(COLUMNS, steps, rows)


def distances(
    step: int, relative: float | None = 0.0605, effective: float = 93.0
) -> tuple[DistancesReading, TraceView]:
    theory = DistanceTheory(24.5, 0.0594, 1.45, "independent starts")
    reading = DistancesReading(step, 64, None, None, None, theory)
    if relative is not None:
        reading = DistancesReading(
            step, 64, 24.7, relative, 1.49, theory, 0.15, 0.002, 0.04,
            EffectiveDimension(effective, effective - 3.0, effective + 3.0), BELL,
        )  # fmt: skip
    steps = np.arange(0, step + 1, 10)
    last = np.nan if relative is None else relative
    spread, dimension = np.linspace(0.0594, last, len(steps)), np.linspace(99.0, effective, len(steps))
    rows = np.stack(
        [
            np.full(len(steps), 24.7), spread, steps * 0.0,
            dimension, dimension - 3.0, np.minimum(dimension + 3.0, 100.0), 0.5 / spread**2,
        ],
        axis=1,
    )  # fmt: skip
    return reading, TraceView(DISTANCE_COLUMNS, steps, rows)


BELL = Histogram(tuple(np.linspace(20.0, 29.0, 10).tolist()), (6, 60, 190, 380, 600, 450, 240, 80, 10))
"""2016 distances."""


def travel(step: int) -> tuple[TravelReading, TraceView]:
    """Walkers that go a quarter of the way that starts are apart."""
    spread = [Spread(0.9 * m, m - 1.0, m, m + 1.0, 1.2 * m) for m in (6.0, 18.0)]
    reading = TravelReading(step, 64, spread[0], 24.5, True, spread[1], 3, 17.4)
    steps = np.arange(0, step + 1, 10)
    moved, left = 6.0 * (1.0 - np.exp(-steps / 60.0)), 20.0 - 2.0 * (1.0 - np.exp(-steps / 60.0))
    rows = np.stack([0.8 * moved, moved, 1.2 * moved, left - 1.0, left, left + 1.0], axis=1)
    return reading, TraceView(TRAVEL_COLUMNS, steps, rows)


def grouped(step: int) -> tuple[GroupsReading, TraceView]:
    """Four groups that keep together."""
    steps = np.arange(0, step + 1, 10)
    within = 3.0 + 0.0 * steps
    rows = np.stack([within, 22.0 + within, 17.0 + within, 19.0 + within], axis=1)
    reading = GroupsReading(step, 64, 4, 3.0, 25.0, 20.0, 22.0, 0.001)
    return reading, TraceView(GROUP_COLUMNS, steps, rows)


def no_groups(step: int) -> tuple[GroupsReading, TraceView]:
    """What is said of starts without groups."""
    reading = GroupsReading(step, 0, 0, None, None, None, None, None, NO_GROUPS)
    return reading, TraceView(GROUP_COLUMNS, np.array([step]), np.full((1, 4), np.nan))


def beside(step: int, chosen: int, cohorts: int) -> tuple[CohortDistancesReading, TraceView]:
    """Cohorts that part, the later the farther."""
    steps, apart = np.arange(0, step + 1, 10), list[Apart]()
    rows = np.full((len(steps), len(BESIDE_COLUMNS)), np.nan)
    rows[:, 0] = cohorts
    for place in (place for place in range(cohorts) if place != chosen):
        far = 2.0 + place
        apart.append(Apart(place, Spread(0.5, far - 1.0, far, far + 1.0, 9.0), 22.0 + far, 0.1))
        rows[:, 1 + place] = far * steps / step
        rows[:, 5 + place] = 22.0 + far
    return CohortDistancesReading(step, 64, cohorts, chosen, tuple(apart)), TraceView(
        BESIDE_COLUMNS, steps, rows
    )


def counted(negative: int, zero: int, positive: int, exact: bool = True) -> Signs:
    return Signs(negative, zero, positive, "dense", exact, 1e-9)


def signs(step: int) -> tuple[SignsReading, TraceView]:
    steps = np.arange(0, step + 1, 10)
    down = np.rint(47.0 * np.exp(-steps / 50.0))
    none, middle, least, most = 0 * down, 0.5 * down, 0.4 * down, 0.7 * down
    medians, ranges = [middle, none, 100 - middle], [least, most, none, none, 100 - most, 100 - least]
    rows = np.stack([down, none, 100 - down, *medians, *ranges], axis=1)
    last = int(down[-1])
    others = tuple(counted(n, 0, 100 - n) for n in (last, last + 1, last + 2))
    return SignsReading(step, 100, 0, counted(last, 0, 100 - last), others), TraceView(
        SIGN_COLUMNS, steps, rows
    )


def snapshot(step: int = 300, **changes: Any) -> Snapshot:
    """The opening experiment after `step` steps, paused; `changes` replace fields of the snapshot."""
    made = {
        "loss": population(step, 3.0, -16.0),
        "gradient-norm": population(step, 12.0, 0.01),
        "distances": distances(step),
        "signs": signs(step),
        "travel": travel(step),
        "groups": no_groups(step),
    }
    outcomes = OutcomesReading(step, (Outcome.DESCENDING,) * 60 + (Outcome.MINIMUM,) * 3 + (Outcome.SADDLE,))
    whole = Snapshot(
        Experiment(),
        step,
        (
            CohortView(
                {**{name: reading for name, (reading, _) in made.items()}, "outcomes": outcomes},
                {name: trace for name, (_, trace) in made.items()},
            ),
        ),
        phase="paused",
        pace=OPENING_PACE,
    )
    return replace(whole, **changes)


def with_reading(shown: Snapshot, name: str, reading: object, trace: TraceView | None = None) -> Snapshot:
    """The snapshot with one reading of its first cohort replaced, and its trace where one is given."""
    first, *others = shown.cohorts
    traces = first.traces if trace is None else {**first.traces, name: trace}
    return replace(shown, cohorts=(CohortView({**first.readings, name: reading}, traces), *others))


SEVERAL = Experiment(more_cohorts=(Cohort("adam"), Cohort("null")))


def several(step: int = 300, chosen: int = 0, **changes: Any) -> Snapshot:
    """Three cohorts side by side; only the chosen one has signs and outcomes."""
    whole = snapshot(step, chosen=chosen, **{"experiment": SEVERAL, **changes})
    views = []
    for place in range(3):
        made: dict[str, tuple[Any, TraceView]] = {
            "loss": population(step, 3.0, -16.0 + 4.0 * place),
            "gradient-norm": population(step, 12.0, 0.01 * 10.0**place),
            "distances": distances(step, 0.0605 - 0.01 * place, 93.0 - place),
        }
        if place == chosen:
            made["signs"] = signs(step)
            made["travel"], made["groups"] = travel(step), no_groups(step)
            made["cohort-distances"] = beside(step, chosen, 3)
        readings = {name: reading for name, (reading, _) in made.items()}
        if place == chosen:
            readings["outcomes"] = whole.cohorts[0].readings["outcomes"]
        views.append(CohortView(readings, {name: trace for name, (_, trace) in made.items()}))
    return replace(whole, cohorts=tuple(views))


def spectrum(step: int = 300, **changes: Any) -> tuple[SpectrumReading, TraceView]:
    """A hundred directions about a semicircle that has come up by its radius and a little."""
    law = Semicircle(18.0, 20.0)
    edges = np.linspace(-5.0, 45.0, 21)
    counts = 100.0 * np.diff([law.below(edge) for edge in edges])
    reading = SpectrumReading(
        step, 100, 0, "", edges, np.rint(counts), -1.9, 40.2, 0.0, 4e-8, "dense", True, law, 2.0, 43.5
    )
    trace = TraceView(("lowest", "highest"), np.array([step]), np.array([[-1.9, 40.2]]))
    return replace(reading, **changes), trace


INDEX_COLUMNS = ("ground", *(f"{name}_{k}" for k in range(1, 5) for name in ("at", "share", "width")))


def index_loss(step: int = 300, **changes: Any) -> tuple[IndexLossReading, TraceView]:
    """Four walkers that come down along the curve, beside random and planted points near it."""

    def point(at: float, off: float, planted: float | None = None) -> Point:
        share = min(1.0, max(0.0, law_of_levels(at) + off))
        return Point(at, share, share, share, "dense", True, planted)

    steps = np.arange(0, step + 1, 10)
    rows = []
    for k, _ in enumerate(steps):
        walkers = [point(-0.1 * w - 1.7 * k / max(1, len(steps) - 1), -0.03) for w in range(4)]
        rows.append([1.0, *(number for w in walkers for number in (w.at, w.share, 0.0))])
    random = tuple(point(0.02 * (k - 8), 0.01 * (k % 3 - 1)) for k in range(16))
    planted = tuple(
        point(-2.2 + 0.3 * k, 0.01 * turn - 0.02, -2.2 + 0.3 * k) for turn in range(4) for k in range(10)
    )
    reading = IndexLossReading(step, 100, True, 1, tuple(walkers), random, planted, 0)
    return replace(reading, **changes), TraceView(INDEX_COLUMNS, steps, np.array(rows))


def sharpness(step: int, **changes: Any) -> tuple[SharpnessReading, TraceView]:
    """λmax that rises from 20 to 40 at walker 1, and a learning rate that can take 25."""
    steps = np.arange(0, step + 1, 10)
    rising = np.linspace(20.0, 40.0, len(steps))
    rows = np.stack([rising, rising - 4.0, np.full(len(steps), 25.0)], axis=1)
    known = [Sharpness(walker, step, value, 0.0, "dense") for walker, value in enumerate((40.0, 36.0, 38.0))]
    experiment = Experiment()
    reading = SharpnessReading(
        step, 0, known[0], tuple(known[1:]), 0, 0.08, 2.0, experiment.settings, experiment.active
    )
    return replace(reading, **changes), TraceView(("sharpness", "others", "edge"), steps, rows)


def decrease(step: int, **changes: Any) -> tuple[DecreaseReading, TraceView]:
    """A prediction that becomes right as the walkers come to rest."""
    steps = np.arange(0, step + 1, 10)
    ratio = 1.0 - 0.5 * np.exp(-steps / 50.0)
    rows = np.stack([ratio, ratio, ratio, ratio, 0.5 + 0.5 * ratio], axis=1)
    found = Decrease(0.02, 0.0125, 0.0123, 1e-10)
    reading = DecreaseReading(step, 0, 0.08, found, (found, found))
    columns = ("slope", "predicted", "measured", "ratio", "others_ratio")
    return replace(reading, **changes), TraceView(columns, steps, rows)
