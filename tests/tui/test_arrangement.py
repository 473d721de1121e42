"""Where panels stand, at any size and in any number."""

from __future__ import annotations

import pytest

from tui.arrangement import ROOM, WIDE, is_wide, places

SIZES = [(1, 1), (26, 8), (40, 8), (51, 15), (52, 20), (88, 36), (100, 20), (168, 56), (400, 200)]


@pytest.mark.parametrize("size", SIZES)
def test_all_stand_where_all_have_room_and_else_as_many_as_have(size: tuple[int, int]) -> None:
    most = max(1, size[0] // ROOM[0]) * max(1, size[1] // ROOM[1])
    for count in range(1, 40):
        found = places(count, *size)
        assert found.room == most if count > most else found.room >= count
        if found != (1, 1):
            assert size[0] // found.across >= ROOM[0] or found.across == 1
            assert size[1] // found.down >= ROOM[1] or found.down == 1
        if count <= most:
            assert (found.across - 1) * found.down < count and found.across * (found.down - 1) < count


@pytest.mark.parametrize(
    ("count", "size", "found"),
    [
        (4, (52, 20), (2, 2)),
        (4, (60, 16), (2, 2)),
        (4, (88, 36), (2, 2)),
        (4, (168, 56), (2, 2)),
        (4, (52, 15), (2, 1)),
        (4, (51, 20), (1, 2)),
        (4, (40, 8), (1, 1)),
        (5, (168, 56), (3, 2)),
        (2, (52, 20), (1, 2)),
        (2, (168, 56), (2, 1)),
        (1, (168, 56), (1, 1)),
    ],
)
def test_panels_have_a_shape_that_charts_like(
    count: int, size: tuple[int, int], found: tuple[int, int]
) -> None:
    assert places(count, *size) == found


def test_it_is_wide_in_both_directions() -> None:
    assert is_wide(*WIDE) and not is_wide(WIDE[0] - 1, 999) and not is_wide(999, WIDE[1] - 1)
