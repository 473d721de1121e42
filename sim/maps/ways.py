"""Which two directions a map shows: a plane can mislead, so there are several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian import Operator, lanczos
from sim.hessian.lanczos import affordable_steps
from sim.landscape import Diagonal, Problem
from sim.rng import Stream, fill_normal, stream_keys

SMALL = 200
"""Of so many directions all eigenvectors are computed; of more, Lanczos' method finds the two at the ends."""

FEWEST_STEPS, MOST_STEPS, WORK = 8, 60, 5e8
"""Steps of that, and about how many multiplications they may take where they are more than the fewest."""


@dataclass(frozen=True, eq=False)
class Ways:
    """One or two orthonormal directions (k, d); `figures` (k,) are what is known of each, `method` how.

    The `figures` are the shares of the walkers' variance, or the curvatures. There is a `reason` where such
    directions cannot be had.
    """

    rows: Floats
    figures: tuple[float, ...] = ()
    method: str = ""
    reason: str = ""


Choice = Callable[[Problem, Floats, Floats, int], Ways]
"""`choice(problem, x[d], walkers[n, d], active)`: directions through x, along the first `active` ones."""


def first_coordinates(problem: Problem, x: Floats, walkers: Floats, active: int) -> Ways:
    """The first two coordinates."""
    units = np.zeros((min(active, 4), len(x)))
    np.fill_diagonal(units, 1.0)
    return Ways(_orthonormal(problem, x, units, active))


def components(problem: Problem, x: Floats, walkers: Floats, active: int) -> Ways:
    """The two directions along which the walkers (n, d) differ most, and which shares of their variance."""
    if len(walkers) < 2:
        return Ways(walkers[:0], reason="one walker alone differs from nobody")
    apart = np.zeros_like(walkers)
    apart[:, :active] = walkers[:, :active] - walkers[:, :active].mean(axis=0)
    if problem.landscape.constraint:
        apart = Operator(problem, x, len(x)).within(apart)
    _, sizes, rows = np.linalg.svd(apart, full_matrices=False)
    wanted = min(2, problem.directions(active))
    if len(sizes) < wanted or not sizes[wanted - 1] > 1e-9 * max(float(sizes[0]), problem.scales.length):
        return Ways(rows[:0], reason="the walkers do not differ in so many directions")
    shares = sizes**2 / np.sum(sizes**2)
    return Ways(_orthonormal(problem, x, rows[:2], active), tuple(shares[:wanted].tolist()))


def at_random(problem: Problem, x: Floats, walkers: Floats, active: int) -> Ways:
    """Two directions that nobody chose, the same for the same seed."""
    drawn = np.zeros((3, len(x)))
    normals = np.empty((3, active))
    fill_normal(stream_keys(problem.seed, Stream.MAPS, 3), 0, normals)
    drawn[:, :active] = normals
    return Ways(_orthonormal(problem, x, drawn, active))


def curvatures(problem: Problem, x: Floats, walkers: Floats, active: int) -> Ways:
    """Eigenvectors of the Hessian at x: of the highest eigenvalue across, of the lowest upwards."""
    if problem.unseen:
        return Ways(np.empty((0, len(x))), reason=problem.unseen)
    structure = problem.landscape.hessian
    if isinstance(structure, Diagonal):
        values = structure.diagonal(problem, x)[:active]
        ends = [int(np.argmax(values)), int(np.argmin(values))]
        found, vectors, method = values[ends], np.zeros((2, len(x))), "diagonal"
        vectors[[0, 1], ends] = 1.0
        if ends[0] == ends[1] and active > 1:  # all alike: any two will do
            vectors[:] = np.eye(2, len(x))
    elif active <= SMALL:
        found, vectors, method = _ends_of_matrix(problem, x, active)
    else:
        found, vectors, method = _ends_by_lanczos(problem, x, active)
    if not np.isfinite(found).all():
        return Ways(vectors[:0], reason="the Hessian is not finite")
    wanted = min(2, problem.directions(active))
    return Ways(_orthonormal(problem, x, vectors, active), tuple(found[:wanted].tolist()), method)


def _ends_of_matrix(problem: Problem, x: Floats, active: int) -> tuple[Floats, Floats, str]:
    matrix = problem.hessian(x, active)
    if not np.isfinite(matrix).all():
        return np.full(2, np.nan), np.zeros((2, len(x))), ""
    values, columns = np.linalg.eigh(matrix)
    vectors, constraint = np.zeros((2, len(x))), problem.landscape.constraint
    ends = columns[:, [-1, 0]].T
    if constraint and constraint.codimension:
        vectors[:] = ends @ constraint.along(problem, x, np.eye(len(x))).T
    else:
        vectors[:, :active] = ends
    return values[[-1, 0]], vectors, "dense"


def _ends_by_lanczos(problem: Problem, x: Floats, active: int) -> tuple[Floats, Floats, str]:
    operator = Operator(problem, x, active)
    steps = int(max(FEWEST_STEPS, min(MOST_STEPS, WORK / operator.work)))
    krylov = lanczos(operator, operator.normals(1, 0)[0], min(steps, affordable_steps(operator.size, steps)))
    if not krylov.finite:
        return np.full(2, np.nan), np.zeros((2, len(x))), ""
    values, columns = krylov.ritz()
    vectors = np.zeros((2, len(x)))
    vectors[:, :active] = columns[:, [-1, 0]].T @ krylov.basis
    return values[[-1, 0]], vectors, f"Lanczos, {len(values)} steps"


def _orthonormal(problem: Problem, x: Floats, rows: Floats, active: int) -> Floats:
    """The first one or two directions among rows (m, d), tangent to the surface, each a unit vector.

    What is left of a row that is almost a combination of those before it is passed over.
    """
    wanted, found = min(2, problem.directions(active)), list[Floats]()
    constraint = problem.landscape.constraint
    for row in rows:
        left = np.array(row, dtype=np.float64)
        if constraint:
            left = Operator(problem, x, len(x)).within(left[None])[0]
        size = float(np.linalg.norm(left))
        for _ in range(2):
            for before in found:
                left -= (left @ before) * before
        length = float(np.linalg.norm(left))
        if length > 1e-6 * size and len(found) < wanted:
            found.append(left / length)
    return np.array(found).reshape(len(found), len(x))


CHOICES: dict[str, Choice] = {
    "coordinates": first_coordinates,
    "components": components,
    "curvatures": curvatures,
    "random": at_random,
}
"""The ways to choose, by name."""
