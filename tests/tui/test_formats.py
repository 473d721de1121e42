"""Numbers as they stand on the screen."""

from __future__ import annotations

import pytest

from tui.cells import ASCII, cells, changed_span, fitted, in_ascii, joined, runs
from tui.formats import brief_whole, duration, number, power_of_ten, rate, setting, whole
from tui.giants import beside
from tui.screens.parameter_view import _shortened


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.00"),
        (-16.234, "−16.2"),
        (0.0472, "0.0472"),
        (123456.0, "1.23e5"),
        (2.346e-4, "2.35e−4"),
        (999.6, "1000"),
        (99999.4, "99999"),
        (1e300, "1.00e300"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "none"),
    ],
)
def test_numbers(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.011, "0.011"),
        (512.0, "512"),
        (1e-8, "1e−8"),
        (100000.0, "100 000"),
        ("gd", "gd"),
        (1.5e20, "1.5e20"),
        (0, "0"),
    ],
)
def test_settings(value: float | str, shown: str) -> None:
    assert setting(value) == shown


def test_counts_and_rates() -> None:
    assert whole(1234567) == "1 234 567"
    assert [rate(r) for r in (0.0, 49.96, 640e3, 1.28e9)] == ["0", "50", "640 k", "1.28 G"]
    assert [rate(r) for r in (999.4, 999.6, 999_600.0)] == ["999", "1 k", "1 M"]


def test_joined_takes_what_has_room_and_a_part_of_the_first_at_least() -> None:
    assert joined(["median −16.2", "min −17"], 30) == "median −16.2 · min −17"
    assert joined(["median −16.2", "min −17"], 20) == "median −16.2"
    assert joined(["median −16.2"], 11) == "median…", "it would be another number"
    assert joined([], 6) == "" and joined(["median"], 0) == ""


def test_runs_join_blanks_to_what_is_before_them_and_lose_nothing() -> None:
    row = [*cells("ab", "x"), *cells("  ", ""), *cells("c", "x"), *cells(" ", "y"), *cells("d", "y")]
    assert list(runs(row)) == [("ab  c ", "x"), ("d", "y")]
    assert list(runs(cells("   "))) == [("   ", "")]


def test_changed_spans() -> None:
    row = cells("abcdef", "x")
    assert changed_span(row, row) is None
    assert changed_span(row, [*row[:2], ("C", "x"), row[3], ("e", "y"), row[5]]) == (2, 5)
    assert fitted(cells("abc"), 2) == cells("ab") and fitted(cells("a"), 3) == cells("a  ")


def test_every_ascii_replacement_is_one_ascii_character() -> None:
    assert all(isinstance(new, str) and len(new) == 1 and new.isascii() for new in ASCII.values())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9_999_999, "9 999 999"),
        (10**7, "1e7"),
        (175 * 10**9, "1.75e11"),
        (1_234_567_891, "1 234 567 891"),
        (10**15, "1e15"),
        (10**15 - 1, "999 999 999 999 999"),
        (10**400, "1e400"),
        (-12 * 10**8, "−1.2e9"),
        (0, "0"),
    ],
)
def test_a_large_whole_number_is_brief_where_that_says_all_of_it(value: int, shown: str) -> None:
    assert brief_whole(value) == shown


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        ("175 000 000 000", 10, "1.75e11"),
        ("175 000 000 001", 10, "1.75e11"),
        ("12 345 678", 8, "1.23e7"),
        ("somewhere/file.py", 8, "…file.py"),
        ("某处/文件.py", 8, "…文件.py"),
        ("某处/文件.py", 7, "…件.py"),
    ],
)
def test_a_number_that_has_no_room_keeps_its_size_and_a_path_its_end(
    value: str, width: int, shown: str
) -> None:
    assert _shortened(value, width) == shown


@pytest.mark.parametrize(
    ("exponent", "shown"),
    [(-50_685_985_535.4, "10^−50 685 985 535"), (-1.45, "0.0355"), (0.0, "1.00"), (-6.0, "10^−6")],
)
def test_a_chance_may_be_too_small_for_any_number(exponent: float, shown: str) -> None:
    assert power_of_ten(exponent) == shown


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (0.94, 0.034, "0.940 ± 0.034"),
        (1.589e-6, 5.7e-8, "(1.589 ± 0.057)e−6"),
        (0.0162, 0.00042, "0.01620 ± 0.00042"),
        (0.94, None, "0.940"),
        (0.94, 0.0, "0.940"),
        (12.0, 3.4, "12.0 ± 3.4"),
    ],
)
def test_a_number_has_as_many_digits_as_its_error(value: float, error: float | None, shown: str) -> None:
    assert beside(value, error) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.312, "0.312 s"),
        (48.04, "48 s"),
        (580.9, "9 min 40 s"),
        (7500.0, "2 h 5 min"),
        (3.5e6, "40 d 12 h"),
    ],
)
def test_times_are_told_in_two_units(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_what_ascii_lacks_keeps_its_columns() -> None:
    text = "λ 🔎 文 e\u0301 é"
    error = UnicodeEncodeError("ascii", text, 0, len(text), "lacking")
    assert in_ascii(error) == ("L ?? ?? e ?", len(text))
