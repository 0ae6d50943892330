"""Sample rates and block sizes: whole clips, endless streams, and blocks of a fixed length.

All by soxr (band-limited, "HQ" quality). int16 goes in and comes out, saturated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.int16]


def resample(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """Convert a whole mono clip to another sample rate; the same rate gives the same samples."""
    if from_rate == to_rate or len(samples) == 0:
        return samples
    converted: Samples = soxr.resample(samples, from_rate, to_rate)
    return converted


class StreamResampler:
    """Converts an endless mono stream block by block, without a seam between the blocks."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        """Begin a stream; equal rates hand every block on as it is."""
        self._stream: soxr.ResampleStream | None = None
        if from_rate != to_rate:
            self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="int16")

    def feed(self, block: Samples) -> Samples:
        """Return what can be said so far; the filter holds back a few milliseconds."""
        if self._stream is None or len(block) == 0:
            return block
        converted: Samples = self._stream.resample_chunk(block)
        return converted


class PullResampler:
    """Turns a pull source of one rate into one of another: for a device that refuses our rate."""

    def __init__(self, pull: Callable[[int], Samples], from_rate: int, to_rate: int) -> None:
        """Wrap `pull(frames)`, which gives exactly so many samples at `from_rate`."""
        self._pull = pull
        self._ratio = from_rate / to_rate
        self._stream = StreamResampler(from_rate, to_rate)
        self._left = np.zeros(0, np.int16)

    def pull(self, frames: int) -> Samples:
        """Return exactly `frames` samples at the outer rate."""
        while len(self._left) < frames:
            missing = frames - len(self._left)
            more = self._stream.feed(self._pull(max(1, round(missing * self._ratio))))
            self._left = np.concatenate([self._left, more])
        out, self._left = self._left[:frames], self._left[frames:]
        return out


class Blocks:
    """Cuts a stream into blocks of one length, whatever the lengths it arrives in."""

    def __init__(self, size: int) -> None:
        """`size` samples a block."""
        self.size = size
        self._left = np.zeros(0, np.int16)

    def feed(self, samples: Samples) -> Iterator[Samples]:
        """Yield every block that is full; the rest waits for the next call."""
        joined = np.concatenate([self._left, samples]) if len(self._left) else samples
        whole = len(joined) // self.size * self.size
        self._left = joined[whole:].copy()
        for start in range(0, whole, self.size):
            yield joined[start : start + self.size]

    def clear(self) -> None:
        """Forget the rest: the stream has a hole here."""
        self._left = np.zeros(0, np.int16)
