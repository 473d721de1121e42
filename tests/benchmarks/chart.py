"""Draw what a coordinate-step costs into `assets/cost.svg`.

python -m tests.benchmarks cost-landscapes cost-optimizers > cost.json
python -m tests.benchmarks.chart cost.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.assets import asset

from .rows.cost import CROWDS, DIM, DIMS, WALKERS

Point = dict[str, Any]

INK = "#808080"
"""Readable on a light page and on a dark one; so are the colours, and the background is none."""

COLOURS = ("#4477aa", "#ee6677", "#228833", "#b8a020", "#33a0c8", "#aa3377", "#808080")
LINES, MARKERS = ("-", "--"), "os^Dv"
SHARES_DIM = 1000
EXPONENTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


STYLE = {
    "svg.fonttype": "none",  # letters stay letters
    "svg.hashsalt": "cost",  # the same report gives the same file
    "font.family": "sans-serif",
    "font.size": 9,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}
TITLES = {"landscape": "gd on every landscape", "optimizer": "every optimizer on Rastrigin"}


def drawn(report: dict[str, Any]) -> Figure:
    """Landscapes above, optimizers below: against dimensions, against walkers, and shares of the limits."""
    figure = Figure(figsize=(11, 8.4), layout="constrained")
    figure.patch.set_alpha(0.0)
    rows = figure.subplots(2, 3, width_ratios=(1.0, 1.0, 0.9))
    for (dims, crowds, shares), (kind, title) in zip(rows, TITLES.items(), strict=True):
        points = report["rows"][f"cost-{kind}s"]["facts"]["points"]
        names = sorted({point[kind] for point in points})
        rates(dims, [of(points, kind, name, walkers=WALKERS) for name in names], "dim", DIMS)
        rates(crowds, [of(points, kind, name, dim=DIM) for name in names], "walkers", (*CROWDS, WALKERS))
        crowds.sharey(dims)
        dims.set(
            title=f"{title}, {WALKERS} walkers", xlabel="dimensions d", ylabel="coordinate-steps/s, one core"
        )
        crowds.set(title=f"d = {DIM}", xlabel="walkers")
        limits(shares, names, [of(points, kind, name, walkers=WALKERS, dim=SHARES_DIM) for name in names])
    return figure


def of(points: list[Point], kind: str, name: str, **entries: int) -> list[Point]:
    """The points of one landscape or optimizer that have these entries."""
    return [
        p for p in points if p[kind] == name and all(p[entry] == value for entry, value in entries.items())
    ]


def rates(axes: Axes, lines: list[list[Point]], against: str, ticks: tuple[int, ...]) -> None:
    """A line a name, both axes logarithmic."""
    plain(axes)
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(
        ticks, [f"{tick:g}" if tick < 1e4 else f"10{EXPONENTS[len(str(tick)) - 1]}" for tick in ticks]
    )
    axes.minorticks_off()
    for number, line in enumerate(lines):
        points = sorted(line, key=lambda point: point[against])
        rate = [1e6 * point["million_coordinate_steps_per_s"] for point in points]
        axes.plot([point[against] for point in points], rate, **look(number))


def limits(axes: Axes, names: list[str], lines: list[list[Point]]) -> None:
    """How near each comes to what the core can do; the names are the legend of the lines, too."""
    plain(axes)
    axes.set(title=f"share of limits, {WALKERS} × {SHARES_DIM}", xlim=(0.0, 1.0))
    axes.set_xlabel("● arithmetic   ○ bandwidth of the cache")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0, pad=38)
    for number, points in enumerate(lines):
        axes.plot([-0.12, -0.03], [number] * 2, **look(number), clip_on=False)
        for point in points:
            for share, fill in (("share_of_arithmetic", "full"), ("share_of_bandwidth", "none")):
                mark = {"marker": "o", "markersize": 6, "fillstyle": fill, "color": look(number)["color"]}
                axes.plot(point[share], number, **mark, clip_on=False)


def look(number: int) -> dict[str, Any]:
    """Colour, line and mark of the n-th name: no two are the same."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": LINES[number // len(COLOURS) % len(LINES)],
        "marker": MARKERS[number % len(MARKERS)],
        "markersize": 3.5,
        "linewidth": 1.2,
    }


def plain(axes: Axes) -> None:
    """Two axes and a faint grid on nothing."""
    axes.patch.set_alpha(0.0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, color=INK, linewidth=0.5)


def main() -> None:
    """From a report of the benchmarks to `assets/cost.svg`."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with mpl.rc_context(STYLE):
        drawn(report).savefig(asset("cost.svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
