"""What sharpness says about the learning rate: one to take, and when one is too large."""

from __future__ import annotations

from typing import NamedTuple

from sim.arrays import np
from sim.cohort import Cohort
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.measures.outcomes import Outcome
from sim.measures.sharpness import SHARE, Sharpness, SharpnessReading, suggested_rate
from sim.registry import OPTIMIZERS
from sim.snapshot import Snapshot
from tui.formats import brief, number, setting, whole

SHARPNESS, LOSS = "sharpness", "loss"
"""The names of measures."""

FALLEN = 1e9
"""A loss of walkers that diverged is that of a landscape without a bottom where it is so many times as far
below 0 as it was from 0 at the start: a quadratic is then 10¹² below where `sim.measure.FAR` ends it."""

WAITING = "measuring λmax; the learning rate will follow"


class Advice(NamedTuple):
    """A learning rate, what it is in terms of λmax, and where λmax was measured."""

    lr: float
    formula: str
    where: str


def edge_of(experiment: Experiment, cohort: int) -> float:
    """What learning rate × curvature has to stay below under a cohort's rule; BadInput where nothing does."""
    chosen = experiment.cohorts[cohort]
    if chosen.rule.stable_below is None:
        no_rate = f"{chosen.optimizer} has no learning rate"
        what = no_rate if not chosen.rule.suggest else f"2/λmax is no limit of {chosen.optimizer}"
        others = (name for name, rule in OPTIMIZERS.items() if rule.stable_below)
        raise BadInput("lr", what, f"a cohort with {', '.join(others)}")
    return chosen.rule.stable_below(experiment.hyperparameters_of(cohort))


def advice(experiment: Experiment, cohort: int, reading: SharpnessReading) -> Advice:
    """The learning rate for where it is sharpest of all walkers looked at; BadInput where there is none."""
    edge, sharpest = edge_of(experiment, cohort), reading.sharpest
    if sharpest is None:
        why = "the walkers diverged" if reading.diverged else "the Hessian is not finite"
        raise BadInput("lr", f"λmax is not known: {why}", "`rewind`, which goes back to step 0")
    where = f"{value_of(sharpest)} {place_of(sharpest)}"
    if not sharpest.value > 0.0:
        raise BadInput("lr", f"{where}: no direction curves up", "any that is typed, as nothing limits it")
    return Advice(suggested_rate(edge, sharpest.value + sharpest.error), multiple(SHARE * edge), where)


def multiple(edge: float) -> str:
    """So many times 1/λmax."""
    return f"{edge:.3g}/λmax"


def value_of(sharpness: Sharpness) -> str:
    """λmax, or from where to where it may be where that would be seen."""
    low, high = sharpness.value - sharpness.below, sharpness.value + sharpness.error
    if high - low > 2e-3 * abs(sharpness.value):
        return f"λmax {brief(low)} to {brief(high)}"
    return f"λmax {brief(sharpness.value)}"


def place_of(sharpness: Sharpness) -> str:
    """Where and when λmax was measured; people count walkers from 1."""
    return f"at walker {sharpness.walker + 1}, step {whole(sharpness.step)}"


def matches(reading: SharpnessReading, experiment: Experiment) -> bool:
    """Whether a reading is of the landscape as it is now."""
    return dict(reading.settings) == dict(experiment.settings) and reading.active == experiment.stored


class Limited(NamedTuple):
    """A learning rate, what its product with λ has to stay below, and where λ is largest."""

    rate: float
    edge: float
    sharpest: Sharpness

    @property
    def limit(self) -> str:
        """The largest stable learning rate there, in words; there is one where a direction curves up."""
        return f"{multiple(self.edge)} = {brief(self.edge / self.sharpest.value)} {place_of(self.sharpest)}"


def limited(reading: SharpnessReading) -> Limited | None:
    """What a reading says of its learning rate; None where it says nothing."""
    sharpest, rate, edge = reading.sharpest, reading.rate, reading.stable_below
    return None if sharpest is None or rate is None or edge is None else Limited(rate, edge, sharpest)


def too_large(reading: SharpnessReading) -> str:
    """A learning rate above what the sharpest place can take, beyond the error of λmax; "" for none."""
    found = limited(reading)
    if found is None or not found.rate * (found.sharpest.value - found.sharpest.error) > found.edge:
        return ""
    return f"lr {brief(found.rate)} is above {found.limit}; press `steer` to apply a stable one"


def diverged_above(warning: str, step: int) -> str:
    """Walkers diverged by a step, at a learning rate that is too large, as the warning says."""
    return f"{_diverged(step)}: {warning}, then `rewind` to go back"


def diverged_below(reading: SharpnessReading, step: int) -> str:
    """They did, though the rate is not surely too large where λmax was measured; "" where none was."""
    found = limited(reading)
    if found is None:
        return ""
    if not found.sharpest.value > 0.0:
        where = f"no direction curves up {place_of(found.sharpest)}"
        return f"{_diverged(step)}; {where}, so no lr is too large there: the loss may fall without end"
    is_below = found.rate * found.sharpest.value < found.edge
    below = f"though lr {brief(found.rate)} is {'below' if is_below else 'within the error of'} {found.limit}"
    return f"{_diverged(step)}, {below}; turn it down, then `rewind`"


