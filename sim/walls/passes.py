"""How low a path two walkers can be joined by, as more coordinates are free to move."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.parameters import neighbour
from sim.walls.band import Path, looks, lowered, measured, spaced
from sim.walls.company import Company
from sim.walls.ground import Draw, gradient_work, normals, rise
from sim.walls.line import CAREFUL, HASTY, Care, Line, straight
from sim.walls.slice import Slice

IMAGES, HURRIED = 21, 9
"""Images of a path, ends included; and in a hurry."""

MOVES, FEWEST_MOVES = 400, 12
"""Moves of a path's images for one number of free coordinates."""

MOVING = 60.0
"""Multiplications that moving and spacing an image takes for each coordinate."""

SCREENED = 16
"""Walkers, nearest first, to which straight lines are drawn until there is a wall on one."""

SCREEN = 33
"""Points of such a line, about."""

SMALL = 1e-6
"""What is below this share of curvature × length² is no wall."""

NUMBERS = 1 << 22
"""Coordinates of a path's images at most: what does not fit is not freed."""

BEND, SLIGHT_BEND = 0.25, 0.025
"""How far a path bends away at first, in parts of its length: from the straight one, and from a known one."""

ONE_BY_ONE = 256
"""Up to so many free coordinates, paths that change one after the other are looked at."""


@dataclass(frozen=True, eq=False)
class Passes:
    """With `free` (k,) coordinates free, paths are known that rise by no more than `walls` (k,).

    A wall is the highest loss on the way less that of the higher end: an upper bound, as a lower path may
    exist. It never rises along the list, as every path is also one with more coordinates free. The first
    entry is the straight line, with none free. `complete` says whether the last one is all there are. Paths
    are looked at every `spacing` length scales, at most: what is narrower can be missed.
    """

    free: Integers
    walls: Floats
    complete: bool
    spacing: float


def ladder(problem: Problem, most: int) -> list[int]:
    """2, 3, 4, 5, 10, 20, 50, ... and all coordinates, up to `most`; on a constraint all or none."""
    dim = problem.dim
    if problem.landscape.constraint:
        return [dim] if dim <= most else []
    rungs, rung = [], 2
    while rung < dim:
        rungs.append(rung)
        rung = rung + 1 if rung < 5 else int(neighbour(float(rung), up=True))
    return [rung for rung in (*rungs, dim) if rung <= most]


@dataclass(frozen=True)
class Plan:
    """How many images a path has, and how many moves each start takes for each of the `rungs`."""

    rungs: tuple[int, ...]
    images: int
    moves: int
    starts: int
    care: Care


