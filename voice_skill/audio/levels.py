"""How loud a recording is: peak, average, clipping, and whether there is anything in it at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FULL_SCALE = 32768.0
FLOOR_DBFS = -120.0  # what digital silence counts as, so that no level is minus infinity
SILENT_PEAK_DBFS = -60.0
CLIPPED_AT = 0.985  # of full scale: resampling rounds off the corners of a clipped wave
CLIPPED_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class RecordingLevel:
    """Levels in decibels relative to full scale; `clipped_share` is 0..1 of all samples."""

    peak_dbfs: float
    rms_dbfs: float
    clipped_share: float

    @property
    def silent(self) -> bool:
        """Nothing in it that could be a voice."""
        return self.peak_dbfs < SILENT_PEAK_DBFS

    @property
    def clipped(self) -> bool:
        """So much at full scale that words may be misheard."""
        return self.clipped_share >= CLIPPED_SHARE

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know about the recording, one sentence each."""
        if self.silent:
            return ("no speech: the recording is silent",)
        if self.clipped:
            return (
                f"the recording is clipped ({self.clipped_share:.1%} of it at full scale): "
                "words may be misheard; record it more quietly",
            )
        return ()


def decibels(amplitude: float) -> float:
    """Convert an amplitude (1.0 = full scale) to dBFS, not below `FLOOR_DBFS`."""
    return max(FLOOR_DBFS, 20 * float(np.log10(amplitude))) if amplitude > 0 else FLOOR_DBFS


def inspect(samples: NDArray[np.int16]) -> RecordingLevel:
    """Measure mono samples; a constant offset (a cheap sound card) is no sound."""
    if len(samples) == 0:
        return RecordingLevel(FLOOR_DBFS, FLOOR_DBFS, 0.0)
    wave = samples.astype(np.float32) / FULL_SCALE
    clipped = float(np.mean(np.abs(wave) >= CLIPPED_AT))
    wave -= wave.mean()
    return RecordingLevel(
        peak_dbfs=decibels(float(np.abs(wave).max())),
        rms_dbfs=decibels(float(np.sqrt(np.mean(np.square(wave, dtype=np.float64))))),
        clipped_share=clipped,
    )
