"""The same recording under other conditions: in noise, in a room, softer or louder, faster.

Pure functions on mono int16 samples of shape `(samples,)`, all at one rate. The same arguments
give the same samples.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Signal = NDArray[np.float64]

FRAME_SAMPLES = 320
"""20 ms at 16 kHz: the frames whose power tells speech from pauses."""

ACTIVE_DB = 30.0
"""A frame holds speech when it is at most this far below the loud ones (95th percentile)."""

_LEAST, _MOST = -(2**15), 2**15 - 1
_PEAK = 0.9 * 2**15  # where a sum that is too loud is turned down to


def mix(samples: Samples, noise: Samples, snr_db: float, seed: int) -> Samples:
    """Add noise at `snr_db` decibels below the speech-active frames.

    The seed picks the excerpt of the noise; a short noise is repeated. A sum that would clip is
    turned down as a whole, which leaves the ratio as it is. ValueError where the noise is empty or
    its excerpt silent.
    """
    speech = samples.astype(np.float64)
    hum = _excerpt(noise, len(samples), seed).astype(np.float64)
    hum_power = float(np.mean(hum**2)) if len(hum) else 0.0
    if hum_power == 0.0:
        raise ValueError("the noise is silent")
    wanted = active_power(speech) / 10.0 ** (snr_db / 10.0)
    return _turned_down(speech + hum * np.sqrt(wanted / hum_power))


def active_power(signal: Signal) -> float:
    """Return the mean square of the 20 ms frames that hold speech, in squared sample steps."""
    power = np.mean(_frames(signal) ** 2, axis=1)
    loud = float(np.percentile(power, 95))
    return float(np.mean(power[power >= loud * 10.0 ** (-ACTIVE_DB / 10.0)]))


def in_room(samples: Samples, impulse: Samples) -> Samples:
    """Return the samples as a room with this impulse response would give them back.

    The direct sound (the response's largest sample) stays where it was and the speech-active
    frames keep their level; the length stays, so that what rings on after the end is cut off.
    ValueError for an impulse response that is empty or silent.
    """
    if not np.any(impulse):
        raise ValueError("the impulse response is silent")
    if not np.any(samples):
        return samples
    dry = samples.astype(np.float64)
    direct = int(np.argmax(np.abs(impulse.astype(np.int32))))
    size = len(dry) + len(impulse) - 1
    whole = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(dry, whole) * np.fft.rfft(impulse.astype(np.float64), whole)
    wet = np.fft.irfft(spectrum, whole)[direct : direct + len(dry)]
    power = active_power(wet)
    if power == 0.0:
        return np.zeros_like(samples)
    return _turned_down(wet * np.sqrt(active_power(dry) / power))


def amplified(samples: Samples, gain_db: float) -> Samples:
    """Return the samples louder (or softer) by `gain_db`; what is too loud is cut off.

    As a microphone does whose level is set too high: the peaks are flattened at full scale.
    """
    louder = np.rint(samples.astype(np.float64) * 10.0 ** (gain_db / 20.0))
    result: Samples = np.clip(louder, _LEAST, _MOST).astype(np.int16)
    return result


def at_speed(samples: Samples, factor: float) -> Samples:
    """Return the samples `factor` times as fast, by resampling: the pitch goes with it.

    ValueError unless the factor is above 0.
    """
    if not factor > 0:
        raise ValueError("the speed is a factor above 0")
    if factor == 1.0 or not len(samples):
        return samples
    changed: Samples = soxr.resample(samples, factor, 1.0)
    return changed


def _turned_down(signal: Signal) -> Samples:
    peak = float(np.max(np.abs(signal), initial=0.0))
    gain = min(1.0, _PEAK / peak) if peak else 1.0
    quiet: Samples = np.round(signal * gain).astype(np.int16)
    return quiet


def _frames(signal: Signal) -> Signal:
    """Cut a signal into whole frames: shape `(frames, 320)`; a short one is padded."""
    if len(signal) < FRAME_SAMPLES:
        signal = np.pad(signal, (0, FRAME_SAMPLES - len(signal)))
    count = len(signal) // FRAME_SAMPLES
    return signal[: count * FRAME_SAMPLES].reshape(count, FRAME_SAMPLES)


def _excerpt(noise: Samples, size: int, seed: int) -> Samples:
    """Return `size` samples of the noise from a seeded place, going round at its end."""
    if not noise.size:
        raise ValueError("the noise is empty")
    start = int(np.random.default_rng(seed).integers(len(noise)))
    places: Samples = noise[(start + np.arange(size)) % len(noise)]
    return places
