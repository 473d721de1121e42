"""Which two directions a map shows: a plane can mislead, so there are several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.arrays import Floats, np
from sim.hessian import Operator, hessian_error
from sim.landscape import Diagonal, Problem
from sim.rng import Stream, fill_normal, stream_keys

SMALL = 200
"""Of so many directions all eigenvectors are computed; of more, Lanczos' method finds the two at the ends."""

STEPS, WORK = 8, 2e8
"""Products of one look, and about how many multiplications they may take where they are more."""

MOST, GOOD = 96, 0.01
"""Products in all, unless curvatures are known within this share of them before."""

FEWEST, BASIS_BYTES = 4, 32e6
"""Vectors of a search at least, and what they and their images may take."""

NOTHING_NEW = 1e-10
"""An image of which no more is left is one of vectors that are there."""

PARTED = 1e-6
"""A second component is known where it is more than this share of the first."""


@dataclass(eq=False)
class Search:
    """Vectors near both ends of the spectrum of the Hessian at x (d,) are among those that were taken.

    These are the first `count` rows of `basis` (m, a), orthonormal, with their `images` (m, a); those (a,)
    that are `waiting` are to be taken next.
    """

    x: Floats
    basis: Floats
    images: Floats
    waiting: list[Floats]
    count: int = 0

    @property
    def bytes(self) -> int:
        """What its arrays take."""
        return self.basis.nbytes + self.images.nbytes

    def go_on(self, operator: Operator, most: int) -> None:
        """Until there are so many vectors, or no new ones: each is what is new in the last image."""
        while self.count < min(most, len(self.basis)) and self.waiting:
            vector, known = self.waiting.pop(0), self.basis[: self.count]
            before = float(np.linalg.norm(vector))
            for _ in range(2):
                vector = vector - (known @ vector) @ known
            length = float(np.linalg.norm(vector))
            if length > NOTHING_NEW * before:
                self.basis[self.count] = vector / length
                self.images[self.count] = operator.times(self.basis[self.count][None])[0]
                self.waiting.append(self.images[self.count])
                self.count += 1


@dataclass(frozen=True, eq=False)
class Ways:
    """One or two orthonormal directions (k, d); `figures` (k,) are what is known of each, `method` how.

    The `figures` are the shares of the walkers' variance, or the curvatures: these are within `error` times
    their own size of an eigenvalue each, which is 0 where they are exact to rounding, and the `search` can go
    on where there is one; `by_differences` all of this is said of a Hessian that is an estimate. There is a
    `reason` where such directions cannot be had.
    """

    rows: Floats
    figures: tuple[float, ...] = ()
    method: str = ""
    reason: str = ""
    error: float = 0.0
    search: Search | None = None
    by_differences: bool = False


Choice = Callable[[Problem, Floats, Floats, int, Ways | None], Ways]
"""`choice(problem, x[d], walkers[n, d], active, before)`: directions through x among so many;
what has to be searched for begins with the directions from before, where there are some."""


def first_coordinates(
    problem: Problem, x: Floats, walkers: Floats, active: int, before: Ways | None = None
) -> Ways:
    """The first two coordinates."""
    units = np.zeros((min(active, 4), len(x)))
    np.fill_diagonal(units, 1.0)
    return Ways(_orthonormal(problem, x, units, active))


def components(problem: Problem, x: Floats, walkers: Floats, active: int, before: Ways | None = None) -> Ways:
    """The two directions along which the walkers (n, d) differ most, and which shares of their variance."""
    if len(walkers) < 2:
        return Ways(walkers[:0], reason="one walker alone differs from nobody")
    apart = np.zeros_like(walkers)
    apart[:, :active] = walkers[:, :active] - walkers[:, :active].mean(axis=0)
    if problem.landscape.constraint:
        apart = Operator(problem, x, len(x)).within(apart)
    squares, rows = _principal(apart)
    wanted, least = min(2, problem.directions(active)), PARTED * max(squares[0] ** 0.5, problem.scales.length)
    if len(squares) < wanted or not squares[wanted - 1] > least**2:
        return Ways(rows[:0], reason="the walkers do not differ in so many directions")
    shares = squares / np.sum(apart * apart)
    return Ways(_orthonormal(problem, x, rows, active), tuple(shares[:wanted].tolist()))


def _principal(apart: Floats) -> tuple[Floats, Floats]:
    """The squares of the two largest singular values of `apart` (n, d), and their directions (2, d).

    By the smaller of the two products of the matrix with itself: of a few walkers in many dimensions, a
    hundredth of the work of a singular value decomposition.
    """
    few = len(apart) < apart.shape[1]
    squares, vectors = np.linalg.eigh(apart @ apart.T if few else apart.T @ apart)
    found = vectors[:, ::-1][:, :2].T
    return squares[::-1][:2], found @ apart if few else found


def at_random(problem: Problem, x: Floats, walkers: Floats, active: int, before: Ways | None = None) -> Ways:
    """Two directions that nobody chose, the same for the same seed."""
    drawn = np.zeros((3, len(x)))
    normals = np.empty((3, active))
    fill_normal(stream_keys(problem.seed, Stream.MAPS, 3), 0, normals)
    drawn[:, :active] = normals
    return Ways(_orthonormal(problem, x, drawn, active))


