"""What is wrong is said in words that a terminal only shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import LONGEST, BadInput, in_one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("λ = 3, é, 字", "λ = 3, é, 字"),
        ("\x1b[2Jx\x07", r"\x1b[2Jx\x07"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\udcff", r"\udcff"),  # a byte of a path that is not UTF-8
        ("", ""),
    ],
)
def test_what_steers_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown and shown.isprintable()


def test_a_line_has_no_ends_within() -> None:
    assert in_one_line(" a\n\tb\r\x1b\v\u2028c ") == r"a b \x1b c"
    assert printable("a\nb") == r"a\nb"


@given(st.integers(560, 6000))
def test_a_mistake_of_thousands_of_digits_is_said_in_a_few_rows(digits: int) -> None:
    typed = "1" * (digits - 1) + "2"
    said = str(BadInput("lr", f"{typed} is too much", "less than 1"))
    assert said.startswith("lr: 1111") and said.endswith("2 is too much; accepted: less than 1")
    assert len(said) <= LONGEST + len("lr: ; accepted: less than 1")
    assert (typed in said) == (digits + len(" is too much") <= LONGEST)
