from __future__ import annotations

import unicodedata
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.errors import EngineError
from voice_skill.speech.rendering import read_rendered, spoken_text, words_per_minute


def write(path: Path, seconds: float, *, rate: int = 22050, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(channels)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(np.full(int(seconds * rate) * channels, 100, "<i2").tobytes())
    return path


@pytest.mark.parametrize(
    ("sentence", "spoken"),
    [
        ("Rest now.\n\nThen stretch.", "Rest now. Then stretch."),
        ("ankle\0foot", "ankle foot"),
        ("\x01200Sfast", "200Sfast"),
        ("say [[h@l'oU]]", "say ((h@l'oU))"),
        ("-w /tmp/file", "-w /tmp/file"),
        ("a < b & c", "a < b & c"),
        ("lone \ud800 surrogate", "lone surrogate"),
        (" \t\n", ""),
        ("...?!", ""),
    ],
)
def test_text_is_made_safe(sentence, spoken):
    assert spoken_text(sentence) == spoken


@given(st.text())
def test_nothing_in_a_text_can_steer_an_engine(sentence):
    spoken = spoken_text(sentence)
    assert spoken == spoken_text(spoken)
    assert not any(unicodedata.category(c).startswith("C") or c in "[]" for c in spoken)
    spoken.encode()


def test_the_pace_stays_within_what_can_be_understood():
    assert [words_per_minute(rate) for rate in (1.0, 0.8, 0.01, 100)] == [150, 120, 80, 300]
    for rate in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="positive"):
            words_per_minute(rate)


def test_a_plausible_file_is_read(tmp_path):
    samples = read_rendered(write(tmp_path / "s.wav", 1.0), "Hello there.", 150)
    assert samples.dtype == np.int16
    assert samples.size == 22050


@pytest.mark.parametrize("seconds", [0.0, 0.05, 60.0])
def test_an_implausible_length_is_an_error(tmp_path, seconds):
    with pytest.raises(EngineError, match=r"cut off|went on"):
        read_rendered(write(tmp_path / "s.wav", seconds), "Hello there.", 150)


def test_a_missing_damaged_or_foreign_file_is_an_error(tmp_path):
    path = tmp_path / "s.wav"
    with pytest.raises(EngineError, match="no sound"):
        read_rendered(path, "Hello there.", 150)
    for content in (b"", b"RIFF", b"not a sound at all" * 10):
        path.write_bytes(content)
        with pytest.raises(EngineError, match="bad sound"):
            read_rendered(path, "Hello there.", 150)
    for kind in ({"rate": 16000}, {"channels": 2}):
        with pytest.raises(EngineError, match="bad sound"):
            read_rendered(write(path, 1.0, **kind), "Hello there.", 150)
    path.write_bytes(write(path, 1.0).read_bytes()[:-1000])
    with pytest.raises(EngineError, match="cut short"):
        read_rendered(path, "Hello there.", 150)
