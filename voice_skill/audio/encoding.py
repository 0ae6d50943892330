"""Recordings as bytes in memory, for whoever writes or carries them itself."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray


def flac(samples: NDArray[np.int16], sample_rate: int) -> bytes:
    """Return mono 16 bit samples as a FLAC file: the same samples, in about half the bytes."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, sample_rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def wav(samples: NDArray[np.int16], sample_rate: int) -> bytes:
    """Return mono 16 bit samples as a WAV file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, sample_rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
