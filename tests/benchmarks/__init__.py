"""The measured budgets, row by row: `python -m tests.benchmarks` prints one JSON object.

Nothing here passes or fails. Every comparison is a ratio of medians of one run, its sides taken in turn,
on the same work, whose results are compared before any time counts.
"""
