"""The chart shows what is in the report."""

from __future__ import annotations

from typing import Any

import pytest

from .rows.cost import DIMS, SHAPES

pytest.importorskip("matplotlib", reason="charts of the benchmarks are drawn where matplotlib is installed")


def test_every_point_is_in_the_chart() -> None:
    from .chart import drawn

    def point(landscape: str, optimizer: str, walkers: int, dim: int) -> dict[str, Any]:
        shares = {"share_of_arithmetic": 0.25, "share_of_bandwidth": 0.5}
        rate = {"million_coordinate_steps_per_s": float(walkers + dim)}
        return {
            "landscape": landscape,
            "optimizer": optimizer,
            "walkers": walkers,
            "dim": dim,
            **shares,
            **rate,
        }

    pairs = {"cost-landscapes": [("bowl", "gd"), ("well", "gd")], "cost-optimizers": [("rastrigin", "gd")]}
    report = {
        "rows": {
            row: {"facts": {"points": [point(*pair, *shape) for pair in chosen for shape in SHAPES]}}
            for row, chosen in pairs.items()
        }
    }
    dims, crowds, shares, *below = drawn(report).axes
    assert [len(axes.lines) for axes in (dims, crowds)] == [2, 2]
    assert [label.get_text() for label in shares.get_yticklabels()] == ["bowl", "well"]
    assert list(dims.lines[0].get_xdata()) == list(DIMS)
    assert list(dims.lines[0].get_ydata()) == [1e6 * (64 + dim) for dim in DIMS]
    assert sorted(float(line.get_xdata()[0]) for line in shares.lines)[-4:] == [0.25, 0.25, 0.5, 0.5]
    assert len(below[0].lines) == 1
