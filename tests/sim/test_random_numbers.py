"""Counter-based random numbers: known answers, slow twins, distributions, and what a draw depends on."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest
from scipy import stats

from sim.arrays import Floats, Keys
from sim.kernel import kernel
from sim.rng import DIRECTIONS, NOISE, Stream, fill_normal, fill_row, fill_uniform, philox, stream_keys

# Random123's published known answers for philox4x32-10: counter, key, output (its tests/kat_vectors).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def joined(low: int, high: int) -> np.uint64:
    return np.uint64(low + (high << 32))


def uniforms(
    count: int, *, rows: int = 1, seed: int = 1, step: int = 0, low: float = 0.0, high: float = 1.0
) -> Floats:
    out = np.empty((rows, count))
    fill_uniform(stream_keys(seed, Stream.STARTS, rows), step, low, high, out)
    return out


def normals(count: int, *, rows: int = 1, seed: int = 1, step: int = 0) -> Floats:
    out = np.empty((rows, count))
    fill_normal(stream_keys(seed, Stream.UPDATE, rows), step, out)
    return out


@pytest.mark.parametrize(("counter", "key", "output"), KNOWN)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, ...], output: tuple[int, ...]
) -> None:
    assert naive.philox4x32(counter, key) == output
    found = philox(joined(*key), joined(*counter[2:]), joined(*counter[:2]))
    assert found == (joined(*output[:2]), joined(*output[2:]))


def test_the_twin_of_the_keys_gives_the_published_answers_of_splitmix64() -> None:
    generator = naive.SplitMix64(1234567)
    assert [generator() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**63 - 1])
@pytest.mark.parametrize("stream", Stream)
def test_keys_are_those_of_the_slow_twin(seed: int, stream: Stream) -> None:
    assert stream_keys(seed, stream, 5).tolist() == naive.stream_keys(seed, int(stream), 5)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("step", [0, 3, 2**40])
def test_draws_are_those_of_the_slow_twin(count: int, step: int) -> None:
    keys = stream_keys(6, Stream.STARTS, 3)
    out = np.empty((3, count))
    fill_uniform(keys, step, 0.0, 1.0, out)
    assert out.tolist() == [naive.uniforms(int(key), step, count) for key in keys]
    fill_normal(keys, step, out)
    expected = [naive.normals(int(key), step, count) for key in keys]
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-13)


def test_uniform_numbers_are_uniform() -> None:
    drawn = uniforms(10**6).ravel()
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    deviation = math.sqrt(1 / 12)
    assert abs(drawn.mean() - 0.5) < 4 * deviation / math.sqrt(len(drawn))
    assert abs(drawn.var() - 1 / 12) < 4 * math.sqrt(1 / 180) / math.sqrt(len(drawn))
    assert stats.kstest(drawn, "uniform").pvalue > 1e-3
    scaled = uniforms(1000, low=-5.12, high=5.12)
    np.testing.assert_allclose(scaled, -5.12 + 10.24 * uniforms(1000), rtol=0, atol=1e-14)


def test_normal_numbers_are_normal() -> None:
    drawn = normals(10**6).ravel()
    for power, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((drawn**power).mean() - expected) < 4 * math.sqrt(variance / len(drawn))
    assert 4.5 < np.abs(drawn).max() < 8.58
    assert stats.kstest(drawn, "norm").pvalue > 1e-3


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_what_is_drawn_side_by_side_is_independent(draw: object) -> None:
    """Both of a pair, the next index, the next row, the next step, the next seed: no correlation."""
    drawn = draw(50_000, rows=2)  # type: ignore[operator]
    others = [
        (drawn[0, 0::2], drawn[0, 1::2]),
        (drawn[0, 0:-2:2], drawn[0, 2::2]),
        (drawn[0], drawn[1]),
        (drawn[0], draw(50_000, step=1)[0]),  # type: ignore[operator]
        (drawn[0], draw(50_000, seed=2)[0]),  # type: ignore[operator]
    ]
    for first, second in others:
        assert abs(np.corrcoef(first, second)[0, 1]) < 4 / math.sqrt(len(first))


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_a_draw_depends_on_key_step_and_index_alone(draw: object) -> None:
    many = draw(9, rows=6)  # type: ignore[operator]
    np.testing.assert_array_equal(draw(9, rows=2), many[:2])  # type: ignore[operator]
    np.testing.assert_array_equal(draw(4, rows=6), many[:, :4])  # type: ignore[operator]
    np.testing.assert_array_equal(draw(1, rows=6), many[:, :1])  # type: ignore[operator]
    out = np.empty((3, 9))
    stream = Stream.STARTS if draw is uniforms else Stream.UPDATE
    keys = np.ascontiguousarray(stream_keys(1, stream, 6)[::-2])
    fill_uniform(keys, 0, 0.0, 1.0, out) if draw is uniforms else fill_normal(keys, 0, out)
    np.testing.assert_array_equal(out, many[::-2])


@kernel("void(u8, i8, i8, f8[::1], f8[::1])")
def fill_twice(key: int, step: int, first: int, row: Floats, squares: Floats) -> None:
    """As a rule with noise of its own uses it: called from another kernel, which goes on with the numbers."""
    fill_row(key, step, first, row)
    for j in range(len(row)):
        squares[j] = row[j] * row[j]


@pytest.mark.parametrize("first", [NOISE, DIRECTIONS])
def test_a_normal_has_the_same_bits_wherever_it_is_drawn(first: int) -> None:
    """Vectorised or left over from a vector, at every length, inside other kernels."""
    keys: Keys = stream_keys(3, Stream.UPDATE, 20)
    longest = np.empty((20, 300))
    for key, row in zip(keys, longest, strict=True):
        fill_twice(key, 7, first, row, np.empty(300))
    for length in (*range(1, 70), 127, 128, 129, 299):
        rows = np.empty((20, length))
        for key, row in zip(keys, rows, strict=True):
            fill_twice(key, 7, first, row, np.empty(length))
        np.testing.assert_array_equal(rows, longest[:, :length])
        if first == NOISE:
            fill_normal(keys, 7, rows)
            np.testing.assert_array_equal(rows, longest[:, :length])


def test_noise_and_directions_are_independent_draws_of_the_same_key() -> None:
    noise, directions = np.empty(50_001), np.empty(50_001)
    key = stream_keys(1, Stream.UPDATE, 1)[0]
    fill_twice(key, 5, NOISE, noise, np.empty(50_001))
    fill_twice(key, 5, DIRECTIONS, directions, np.empty(50_001))
    np.testing.assert_allclose(directions[:9], naive.normals(int(key), 5, 9, first=2**62), rtol=1e-12)
    assert abs(np.corrcoef(noise, directions)[0, 1]) < 4 / math.sqrt(len(noise))
    assert not np.isin(noise, directions).any()


def test_keys_are_distinct_across_rows_streams_and_seeds() -> None:
    keys = [stream_keys(seed, stream, 1000) for seed in range(20) for stream in Stream]
    assert len(np.unique(np.concatenate(keys))) == 20 * len(Stream) * 1000
