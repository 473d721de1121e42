"""What libraries do for the Hessian of a chain or a ring: all eigenvalues, and linear equations.

The diagonal is `middle` (d,), and `beside` it are d − 1 entries, or d for a ring, whose last one couples
the last coordinate with the first. A ring is folded flat: in the order 1, d, 2, d − 1, 3, ... neighbours
are at most two places apart, so that the matrix has two bands on either side, and no corner.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np

Bands = tuple[Floats, Floats]


def leading(bands: Bands, active: int) -> Bands:
    """The bands of the first `active` coordinates: a chain, unless they are a whole ring of three or more."""
    middle, beside = bands
    d = len(middle)
    if len(beside) < d or active < d:
        return middle[:active], beside[: active - 1]
    if d == 1:
        return middle + 2.0 * beside, beside[:0]
    if d == 2:
        return middle, beside[:1] + beside[1:]
    return middle, beside


def eigenvalues(middle: Floats, beside: Floats) -> Floats:
    """All eigenvalues (d,), in O(d²); NaN if an entry is not finite."""
    from scipy.linalg import eigvals_banded

    if not (np.all(np.isfinite(middle)) and np.all(np.isfinite(beside))):
        return np.full_like(middle, np.nan)
    found: Floats = eigvals_banded(_lower(middle, beside, _places(middle, beside)), lower=True)
    return found


def solution(middle: Floats, beside: Floats, right: Floats) -> Floats:
    """The x (d,) for which the matrix times x is `right` (d,), in O(d), with rows exchanged where needed."""
    from scipy.linalg import solve_banded

    places = _places(middle, beside)
    width, d = 1 if isinstance(places, slice) else 2, len(middle)
    matrix = np.empty((2 * width + 1, d))
    matrix[width:] = _lower(middle, beside, places)
    for k in range(1, width + 1):
        matrix[width - k, k:] = matrix[width + k, : d - k]
    folded = np.empty_like(right)
    folded[places] = right
    own = {"overwrite_ab": True, "overwrite_b": True, "check_finite": False}
    found: Floats = solve_banded((width, width), matrix, folded, **own)[places]
    return found


def _places(middle: Floats, beside: Floats) -> Integers | slice:
    """Where each coordinate goes."""
    d = len(middle)
    if len(beside) < d:
        return slice(None)
    order = np.arange(d)
    return np.minimum(2 * order, 2 * (d - order) - 1)


def _lower(middle: Floats, beside: Floats, places: Integers | slice) -> Floats:
    """The diagonal and the one or two bands below it (2 or 3, d), as LAPACK has them."""
    d = len(middle)
    if isinstance(places, slice):
        lower = np.zeros((2, d))
        lower[0], lower[1, : d - 1] = middle, beside
        return lower
    following = np.roll(places, -1)
    lower = np.zeros((3, d))
    lower[0, places] = middle
    lower[np.abs(places - following), np.minimum(places, following)] = beside
    return lower