def curvatures(problem: Problem, x: Floats, walkers: Floats, active: int, before: Ways | None = None) -> Ways:
    """Eigenvectors of the Hessian at x: of the highest eigenvalue across, of the lowest upwards.

    Where there are many directions, these are as good as one look lets them be; another one, that begins with
    what was found `before`, makes them better.
    """
    if problem.unseen:
        return Ways(np.empty((0, len(x))), reason=problem.unseen)
    structure = problem.landscape.hessian
    if isinstance(structure, Diagonal):
        vectors, found = _ends_of_diagonal(structure.diagonal(problem, x)[:active], len(x))
    elif active <= SMALL:
        vectors, found = _ends_of_matrix(problem, x, active)
    else:
        vectors, found = _ends_by_products(problem, x, active, before)
    if found.reason:
        return found
    if not np.isfinite(found.figures).all():
        return Ways(vectors[:0], reason="the Hessian is not finite")
    rows = _orthonormal(problem, x, vectors, active)
    by_differences = hessian_error(problem) > 0.0
    return replace(found, rows=rows, figures=found.figures[: len(rows)], by_differences=by_differences)


def _ends_of_diagonal(values: Floats, dim: int) -> tuple[Floats, Ways]:
    ends = [int(np.argmax(values)), int(np.argmin(values))]
    vectors = np.zeros((2, dim))
    vectors[[0, 1], ends] = 1.0
    if ends[0] == ends[1] and len(values) > 1:  # all alike: any two will do
        vectors[:] = np.eye(2, dim)
    return vectors, Ways(vectors, tuple(values[ends].tolist()), "diagonal")


def _ends_of_matrix(problem: Problem, x: Floats, active: int) -> tuple[Floats, Ways]:
    matrix, vectors = problem.hessian(x, active), np.zeros((2, len(x)))
    if not np.isfinite(matrix).all():
        return vectors, Ways(vectors, (np.nan, np.nan))
    values, columns = np.linalg.eigh(matrix)
    ends, constraint = columns[:, [-1, 0]].T, problem.landscape.constraint
    if constraint and constraint.codimension:
        vectors[:] = ends @ constraint.along(problem, x, np.eye(len(x))).T
    else:
        vectors[:, :active] = ends
    return vectors, Ways(vectors, tuple(values[[-1, 0]].tolist()), "dense")


def _ends_by_products(problem: Problem, x: Floats, active: int, before: Ways | None) -> tuple[Floats, Ways]:
    """Vectors (2, d) near both ends of the spectrum by Lanczos' method, and what is known of them.

    It goes on where it stopped; where the walker has left, it begins with the vectors found there.
    """
    operator, vectors = Operator(problem, x, active), np.zeros((2, len(x)))
    search = before.search if before else None
    room = min(MOST, int(BASIS_BYTES / (16.0 * active)), operator.directions)
    if room < FEWEST:
        return vectors, Ways(vectors, reason="too many coordinates to search for eigenvectors")
    if search is None or not np.array_equal(search.x, x):
        rows = operator.normals(1, 0) if before is None else operator.within(before.rows[:, :active])
        search = Search(x.copy(), np.empty((room, active)), np.empty((room, active)), [*rows])
    most = search.count + max(STEPS, int(WORK / operator.work))
    search.go_on(operator, most)
    if search.count == 1 and not search.waiting:  # all curvatures are alike, as far as is known
        search.waiting.append(operator.normals(2, 0)[1])
        search.go_on(operator, most)
    basis, images = search.basis[: search.count], search.images[: search.count]
    if not np.isfinite(images).all():
        return vectors, Ways(vectors, (np.nan, np.nan))
    values, columns = np.linalg.eigh(basis @ images.T)
    ends, values = columns[:, [-1, 0]].T, values[[-1, 0]]
    vectors[:, :active] = ends @ basis
    left = np.linalg.norm(ends @ images - values[:, None] * vectors[:, :active], axis=1)
    error = float(np.max(left / np.maximum(np.abs(values), np.finfo(float).tiny)))
    goes_on = search.waiting and search.count < room and error > GOOD
    figures = tuple(values.tolist())
    return vectors, Ways(vectors, figures, "Lanczos", error=error, search=search if goes_on else None)


def _orthonormal(problem: Problem, x: Floats, rows: Floats, active: int) -> Floats:
    """The first one or two directions among rows (m, d), tangent to the surface, each a unit vector.

    What is left of a row that is almost a combination of those before it, or leads off the surface, is passed
    over.
    """
    wanted, found = min(2, problem.directions(active)), list[Floats]()
    constraint = problem.landscape.constraint
    for row in rows:
        left, size = np.array(row, dtype=np.float64), float(np.linalg.norm(row))
        if constraint:
            left = Operator(problem, x, len(x)).within(left[None])[0]
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


def bytes_of_search(active: int) -> float:
    """What the vectors of a search along so many directions may take, with their images."""
    is_searched = active > SMALL and 16.0 * FEWEST * active <= BASIS_BYTES
    return min(BASIS_BYTES, 16.0 * MOST * active) if is_searched else 0.0
