"""A sound is found in a recording, and chance is not taken for it."""

from __future__ import annotations

import numpy as np
import pytest

from voice_skill.audio.round_trip import RECOGNISED, locate, sweep


@pytest.mark.parametrize("start", [0, 1, 777, 12_000])
def test_the_place_of_a_sound_in_noise(start: int) -> None:
    sound = sweep(16_000)
    room = np.random.default_rng(start).normal(0, 2000, 20_000)
    room[start : start + len(sound)] += 0.3 * sound
    match = locate(sound, room.astype(np.int16))
    assert match.start == start
    assert match.likeness > RECOGNISED


def test_an_echo_upside_down_counts_too() -> None:
    sound = sweep(16_000)
    assert locate(sound, np.concatenate([np.zeros(100, np.int16), -sound])).likeness > 0.99


def test_noise_is_not_a_sweep() -> None:
    noise = np.random.default_rng(3).normal(0, 2000, 40_000).astype(np.int16)
    assert locate(sweep(16_000), noise).likeness < 0.6 * RECOGNISED


@pytest.mark.parametrize("length", [0, 100, 40_000])
def test_silence_is_not_a_sweep(length: int) -> None:
    silence = np.zeros(length, np.int16)
    silence[length // 2 : length // 2 + 1] = 1
    assert locate(sweep(16_000), silence).likeness < RECOGNISED
