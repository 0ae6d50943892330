"""Earcons are short, low, quiet, soft-edged and different from each other."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from voice_skill.audio.earcons import Earcon, earcon


@pytest.mark.parametrize("kind", get_args(Earcon))
@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 48_000])
def test_an_earcon_is_short_quiet_low_and_does_not_click(kind: Earcon, sample_rate: int) -> None:
    sound = earcon(kind, sample_rate)
    assert sound.dtype == np.int16
    assert 0.1 < len(sound) / sample_rate < 0.4
    assert 1000 < np.abs(sound).max() < 0.2 * 32768
    assert abs(int(sound[0])) <= 1
    assert abs(int(sound[-1])) <= 1
    power = np.abs(np.fft.rfft(sound.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / sample_rate)
    assert power[hertz < 700].sum() > 0.99 * power.sum()


@pytest.mark.parametrize("kind", get_args(Earcon))
def test_at_night_it_is_lower_shorter_and_no_louder(kind: Earcon) -> None:
    day, night = earcon(kind, 16_000), earcon(kind, 16_000, low=True)
    assert len(night) < len(day)
    assert np.abs(night).max() <= 1.05 * np.abs(day).max()
    assert _centre(night) < 0.9 * _centre(day)


def _centre(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound.astype(float))) ** 2
    return float((np.fft.rfftfreq(len(sound), 1 / 16_000) * power).sum() / power.sum())


def test_no_two_earcons_are_alike() -> None:
    sounds = {earcon(kind, 16_000).tobytes() for kind in get_args(Earcon)}
    assert len(sounds) == len(get_args(Earcon))
