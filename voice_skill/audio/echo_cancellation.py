"""Takes the assistant's own voice out of what the microphone hears: the extra `aec`.

WebRTC's AEC3 (pywebrtc-audio) is given what the microphone heard and what was played, block by
block. It estimates the delay between the two and the room by itself, as long as what was played
comes first and less than `LONGEST_DELAY_SECONDS` before its echo.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.files.extras import missing

Samples = NDArray[np.int16]

SAMPLE_RATE = 16_000
FRAME_SAMPLES = 160
"""What AEC3 works on: 10 ms. A block is one or more whole frames."""

LONGEST_DELAY_SECONDS = 0.45
"""AEC3 looks for the echo up to about half a second after what was played."""


class EchoCanceller(Protocol):
    """Removes an echo; remembers the room from block to block."""

    def process(self, microphone: Samples, played: Samples) -> Samples:
        """Return the microphone's block without the echo of what was played.

        Both have shape `(samples,)`, 16 kHz, the same length, a multiple of `FRAME_SAMPLES`.
        """
        ...

    def reset(self) -> None:
        """Forget the room and the delay: the streams were opened anew."""
        ...


class WebRtcEchoCanceller:
    """AEC3; 0.7 % of a core while there is an echo (`scripts/tool barge_in --cost`)."""

    def __init__(
        self,
        delay_seconds: float = 0.0,
        import_module: Callable[[str], ModuleType] = importlib.import_module,
    ) -> None:
        """`delay_seconds` is a first guess of the echo's delay; AEC3 then measures it itself.

        Raises UsageError where the extra is not installed.
        """
        self._canceller = load(import_module).EchoCanceller(
            sample_rate=SAMPLE_RATE, stream_delay_ms=max(0, round(delay_seconds * 1000))
        )

    def process(self, microphone: Samples, played: Samples) -> Samples:
        """Return the cleaned block; ValueError for blocks that do not fit each other."""
        if microphone.shape != played.shape or len(microphone) % FRAME_SAMPLES:
            raise ValueError(
                f"expected two blocks of whole frames of {FRAME_SAMPLES} samples,"
                f" got {microphone.shape} and {played.shape}"
            )
        cleaned: Samples = self._canceller.process(microphone, played)
        return cleaned

    def reset(self) -> None:
        """Begin anew."""
        self._canceller.reset()


def load(import_module: Callable[[str], ModuleType] = importlib.import_module) -> ModuleType:
    """Return the module `pywebrtc_audio`; UsageError with what to install where it is missing."""
    try:
        return import_module("pywebrtc_audio")
    except ImportError as error:
        raise missing(
            "--barge-in",
            "pywebrtc-audio",
            instead="leave --barge-in out: you can speak between the sentences,"
            " and a key stops at any time",
        ) from error
