"""A low path between two points: a chain of images that slide down, and one that climbs to the pass.

The *string* (E, Ren and Vanden-Eijnden 2002; 2007): images move down the slope across the path and are spaced
evenly again, until the path follows valleys. Then the highest image *climbs* (Henkelman, Uberuaga and Jónsson
2000): it goes up along the path and down across it, which leads to a saddle. Images move as in FIRE
(Bitzek et al. 2006): with inertia, while that goes downhill, in steps that grow until it does not.

Whatever is found, the highest loss along it is an upper bound of the lowest pass, and no more: a lower path
may exist. The path is straight between images, and its highest place is looked for closely.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.walls.line import CAREFUL, PER_LENGTH, Care, Top, highest
from sim.walls.slice import Slice

LOOKS, MOST_LOOKS = 5, 33
"""Points at which a path is looked at from one image to the next."""

GROW, SHRINK, PATIENCE = 1.1, 0.5, 5
"""FIRE: the step grows after so many good ones, and shrinks after a bad one."""

INERTIA, CALMER = 0.1, 0.99
"""FIRE: how much of the speed is turned towards the force, and how that share fades."""

LONGEST = 10.0
"""How many times as long as the estimated curvature allows a step may become."""


@dataclass(frozen=True, eq=False)
class Path:
    """Images (m, size) of a slice, ends included, and the highest place of the lines between them.

    They are looked at every `spacing` length scales: what is narrower can be missed.
    """

    images: Floats
    top: Top
    spacing: float


def distances(images: Floats) -> Floats:
    """From each image (m, size) to the next (m − 1,)."""
    steps = np.diff(images, axis=0)
    lengths: Floats = np.sqrt(np.einsum("ij,ij->i", steps, steps))
    return lengths


def spaced(images: Floats, count: int) -> Floats:
    """`count` images, evenly apart along the lines between these (m, size); the ends stay."""
    steps = distances(images)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    if not (np.isfinite(along[-1]) and along[-1] > 0.0):
        return images if len(images) == count else images[np.linspace(0, len(images) - 1, count).astype(int)]
    wanted = np.linspace(0.0, along[-1], count)
    place = np.clip(np.searchsorted(along, wanted, side="right") - 1, 0, len(steps) - 1)
    share = (wanted - along[place]) / np.where(steps[place] > 0.0, steps[place], 1.0)
    found: Floats = images[place] + share[:, None] * (images[place + 1] - images[place])
    found[0], found[-1] = images[0], images[-1]
    return found


def looks(longest: float, scale: float, care: Care) -> int:
    """At how many points a path is looked at from one image to the next, `longest` apart; few in haste."""
    return int(min(max(LOOKS, PER_LENGTH * longest / scale), MOST_LOOKS if care == CAREFUL else LOOKS))


def measured(ground: Slice, images: Floats, care: Care) -> Path:
    """The images with the highest place of their path."""

    def height(shares: Floats) -> Floats:
        at = shares * (len(images) - 1)
        place = np.minimum(at.astype(np.int64), len(images) - 2)
        share = (at - place)[:, None]
        return ground.values(ground.settled((1.0 - share) * images[place] + share * images[place + 1]))

    longest, scale = float(distances(images).max()), ground.problem.scales.length
    count = looks(longest, scale, care)
    shares = np.linspace(0.0, 1.0, count * (len(images) - 1) + 1)
    return Path(images, highest(height, shares, height(shares), care), longest / count / scale)


def tangents(images: Floats, heights: Floats) -> Floats:
    """Unit vectors (m − 2, size) along the path at its inner images: towards the higher neighbour.

    At a highest or lowest image both count, the steeper way more (Henkelman and Jónsson 2000).
    """
    after, before = images[2:] - images[1:-1], images[1:-1] - images[:-2]
    up, down = heights[2:] - heights[1:-1], heights[1:-1] - heights[:-2]
    large, small = np.maximum(np.abs(up), np.abs(down)), np.minimum(np.abs(up), np.abs(down))
    ahead = heights[2:] > heights[:-2]
    turning = up * down <= 0.0
    weight_after = np.where(turning, np.where(ahead, large, small), np.where(up > 0.0, 1.0, 0.0))
    weight_before = np.where(turning, np.where(ahead, small, large), np.where(up > 0.0, 0.0, 1.0))
    flat = (weight_after == 0.0) & (weight_before == 0.0)
    weight_after, weight_before = np.where(flat, 1.0, weight_after), np.where(flat, 1.0, weight_before)
    found = weight_after[:, None] * after + weight_before[:, None] * before
    lengths = np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]
    units: Floats = np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0.0)
    return units


class Band:
    """Images on the move."""

    def __init__(self, ground: Slice, images: Floats) -> None:
        self.ground, self.images = ground, images
        self.speed = np.zeros_like(images[1:-1])
        self.unit = 0.5 / np.sqrt(ground.problem.scales.curvature)
        self.step, self.turn, self.good = self.unit, INERTIA, 0

    def move(self, climber: int | None = None) -> bool:
        """One step of all inner images, of which one may climb; False where the loss is not finite."""
        heights, slopes = self.ground.values_and_slopes(self.images)
        if not (np.all(np.isfinite(heights)) and np.all(np.isfinite(slopes))):
            return False
        along, force = tangents(self.images, heights), -slopes[1:-1]
        share = np.einsum("ij,ij->i", force, along)
        if climber is not None:
            share[climber - 1] *= 2.0
        force -= share[:, None] * along
        self._go(force)
        return True

    def _go(self, force: Floats) -> None:
        power = float(np.sum(force * self.speed))
        size = float(np.sqrt(np.sum(force * force)))
        if power > 0.0:
            speed = float(np.sqrt(np.sum(self.speed * self.speed)))
            self.speed *= 1.0 - self.turn
            if size > 0.0:
                self.speed += (self.turn * speed / size) * force
            self.good += 1
            if self.good > PATIENCE:
                self.step = min(GROW * self.step, LONGEST * self.unit)
                self.turn *= CALMER
        else:
            self.speed[:] = 0.0
            self.step, self.turn, self.good = SHRINK * self.step, INERTIA, 0
        self.speed += self.step * force
        moves = self.step * self.speed
        lengths = np.sqrt(np.einsum("ij,ij->i", moves, moves))
        most = 0.5 * self.ground.problem.scales.length
        moves *= np.minimum(1.0, most / np.maximum(lengths, 1e-300))[:, None]
        self.images[1:-1] += moves
        self.ground.settled(self.images[1:-1])

    def space(self, climber: int | None = None) -> None:
        """Space the images evenly, on either side of the climber."""
        if climber is None:
            self.images = spaced(self.images, len(self.images))
        else:
            before, after = self.images[: climber + 1], self.images[climber:]
            self.images = np.concatenate((spaced(before, len(before)), spaced(after, len(after))[1:]))
        self.ground.settled(self.images[1:-1])


def lowered(ground: Slice, images: Floats, moves: int, care: Care) -> Path:
    """A path that began at these images (m, size), after so many moves: half of them with a climber.

    The lower one of the path before the climb and the path after it.
    """
    band = Band(ground, images.copy())
    for number in range(moves // 2):
        if not band.move():
            break
        if number % 4 == 3:
            band.space()
    found = measured(ground, band.images, care)
    images, climber = with_climber(ground, found)
    if climber is None:
        return found
    band = Band(ground, images)
    for number in range(moves - moves // 2):
        if not band.move(climber):
            break
        if number % 4 == 3:
            band.space(climber)
    climbed = measured(ground, band.images, care)
    return climbed if climbed.top.value < found.top.value else found


def with_climber(ground: Slice, path: Path) -> tuple[Floats, int | None]:
    """The images, one of them moved to the highest place, and which one; None if that place is an end."""
    last = len(path.images) - 1
    at = path.top.share * last
    if not 0.0 < at < last or not np.isfinite(path.top.value):
        return path.images, None
    place = min(int(at), last - 1)
    share, climber = at - place, min(max(round(at), 1), last - 1)
    images = path.images.copy()
    images[climber] = (1.0 - share) * path.images[place] + share * path.images[place + 1]
    ground.settled(images[climber : climber + 1])
    return images, climber
