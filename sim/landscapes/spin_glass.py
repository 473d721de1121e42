"""The spherical p-spin glass (Crisanti and Sommers 1992): a random polynomial of degree p on a sphere.

    H(x) = d^−(p−1)/2 Σ Jᵢⱼ…ₖ xᵢxⱼ…xₖ,   |x|² = d        J ~ N(0, 1), one for every p indices in order

No point of the sphere is special: E H = 0 everywhere, and E H(x)H(y) = d qᵖ, where q = x·y/d is the overlap.
The loss grows with d, so what to compare is e = H/d. On the sphere a walker has d − 1 directions, and along
them the Hessian at a point of height e is √(p(p−1)/d) G − p e, with G of the Gaussian orthogonal ensemble: a
semicircle of radius 2√(p(p−1)) about −pe. The height alone decides the share of falling directions,

    F(pe/√(p(p−1))),   F(u) = ½ + u√(4 − u²)/(4π) + asin(u/2)/π        for p = 3: 0.5 at e = 0, 0.14 at e = −1

and below the threshold −2√((p−1)/p) none is left: above it are saddles, between it and the lowest point
are minima, e^(O(d)) of them (Auffinger, Ben Arous and Černý 2013).

                 p = 2      p = 3      p = 4
    threshold   −1.4142    −1.6330    −1.7321
    lowest      −1.4142    −1.6570    −1.7941

For p = 2 the critical points are the eigenvectors of a random matrix, one pair of them minima: nobody gets
stuck. For p > 2 descent from random starts comes to the threshold and no further as d → ∞ (Cugliandolo and
Kurchan 1993), each walker somewhere else; where d is small it stays well above, for p = 3 at −1.52 when
d = 50 and −1.55 when d = 180. Physicists often give J half the variance: their energies are these over √2.

Steps follow the gradient's part along the sphere and are brought back to |x|² = d. So is Langevin's noise,
and as lr → 0 its walkers come to be distributed as exp(−H/temperature) on the sphere: what leads off it is
of second order in the noise, and just what the sphere's curvature asks for. With full couplings Adam and
other rules of single coordinates are as good as in any other basis, none being special; diluted ones have
axes, and such rules know them. What they and momentum remember is not turned with the sphere. The null
control is refused: its steps, once back on the sphere, would be shorter than those of its pair. A walker at 0
has no direction to be brought back along, and counts as diverged: starts of radius 0 are no starts here. In
one dimension the sphere is two points, and there is nowhere to go.

Unless somebody chooses, couplings are full up to d = 500 and diluted above. `full` ones take d², d³/3 or
d⁴/12 numbers. `diluted` ones are a sample of the tensor's entries, so many
for each coordinate to lead, the other indices uniform, and variances raised to make up for the rest; they
take p numbers each. Averaged over their places, too, the covariance is d qᵖ; in one landscape it is not, and
points along few axes stand out. That matters: with all its weight on the p coordinates of one product, of
m that each coordinate leads, a walker comes to e = −|J| d^(p/2−1)/√(m pᵖ). For p > 2 and large d that is
far below any spread-out point, so that walkers condense onto a few coordinates, unless m is about d^(p−2):
not a larger piece of the same glass, but a landscape of its own.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.optimizer import Trait
from sim.parameters import Choice, Parameter
from sim.sphere import SPHERE, covariant_hessian, projected
from sim.spins import diluted, full
from sim.spins.diluted import gradient as diluted_gradient
from sim.spins.full import gradient as full_gradient
from sim.theory import Semicircle

HEAD = 3  # parameters: p, the terms that each coordinate leads (0: all that there are), c, then the couplings

SCATTERED, STEM = 20.0, 1e5
"""What an entry found by its index, and a round of Python's loop, take, in multiplications."""

LARGEST_FULL = 500
"""Up to here couplings are full unless somebody chooses: for p = 3, 334 MB."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """H and its gradient in the space round the sphere."""
    p, terms, height = int(parameters[0]), int(parameters[1]), parameters[2]
    couplings = parameters[HEAD:]
    if terms == 0:
        full_gradient(x, p, couplings, value, gradient)
    else:
        diluted_gradient(x, p, terms, couplings, value, gradient)
    for i in range(x.shape[0]):
        value[i] *= height
        for j in range(x.shape[1]):
            gradient[i, j] *= height


def unpacked(problem: Problem) -> tuple[int, int, float, Floats]:
    """Order p, terms that each coordinate leads (0: all), c, and the couplings."""
    p, terms, height = problem.parameters[:HEAD]
    return int(p), int(terms), float(height), problem.parameters[HEAD:]


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The covariant Hessian (d − 1, d − 1) at x (d,)."""
    p, terms, height, couplings = unpacked(problem)
    found = diluted.hessian(x, p, terms, couplings) if terms else full.hessian(x, p, couplings)
    found *= height
    return covariant_hessian(x, problem.value_and_gradient(x)[1], found)


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The covariant Hessian times the parts of v (k, d) along the sphere; as vectors of the space round it.

    ∇H is a polynomial of degree p − 1 in t at x + tv, whose linear term is wanted: half the difference of its
    values at t = 1 and −1 holds nothing else but, for p = 4, the cubic term, which is ∇H at v.
    """
    tangential = projected(x, v)
    lengths = np.sqrt(np.einsum("ij,ij->i", tangential, tangential))
    size = np.divide(np.sqrt(x @ x), lengths, out=np.ones_like(lengths), where=lengths > 0.0)[:, None]
    step = size * tangential  # as long as x, so that nothing cancels

    def slope(at: Floats) -> Floats:
        return problem.value_and_gradient(at)[1]

    product = 0.5 * (slope(x + step) - slope(x - step))
    if problem.settings["p"] == 4.0:
        product -= slope(step)
    bent: Floats = projected(x, product) / size - (x @ slope(x) / (x @ x)) * tangential
    return bent


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws the couplings."""
    p, terms = int(settings["p"]), leads(settings)
    parameters = np.empty(HEAD + int(couplings(dim, settings)))
    if terms:
        parameters[:HEAD] = p, terms, 1.0 / math.sqrt(terms)
        diluted.draw(dim, seed, p, terms, parameters[HEAD:])
    else:
        parameters[:HEAD] = p, 0, float(dim) ** (-0.5 * (p - 1))
        full.draw(dim, seed, p, parameters[HEAD:])
    return parameters


