"""Measure rows and print one JSON object; `--help` lists them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from . import machine
from .rows import ROWS


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    listing = "\n".join(f"  {row.name:24}{row.what}" for row in ROWS.values())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure the budgets and print one JSON object.",
        epilog=f"rows:\n{listing}\n\nTimes mean little while the machine does something else.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to measure (all of them without)")
    parser.add_argument("--smoke", action="store_true", help="once each: shows that they run, not how fast")
    chosen = parser.parse_args(words)
    for name in chosen.rows:
        if name not in ROWS:
            parser.error(f"there is no row {name!r}; accepted: {', '.join(ROWS)}")
    return chosen


def main() -> None:
    """Print the report; each row's name goes to standard error as it begins."""
    chosen = arguments()
    reports = {}
    for name in chosen.rows or ROWS:
        row = ROWS[name]
        print(f"{name}: {row.what} ...", file=sys.stderr, flush=True)
        reports[name] = {"what": row.what, **row.measure(1 if chosen.smoke else row.repetitions).report()}
    print(json.dumps({"machine": machine.facts(), "rows": reports}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