def plan(problem: Problem, distance: float, work: float) -> Plan | None:
    """What can be had for `work` multiplications, `distance` being that of the ends.

    None where that is not one path worth the name.
    """
    evaluations = work / (gradient_work(problem) + MOVING * problem.dim)
    for images, starts, care in ((IMAGES, 2, CAREFUL), (HURRIED, 1, HASTY)):
        rungs = ladder(problem, NUMBERS // images)
        points = (images - 1) * looks(distance / (images - 1), problem.scales.length, care)
        looking = (2.0 * starts + 1.0) * (points + care.evaluations)

        def moves(
            rungs: list[int], starts: int = starts, images: int = images, looking: float = looking
        ) -> float:
            one_by_one = sum(4.0 * rung for rung in rungs if rung <= ONE_BY_ONE)
            return ((evaluations - one_by_one) / len(rungs) - looking) / (starts * images)

        while len(rungs) > 2 and moves(rungs) < 6 * FEWEST_MOVES:
            del rungs[1:-1:2]
        if len(rungs) == 2 and moves(rungs) < FEWEST_MOVES:
            del rungs[0]
        if rungs and moves(rungs) >= FEWEST_MOVES:
            return Plan(tuple(rungs), images, int(min(MOVES, moves(rungs))), starts, care)
    return None


@dataclass(frozen=True, eq=False)
class Screened:
    """The first of the others, nearest first, with a wall on the straight `line` to it, if there is any.

    Lines were drawn to `count` of them.
    """

    place: int
    line: Line | None
    count: int


def screened(company: Company, problem: Problem, work: float) -> Screened:
    """The nearest walker behind a wall; lines to at most `SCREENED` walkers are drawn."""
    order, _ = company.by_distance()
    affordable = work / gradient_work(problem)
    care = CAREFUL if affordable > 4.0 * CAREFUL.evaluations else HASTY
    each = float(SCREEN + care.evaluations)
    most = int(max(1, min(SCREENED, affordable / each)))
    least = SMALL * problem.scales.curvature * problem.scales.length**2
    for place in order[:most]:
        line = straight(problem, company.here, company.others[place], 4.0 * each if most > 1 else each)
        if line.barrier is not None and line.barrier > least:
            return Screened(int(place), line, min(most, len(order)))
    return Screened(-1, None, min(most, len(order)))


def passes(problem: Problem, a: Floats, b: Floats, line: Line, chosen: Plan, step: int) -> Passes:
    """The walls between a and b (d,), for each number of free coordinates of a plan.

    For each, a path begins at the best one with fewer free coordinates, bent a little, and another one at the
    straight line, bent far, each in a random direction; where there are few, a third changes one coordinate
    after the other.
    """
    floor = float(max(line.losses[0], line.losses[-1]))
    free, walls, spacing = [0], [float(line.barrier or 0.0)], line.spacing
    before: tuple[Slice, Path] | None = None
    for number, rung in enumerate(chosen.rungs):
        ground = Slice(problem, a, b, rung)
        best = _best(ground, before, chosen, step, number, floor)
        free.append(rung)
        walls.append(min(walls[-1], rise(problem, best.top.value, floor)))
        spacing = max(spacing, best.spacing)
        before = ground, best
    return Passes(np.array(free), np.array(walls), chosen.rungs[-1] == problem.dim, spacing)


def _best(
    ground: Slice, before: tuple[Slice, Path] | None, chosen: Plan, step: int, number: int, floor: float
) -> Path:
    """The lowest of the paths that are found."""
    line = ground.settled(spaced(ground.ends, chosen.images))
    known = ground.widened(before[1].images, before[0]) if before else line
    best = measured(ground, known, chosen.care)
    bends = normals(ground.problem, Draw.BENDS, step, 2 * number, 2, ground.size)
    bends /= np.linalg.norm(bends, axis=1, keepdims=True)
    starts = [(spaced(known, chosen.images), SLIGHT_BEND * bends[0]), (line, BEND * bends[1])]
    if ground.free <= ONE_BY_ONE and not ground.problem.landscape.constraint and best.top.value > floor:
        best = min(best, measured(ground, one_by_one(ground), chosen.care), key=_height)
    hump = np.sin(math.pi * np.linspace(0.0, 1.0, chosen.images))[:, None]
    length = float(np.linalg.norm(ground.b - ground.a))
    for images, bend in starts[: chosen.starts]:
        if best.top.value <= floor:
            break
        bent = ground.settled(images + length * hump * bend)
        bent[0], bent[-1] = images[0], images[-1]
        best = min(best, lowered(ground, bent, chosen.moves, chosen.care), key=_height)
    return best


def _height(path: Path) -> float:
    return path.top.value


def one_by_one(ground: Slice) -> Floats:
    """Images (size + 1, size) of the path on which one number after the other goes from a's to b's.

    Those whose change lowers the loss the most come first, as it is when the others are a's.
    """
    start, end = ground.ends
    alone = np.tile(start, (ground.size, 1))
    np.fill_diagonal(alone, end)
    order = np.argsort(ground.values(alone), kind="stable")
    images = np.tile(start, (ground.size + 1, 1))
    for k, place in enumerate(order, start=1):
        images[k:, place] = end[place]
    moved = np.concatenate(([True], start[order] != end[order]))
    return images[moved]
