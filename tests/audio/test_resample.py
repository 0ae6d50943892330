"""Resampling keeps the sound; cutting into blocks keeps every sample."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.audio.resample import Blocks, PullResampler, StreamResampler, resample
from voice_skill.audio.round_trip import locate

Samples = NDArray[np.int16]
Voice = Callable[[int], Samples]


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_a_clip_is_the_same_sound_at_another_rate(rate: int, voice: Voice) -> None:
    converted = resample(voice(rate), rate, 16_000)
    assert len(converted) == pytest.approx(1.6 * 16_000, abs=2)
    assert locate(converted[800:-800], voice(16_000)).likeness > 0.95


def test_the_same_rate_changes_nothing(voice: Voice) -> None:
    assert np.array_equal(resample(voice(16_000), 16_000, 16_000), voice(16_000))


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_stream_has_no_seams(rate: int, voice: Voice) -> None:
    stream = StreamResampler(rate, 16_000)
    sound = np.concatenate([voice(rate), np.zeros(rate, np.int16)])
    size = rate // 50
    heard = np.concatenate([stream.feed(sound[i : i + size]) for i in range(0, len(sound), size)])
    assert locate(voice(16_000), heard).likeness > 0.95  # it may be shifted by half a sample


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_device_of_another_rate_pulls_the_same_sound(rate: int, voice: Voice) -> None:
    player = Player(16_000)
    player.enqueue(voice(16_000))
    source = PullResampler(player.pull, 16_000, rate)
    blocks = [source.pull(rate // 50) for _ in range(150)]
    assert {len(block) for block in blocks} == {rate // 50}
    heard = np.concatenate(blocks)
    assert locate(voice(rate), heard).likeness > 0.9


@settings(deadline=None)
@given(size=st.integers(1, 600), lengths=st.lists(st.integers(0, 900), max_size=10))
def test_blocks_have_one_length_and_lose_nothing(size: int, lengths: list[int]) -> None:
    blocks = Blocks(size)
    out: list[Samples] = []
    fed = 0
    for length in lengths:
        out.extend(blocks.feed(np.arange(fed, fed + length).astype(np.int16)))
        fed += length
    assert all(len(block) == size for block in out)
    assert len(out) == fed // size
    joined = np.concatenate([np.zeros(0, np.int16), *out])
    assert np.array_equal(joined, np.arange(len(joined)).astype(np.int16))


def test_a_hole_in_the_stream_is_not_glued_over() -> None:
    blocks = Blocks(10)
    assert list(blocks.feed(np.ones(7, np.int16))) == []
    blocks.clear()
    assert [block.tolist() for block in blocks.feed(np.zeros(10, np.int16))] == [[0] * 10]
