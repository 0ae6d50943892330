"""A voice is told from silence and noise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording
from voice_skill.audio.resample import Blocks
from voice_skill.audio.voice_activity import BLOCK_SAMPLES, SileroVoiceActivity

Samples = NDArray[np.int16]
Voice = Callable[[int], Samples]


def probabilities(detector: SileroVoiceActivity, samples: Samples) -> list[float]:
    return [detector.probability(block) for block in Blocks(BLOCK_SAMPLES).feed(samples)]


class NoNumber:
    """A detector that once lost its mind, until it is reset."""

    def __init__(self) -> None:
        self.lost = True

    def process_chunk(self, audio: bytes) -> float:
        return float("nan") if self.lost else 0.9

    def reset(self) -> None:
        self.lost = False


def test_a_voice_is_heard_and_silence_and_noise_are_not(voice: Voice) -> None:
    detector = SileroVoiceActivity()
    noise = np.random.default_rng(1).normal(0, 300, 48_000).astype(np.int16)
    assert max(probabilities(detector, np.zeros(48_000, np.int16))) < 0.5
    assert max(probabilities(detector, noise)) < 0.5
    assert max(probabilities(detector, voice(16_000))) > 0.8


def test_a_reset_gives_the_same_answers_again(voice: Voice) -> None:
    detector = SileroVoiceActivity()
    first = probabilities(detector, voice(16_000))
    detector.reset()
    assert probabilities(detector, voice(16_000)) == pytest.approx(first)


def test_two_detectors_do_not_share_a_memory(voice: Voice) -> None:
    one, other = SileroVoiceActivity(), SileroVoiceActivity()
    expected = probabilities(SileroVoiceActivity(), voice(16_000))
    heard = []
    for block in Blocks(BLOCK_SAMPLES).feed(voice(16_000)):
        heard.append(one.probability(block))
        other.probability(np.full(BLOCK_SAMPLES, 9000, np.int16))
    assert heard == pytest.approx(expected)


def test_a_detector_that_answers_with_no_number_is_reset_and_counts_as_silence() -> None:
    detector = SileroVoiceActivity(NoNumber())
    block = np.zeros(BLOCK_SAMPLES, np.int16)
    assert detector.probability(block) == 0.0
    assert detector.probability(block) == 0.9


@pytest.mark.parametrize("extreme", [32767, -32768])
def test_extreme_samples_give_a_number(extreme: int) -> None:
    detector = SileroVoiceActivity()
    assert all(0 <= p <= 1 for p in probabilities(detector, np.full(32_000, extreme, np.int16)))


@pytest.mark.parametrize("block", [np.zeros(320, np.int16), np.zeros(512, np.float32)])
def test_a_block_of_another_kind_is_refused(block: Samples) -> None:
    with pytest.raises(ValueError, match="512 int16"):
        SileroVoiceActivity().probability(block)


@pytest.mark.recordings
def test_real_people_are_heard_and_a_running_tap_is_not(people: Path) -> None:
    detector = SileroVoiceActivity()
    readers = sorted((people / "librispeech_other").rglob("*.wav"))[:5]
    taps = sorted((people / "noise").rglob("*tap*.wav"))
    assert len(readers) == 5
    assert taps
    for path in readers:
        detector.reset()
        spoken = np.array(probabilities(detector, read_recording(path, limit_seconds=None)))
        assert np.mean(spoken > 0.5) > 0.5, path.name
    for path in taps:
        detector.reset()
        noise = np.array(
            probabilities(detector, read_recording(path, limit_seconds=None)[:480_000])
        )
        assert np.mean(noise > 0.5) < 0.05, path.name


def test_it_works_in_the_thread_that_asks() -> None:
    """Threads that wait for each other cost fifteen times as much as one that does it all."""
    script = """
import os
import numpy as np
from voice_skill.audio.voice_activity import BLOCK_SAMPLES, SileroVoiceActivity
before = len(os.listdir("/proc/self/task"))
detector = SileroVoiceActivity()
for _ in range(5):
    detector.probability(np.zeros(BLOCK_SAMPLES, np.int16))
assert len(os.listdir("/proc/self/task")) == before
"""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    subprocess.run([sys.executable, "-c", script], env=bare, check=True)
