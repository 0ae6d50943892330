"""The player plays what it was given, in order, whatever the size of the pulls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.audio.player import LOUDEST, QUIETEST, Player

RATE = 16_000
FADE = 80  # samples in 5 ms

Samples = NDArray[np.int16]
clips_of_all_lengths = st.lists(st.integers(0, 700), max_size=8)
pull_sizes = st.lists(st.integers(1, 900), min_size=1, max_size=12)


def clip(length: int, value: int = 1000) -> Samples:
    return np.full(length, value, np.int16)


def ramp(length: int, start: int = 1) -> Samples:
    return np.arange(start, start + length, dtype=np.int16)


def pull_all(player: Player, sizes: list[int]) -> Samples:
    """Pull in blocks of these sizes, over and over, until nothing is left."""
    parts = []
    turn = 0
    while player.busy:
        parts.append(player.pull(sizes[turn % len(sizes)]))
        turn += 1
    return np.concatenate([np.zeros(0, np.int16), *parts])


def test_silence_where_there_is_nothing_to_play() -> None:
    player = Player(RATE)
    assert not player.pull(320).any()
    assert not player.busy
    assert not player.audible


@settings(deadline=None)
@given(lengths=clips_of_all_lengths, sizes=pull_sizes)
def test_every_sample_comes_out_once_and_in_order(lengths: list[int], sizes: list[int]) -> None:
    finished: list[object] = []
    started: list[object] = []
    player = Player(RATE, on_started=started.append, on_finished=finished.append)
    given_samples = np.zeros(0, np.int16)
    for number, length in enumerate(lengths):
        samples = ramp(length, start=1 + len(given_samples))
        player.enqueue(samples, number)
        given_samples = np.concatenate([given_samples, samples])
    heard = pull_all(player, sizes)
    assert np.array_equal(heard[: len(given_samples)], given_samples)
    assert not heard[len(given_samples) :].any()
    assert started == finished == list(range(len(lengths)))


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 700), min_size=1, max_size=5),
    gaps=st.lists(st.integers(0, 900), min_size=5, max_size=5),
    sizes=pull_sizes,
)
def test_gaps_are_silent_and_exactly_as_long(
    lengths: list[int], gaps: list[int], sizes: list[int]
) -> None:
    player = Player(RATE)
    expected = np.zeros(0, np.int16)
    for length, gap in zip(lengths, gaps, strict=False):
        player.enqueue(clip(length))
        player.gap(gap / RATE)
        expected = np.concatenate([expected, clip(length), np.zeros(gap, np.int16)])
    heard = pull_all(player, sizes)
    assert np.array_equal(heard[: len(expected)], expected)


@settings(deadline=None)
@given(before=st.integers(0, 2000), silence=st.integers(1, 2000), sizes=pull_sizes)
def test_a_pause_loses_nothing_but_the_edge_of_its_fade(
    before: int, silence: int, sizes: list[int]
) -> None:
    whole = ramp(2000)
    player = Player(RATE)
    player.enqueue(whole)
    first = player.pull(before)
    player.pause()
    during = player.pull(silence + FADE)
    assert not during[FADE:].any()
    player.resume()
    faded = min(FADE, len(whole) - before) if before else 0  # what has not begun just waits
    after = pull_all(player, sizes)
    assert np.array_equal(first, whole[:before])
    assert np.all(during[:faded] <= whole[before : before + faded])
    rest = whole[before + faded :]
    assert np.array_equal(after[FADE : len(rest)], rest[FADE:])
    assert np.all(after[: min(FADE, len(rest))] <= rest[:FADE])


def test_paused_is_neither_audible_nor_forgotten() -> None:
    player = Player(RATE)
    player.enqueue(clip(1000), "sentence")
    player.pull(100)
    assert player.audible
    assert player.position == pytest.approx(100 / RATE)
    player.pause()
    player.pull(320)
    assert player.paused
    assert not player.audible
    assert player.busy
    assert player.position == pytest.approx((100 + FADE) / RATE)


def test_what_is_enqueued_in_a_pause_waits() -> None:
    player = Player(RATE)
    player.pause()
    player.enqueue(clip(100))
    assert not player.pull(500).any()
    player.resume()
    assert player.pull(500).any()


def test_a_pause_at_the_very_end_of_a_clip_does_not_begin_the_next() -> None:
    started: list[object] = []
    player = Player(RATE, on_started=started.append)
    player.enqueue(clip(100), "first")
    player.enqueue(clip(100), "second")
    player.pull(90)
    player.pause()
    player.pull(320)
    assert started == ["first"]
    player.resume()
    assert np.count_nonzero(player.pull(320)) >= 99
    assert started == ["first", "second"]


@settings(deadline=None)
@given(before=st.integers(1, 900), sizes=pull_sizes)
def test_stop_fades_for_five_milliseconds_and_is_silent_then(before: int, sizes: list[int]) -> None:
    player = Player(RATE)
    player.enqueue(clip(1000, 8000), "a")
    player.pull(before)
    player.stop()
    heard = np.concatenate([player.pull(size) for size in [*sizes, FADE]])
    assert not heard[FADE:].any()
    assert np.all(np.diff(heard[:FADE].astype(int)) <= 0)
    assert np.all(np.abs(np.diff(heard.astype(int))) <= 8000 / FADE + 1) or before > 1000 - FADE
    assert not player.busy


def test_stop_tells_what_will_never_finish() -> None:
    finished: list[object] = []
    player = Player(RATE, on_finished=finished.append)
    for tag in ("a", "b", "c"):
        player.enqueue(clip(100), tag)
    player.pull(150)
    assert player.stop() == ("b", "c")
    player.enqueue(clip(100), "d")
    player.pull(1000)
    assert finished == ["a", "d"]


def test_after_a_stop_in_a_pause_the_next_clip_is_heard_at_once() -> None:
    player = Player(RATE)
    player.enqueue(clip(1000))
    player.pull(10)
    player.pause()
    player.pull(320)
    player.stop()
    player.enqueue(clip(100))
    assert np.array_equal(player.pull(100), clip(100))


def test_a_hold_lets_the_sentence_end_and_begins_no_other() -> None:
    player = Player(RATE)
    player.enqueue(clip(100), "first")
    player.gap(50 / RATE)
    player.enqueue(clip(100), "second")
    player.pull(10)
    player.hold()
    assert np.count_nonzero(player.pull(1000)) == 90
    assert not player.audible
    player.release()
    assert np.count_nonzero(player.pull(1000)) == 100


def test_a_beat_goes_before_gaps_and_waiting_clips_and_drops_none() -> None:
    order: list[object] = []
    player = Player(RATE, on_started=order.append)
    player.enqueue(clip(100), "sentence")
    player.gap(1.0)
    player.enqueue(clip(100), "next sentence")
    player.pull(10)
    player.enqueue(clip(100), "beat", at_once=True)
    assert np.count_nonzero(player.pull(190)) == 190
    pull_all(player, [500])
    assert order == ["sentence", "beat", "next sentence"]


def test_a_beat_in_a_gap_is_heard_in_the_same_pull() -> None:
    player = Player(RATE)
    player.gap(1.0)
    player.pull(100)
    player.enqueue(clip(100), "beat", at_once=True)
    assert np.array_equal(player.pull(100), clip(100))


def test_volume_has_a_floor_and_a_ceiling() -> None:
    player = Player(RATE)
    player.volume = 0.0
    assert player.volume == QUIETEST
    player.volume = 7.0
    assert player.volume == LOUDEST
    with pytest.raises(ValueError, match="nan"):
        player.volume = float("nan")


def test_a_clip_with_a_volume_of_its_own_is_never_below_it() -> None:
    player = Player(RATE)
    player.volume = QUIETEST
    player.enqueue(clip(100, 10_000), least_volume=0.5)
    player.enqueue(clip(100, 10_000))
    assert set(player.pull(100)) == {5000}
    assert abs(int(player.pull(100)[50]) - 10_000 * QUIETEST) <= 1
    player.volume = LOUDEST
    player.enqueue(clip(100, 10_000), least_volume=0.5)
    assert set(player.pull(100)) == {10_000}


def test_a_change_of_volume_does_not_click() -> None:
    player = Player(RATE)
    player.enqueue(clip(8000, 10_000))
    player.pull(100)
    player.volume = 0.5
    heard = player.pull(4000).astype(int)
    assert np.abs(np.diff(heard)).max() <= 10_000 / (0.05 * RATE) + 1
    assert heard[-1] == 5000


def test_clips_of_another_rate_are_converted() -> None:
    player = Player(48_000)
    player.enqueue(clip(1600), sample_rate=16_000)
    heard = pull_all(player, [960])
    assert np.count_nonzero(np.abs(heard.astype(int) - 1000) < 20) == pytest.approx(4800, rel=0.03)


def test_the_caller_may_reuse_its_array() -> None:
    player = Player(RATE)
    samples = clip(100)
    player.enqueue(samples)
    samples[:] = 0
    assert np.array_equal(player.pull(100), clip(100))


@pytest.mark.parametrize("samples", [np.zeros((10, 2), np.int16), np.zeros(10, np.float32)])
def test_anything_but_mono_int16_is_refused(samples: Samples) -> None:
    with pytest.raises(ValueError, match="mono int16"):
        Player(RATE).enqueue(samples)


def test_its_clock_counts_silence_too() -> None:
    player = Player(RATE)
    player.pull(RATE // 2)
    assert player.seconds_pulled == 0.5