def diverged_without_edge(snapshot: Snapshot, step: int) -> str:
    """They did under a rule for which no λ says which learning rate is too large; "" for other rules."""
    cohort = snapshot.experiment.cohorts[snapshot.chosen]
    if cohort.rule.stable_below is not None:
        return ""
    has_rate = "lr" in snapshot.experiment.hyperparameters_of(snapshot.chosen)
    return f"{_diverged(step)}; {'turn lr down, then ' if has_rate else ''}`rewind` goes back to step 0"


def fallen(snapshot: Snapshot, step: int) -> str:
    """Walkers diverged downwards, which no learning rate cures; "" where the loss did not fall like that."""
    trace = snapshot.traces.get(LOSS)
    if trace is None or not len(trace.steps):
        return ""
    least = trace.column("min")
    least = least[least < np.inf]
    if not len(least) or not least[-1] < -FALLEN * (1.0 + abs(least[0])):
        return ""
    depth = f"the loss fell to {number(float(least[-1]))} and on"
    return f"{_diverged(step)}: {depth}, as there is no bottom here, at any lr; `rewind` goes back"


def _diverged(step: int) -> str:
    return f"walkers diverged by step {whole(step)}"


class Watch:
    """Says once for each run, and for each setting of the chosen cohort, that a learning rate is too large.

    Where walkers diverged, or the learning rate is above what the landscape suggests, λmax is asked for
    (`wants`) until it is known, whatever panels are seen.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        """Another run: nothing was said."""
        self.wants = False
        self._step = 0
        self._left: dict[int, int] = {}
        self._gone: list[int] = []
        self._warned: list[tuple[int, Cohort]] = []
        self._checked: list[tuple[int, Cohort]] = []
        self._began: dict[int, Cohort] = {}

    def heed(self, snapshot: Snapshot) -> None:
        """Somebody has seen to the learning rate: where walkers diverged before, that is known."""
        if some_diverged(snapshot):
            self._gone.append(snapshot.chosen)
            self.wants = False

    def look(self, snapshot: Snapshot) -> str:
        """What there is to warn of in a snapshot, if it was not said before; else ""."""
        if snapshot.step < self._step:
            self._begin()
        self._step = snapshot.step
        place, cohort = snapshot.chosen, snapshot.experiment.cohorts[snapshot.chosen]
        unchanged = self._began.setdefault(place, cohort) == cohort
        gone = place not in self._gone and some_diverged(snapshot)
        bold = (place, cohort) not in self._checked and _above_suggested(snapshot)
        left = self._left.setdefault(place, snapshot.step) if gone else 0
        if gone and (said := fallen(snapshot, left) or diverged_without_edge(snapshot, left)):
            self._gone.append(place)
            self.wants = False
            return said
        self.wants = (gone or bold) and cohort.rule.stable_below is not None
        reading: SharpnessReading | None = snapshot.readings.get(SHARPNESS)
        if reading is None or not _of_this_rate(reading, snapshot):
            return ""
        self.wants = self.wants and gone and not reading.diverged
        if bold:
            self._checked.append((place, cohort))
        above = too_large(reading)
        warning = "" if (place, cohort) in self._warned else above
        if gone and reading.diverged:
            self._gone.append(place)
            if unchanged:  # or they may have diverged at another learning rate
                warning = diverged_above(above, left) if above else diverged_below(reading, left)
        if warning:
            self._warned.append((place, cohort))
        return warning


def some_diverged(snapshot: Snapshot) -> bool:
    """Whether a walker of the chosen cohort did."""
    reading = snapshot.readings.get("outcomes")
    return reading is not None and Outcome.DIVERGED in reading.outcomes


def all_diverged(snapshot: Snapshot) -> bool:
    """Whether no walker of the chosen cohort is left that moves."""
    reading = snapshot.readings.get("outcomes")
    return reading is not None and set(reading.outcomes) == {Outcome.DIVERGED}


def _above_suggested(snapshot: Snapshot) -> bool:
    """Whether somebody chose a learning rate for the chosen cohort that is above the landscape's own."""
    cohort = snapshot.experiment.cohorts[snapshot.chosen]
    suggested = cohort.suggested_lr(snapshot.experiment.scales) if "lr" in cohort.hyper else None
    return suggested is not None and cohort.hyper["lr"] > suggested


def _of_this_rate(reading: SharpnessReading, snapshot: Snapshot) -> bool:
    """Whether a reading is of the learning rate as it is set now, and not from before a turn."""
    settings = snapshot.experiment.hyperparameters_of(snapshot.chosen)
    factor = snapshot.experiment.cohorts[snapshot.chosen].timetable.factor
    return "lr" in settings and reading.rate == settings["lr"] * factor(reading.step, settings)


def applied(before: float, found: Advice, reading: SharpnessReading) -> str:
    """What the key did, in words."""
    back = "; `rewind` rewinds" if reading.diverged else ""
    return f"lr {setting(before)} → {setting(found.lr)} = {found.formula} ({found.where}){back}"
