"""Levels: what a person should know about a recording before the words are looked for."""

from __future__ import annotations

import numpy as np
import pytest

from voice_skill.audio.levels import FLOOR_DBFS, inspect

SECOND = np.arange(16_000) / 16_000


def sine(amplitude: float, offset: float = 0.0) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * 440 * SECOND) + offset
    return np.clip(wave * 32768, -32768, 32767).astype(np.int16)


def test_a_sine_has_its_textbook_levels() -> None:
    level = inspect(sine(0.5))
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert level.rms_dbfs == pytest.approx(-9.03, abs=0.01)
    assert level.remarks == ()


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0, np.int16), np.zeros(16_000, np.int16), sine(0.0, offset=0.2), sine(0.0005)],
    ids=["nothing", "zeros", "a constant offset", "the noise of a sound card"],
)
def test_silence_is_told(samples: np.ndarray) -> None:
    level = inspect(samples)
    assert level.silent
    assert level.peak_dbfs >= FLOOR_DBFS
    assert level.remarks == ("no speech: the recording is silent",)


def test_clipping_is_told() -> None:
    level = inspect(sine(3.0))
    assert level.clipped
    assert "clipped" in level.remarks[0]
    assert "more quietly" in level.remarks[0]


def test_a_quiet_voice_is_neither() -> None:
    assert inspect(sine(0.01)).remarks == ()