def leads(settings: Settings) -> int:
    """How many terms each coordinate leads; 0 where there are all terms."""
    return int(settings["connections"]) if settings["couplings"] == "diluted" else 0


def couplings(dim: int, settings: Settings) -> float:
    """How many numbers the couplings are."""
    p, terms = int(settings["p"]), leads(settings)
    return diluted.count(dim, p, terms) if terms else full.count(dim, p)


def scales(dim: int, settings: Settings) -> Scales:
    """The upper edge of the spectrum at the threshold, 4√p(p − 1), and a few times what varies about it.

    Where diluted, twice the curvature beside that at a walker with all its weight on the largest product.
    """
    p, terms = settings["p"], leads(settings)
    curvature = 4.0 * math.sqrt(p * (p - 1.0)) * (1.0 + 1.0 / math.sqrt(dim))
    if terms:
        largest = math.sqrt(2.0 * math.log1p(float(dim) * terms))
        curvature += 4.0 * largest / math.sqrt(terms) * (dim / p) ** (0.5 * p - 1.0)
    return Scales(curvature=curvature, length=1.0)


def semicircle(problem: Problem, x: Floats, value: float) -> Semicircle | None:
    """√(p(p−1)/d) G − p e, with G of d − 1 rows; none for diluted couplings, whose Hessian is sparse."""
    p, dim = problem.settings["p"], problem.dim
    if leads(problem.settings) or dim < 2:
        return None
    return Semicircle(-p * value / dim, 2.0 * math.sqrt(p * (p - 1.0) * (dim - 1.0) / dim))


def hessian_making(problem: Problem, active: int) -> float:
    """About how many multiplications the matrix takes.

    Each term of a diluted glass adds to p(p − 1)/2 entries, SCATTERED for each coordinate in it; a full one's
    couplings come once, in STEM for each of the matrices that they are kept in. And the tangent's basis.
    """
    dim, p, terms = problem.dim, int(problem.settings["p"]), leads(problem.settings)
    if terms:
        making = SCATTERED * dim * terms * p**2
    else:
        making = couplings(dim, problem.settings) + STEM * math.comb(dim + p - 3, p - 2)
    return making + 40.0 * dim**2


def hessian_multiplying(problem: Problem) -> float:
    """About how many multiplications a product takes, of three or four gradients that read all couplings."""
    entries = couplings(problem.dim, problem.settings)
    return 4.0 * SCATTERED * entries * (problem.settings["p"] if leads(problem.settings) else 1.0)


def hessian_bytes(active: int, dim: int, settings: Settings) -> float:
    """The matrix and what is added to it, the tangent's basis, and what some terms of a diluted one add."""
    return 8.0 * (4.0 * active**2 + diluted.PASSING * min(diluted.AT_ONCE, dim * leads(settings)))


LANDSCAPE = Landscape(
    title="Spin glass",
    formula="d^−(p−1)/2 Σ Jᵢⱼ…ₖ xᵢxⱼ…xₖ,  |x|² = d",
    parameters=(
        Parameter("p", 3.0, "coordinates in each product", low=2.0, high=4.0, whole=True),
        Choice(
            "couplings",
            lambda dim: "full" if dim <= LARGEST_FULL else "diluted",
            ("full", "diluted"),
            "every product of coordinates, or a few at random",
        ),
        Parameter(
            "connections",
            4.0,
            "products led by each coordinate, where diluted",
            low=1.0,
            high=1e6,
            whole=True,
        ),
    ),
    gradient=gradient,
    hessian=Dense(
        hessian,
        hessian_product,
        making=hessian_making,
        multiplying=hessian_multiplying,
        scratch=hessian_bytes,
    ),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * (HEAD + couplings(dim, settings)),
    lighter=lambda settings: "couplings=diluted" if settings["couplings"] == "full" else "",
    box=lambda settings: (-math.sqrt(3.0), math.sqrt(3.0)),
    scales=scales,
    block_rows=lambda dim: 32,
    constraint=SPHERE,
    semicircle=semicircle,
    refuses={
        Trait.DECAYS: "all points are equally far from 0",
        Trait.FOLLOWS: "its steps would be shorter than those, once brought back to the sphere",
    },
    may_be_negative=True,
)
