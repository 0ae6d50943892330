"""Subtracts the echo and nothing else: a Kalman filter in the frequency domain.

AEC3 silences what it cannot tell from the echo, and with it whoever speaks at the same time: of
"stop" it leaves "up", or nothing. This filter learns the way from the loudspeaker to the microphone
and subtracts what came by it, so what is left holds the person's words whole, over a remainder of
the echo. It also knows how unsure it is, and softens by that what it left: there AEC3 then finds
little to silence but the echo.

After G. Enzner and P. Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in
hands-free telephones" (Signal Processing 86, 2006), with the impulse response in partitions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Signal = NDArray[np.float64]
Spectrum = NDArray[np.complex64]

BLOCK = 320
"""20 ms at 16 kHz: one partition of the impulse response."""

PARTITIONS = 32
"""An echo up to 0.64 s after what was played, reverberation included: in a room that rings it
interrupted itself 11 times in four minutes with 0.36 s, 15 times with 0.48, once with this."""

FORGETTING = 0.995
"""How much of the learned room stays true from block to block: a person moves, clocks drift."""

UNSURE = 1.0
"""The filter's first guess of how far the room may be from silence."""

NOISE_SMOOTHING = 0.9
CAUTION = 2.0
"""By how much the remainder of the echo is overrated where it is softened."""

UNLEARNED = 0.02
"""The share of the echo's power that cannot be learned: clipping, what rings on for longer."""

SOFTEST = 0.01
"""Nothing is softened by more than 40 dB."""

RELEASE = 0.7
"""The remainder dies away at most so fast, from block to block."""

_FULL_SCALE = 32_768.0
_TINY = 1e-10


class EchoSubtraction:
    """Learns the room while the assistant speaks; for one thread."""

    def __init__(self) -> None:
        """Begin with an unknown room."""
        self.reset()

    def reset(self) -> None:
        """Forget the room."""
        bins = BLOCK + 1
        self._played = np.zeros(2 * BLOCK, np.float32)
        self._spectra: Spectrum = np.zeros((PARTITIONS, bins), np.complex64)
        self._room: Spectrum = np.zeros((PARTITIONS, bins), np.complex64)
        self._doubt = np.full((PARTITIONS, bins), UNSURE, np.float32)
        self._noise = np.zeros(bins, np.float32)
        self._softening = _Softening()

    def process(self, microphone: Samples, played: Samples) -> tuple[Samples, Samples]:
        """Return the microphone's block less the echo, and beside it the block before, softened.

        All of shape `(320,)`, 16 kHz. The first is for recognition; the second comes 20 ms later
        and has less of the echo left in it, and less of the person.
        Raises ValueError for blocks of another length.
        """
        if microphone.shape != (BLOCK,) or played.shape != (BLOCK,):
            raise ValueError(
                f"expected two blocks of {BLOCK} samples, got {microphone.shape}, {played.shape}"
            )
        self._hand_on(played)
        echo = np.fft.irfft((self._room * self._spectra).sum(axis=0))[BLOCK:]
        left = microphone / _FULL_SCALE - echo
        unsure = 0.5 * (np.abs(self._spectra) ** 2 * self._doubt).sum(axis=0)
        softened = self._softening.process(left, echo, unsure)
        self._learn(left.astype(np.float32))
        return _to_samples(left), _to_samples(softened)

    def _hand_on(self, played: Samples) -> None:
        self._played = np.concatenate([self._played[BLOCK:], played / np.float32(_FULL_SCALE)])
        self._spectra[1:] = self._spectra[:-1]
        self._spectra[0] = np.fft.rfft(self._played)

    def _learn(self, left: NDArray[np.float32]) -> None:
        """Move the room by what is left: the surer it is, and the more noise, the less."""
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), left]))
        power = np.abs(error) ** 2
        self._noise += (1.0 - NOISE_SMOOTHING) * (power - self._noise)
        loud = np.abs(self._spectra) ** 2
        expected = 0.5 * (loud * self._doubt).sum(axis=0) + self._noise + _TINY
        gain = self._doubt / expected
        step = np.fft.irfft(gain * self._spectra.conj() * error, axis=1)
        step[:, BLOCK:] = 0.0  # a partition is as long as a block: no wrapping round
        self._room = (FORGETTING * (self._room + np.fft.rfft(step, axis=1))).astype(np.complex64)
        kept = FORGETTING**2 * (1.0 - 0.5 * gain * loud) * self._doubt
        new = (1.0 - FORGETTING**2) * np.abs(self._room) ** 2
        self._doubt = (kept + new).astype(np.float32)


class _Softening:
    """A Wiener filter: every frequency is turned down by the share of echo that is likely in it.

    Blocks of 320 values, full scale 1; half-overlapping windows, so it lags one block behind.
    """

    def __init__(self) -> None:
        self._window = np.sqrt(np.hanning(2 * BLOCK + 1)[:-1])
        self._left = np.zeros(BLOCK)
        self._echo = np.zeros(BLOCK)
        self._overlap = np.zeros(BLOCK)
        self._power = np.zeros(BLOCK + 1)
        self._remainder = np.zeros(BLOCK + 1)

    def process(self, left: Signal, echo: Signal, unsure: Signal) -> Signal:
        """Return the last block, softened; `unsure` is the power that the echo may be off by."""
        spectrum = self._spectrum(self._left, left)
        heard = np.abs(self._spectrum(self._echo, echo)) ** 2
        self._left, self._echo = left, echo
        self._power = 0.5 * self._power + 0.5 * np.abs(spectrum) ** 2
        self._remainder = np.maximum(
            RELEASE * self._remainder, CAUTION * unsure + UNLEARNED * heard
        )
        gain = np.clip(1.0 - self._remainder / (self._power + _TINY), SOFTEST, 1.0)
        wave = np.fft.irfft(gain * spectrum) * self._window
        softened = self._overlap + wave[:BLOCK]
        self._overlap = wave[BLOCK:]
        return softened

    def _spectrum(self, before: Signal, now: Signal) -> NDArray[np.complex128]:
        return np.fft.rfft(np.concatenate([before, now]) * self._window)


def _to_samples(signal: Signal) -> Samples:
    samples: Samples = np.clip(np.rint(signal * _FULL_SCALE), -32_768, 32_767).astype(np.int16)
    return samples
