"""The benchmarks run; how fast anything is, no test says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_every_row_reports_what_it_measured() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--smoke"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["machine"]["cores"] >= 1
    assert len(report["rows"]) > 10
    for name, row in report["rows"].items():
        assert row["repetitions"] == 1, name
        assert row["medians"], name
        assert all(value >= 0.0 for value in row["medians"].values()), name
        assert all({"what", "measured", "met"} <= budget.keys() for budget in row["budgets"]), name
