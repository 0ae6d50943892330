"""A bedroom that is not there: the assistant's voice comes back into the microphone as an echo.

    room = SimulatedRoom(Echo(dbfs=-26.0), loudness_of(speech))
    microphone = room.hear(player.pull(320), person)

Block by block, so that what the assistant does about the sound changes what is heard next. The
echo comes late, through the room (an impulse response), by a loudspeaker that may clip, on a clock
that may drift against the microphone's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.conditions import active_power

Samples = NDArray[np.int16]
Signal = NDArray[np.float64]

RATE = 16_000
FULL_SCALE = 32_768.0


@dataclass(frozen=True)
class Echo:
    """How the microphone hears the loudspeaker.

    `dbfs`: level of the speech-active frames at the microphone; `delay_seconds` from the player to
    the microphone; `reverberation_seconds` until the room is 60 dB softer, `direct_db`: the direct
    sound over all that the room gives back; `drift` of the clocks
    (1e-4: 0.1 ms a second); `clip_share`: peaks of the loudspeaker are flattened at this share of
    the loudest sample (1.0: none).
    """

    dbfs: float = -26.0
    delay_seconds: float = 0.09
    reverberation_seconds: float = 0.3
    direct_db: float = 3.0
    drift: float = 0.0
    clip_share: float = 1.0


def room_response(seconds: float, direct_db: float, seed: int = 1) -> Signal:
    """Return an impulse response: a direct sound, and noise that falls by 60 dB in `seconds`."""
    count = max(2, round(seconds * RATE))
    response: Signal = np.random.default_rng(seed).normal(0.0, 1.0, count)
    response *= 10.0 ** (-3.0 * np.arange(count) / count)
    response[0] = 0.0
    response *= 10.0 ** (-direct_db / 20.0) / np.linalg.norm(response)
    response[0] = 1.0
    return response


def power_of(samples: Samples) -> float:
    """Return the mean square of the frames with speech in them, full scale 1."""
    return active_power(samples.astype(np.float64)) / FULL_SCALE**2


def at_level(samples: Samples, dbfs: float) -> Samples:
    """Return samples whose speech-active frames have this level; peaks are cut at full scale."""
    gain = np.sqrt(10.0 ** (dbfs / 10.0) / power_of(samples))
    level: Samples = np.clip(np.rint(samples * gain), -32_768, 32_767).astype(np.int16)
    return level


class SimulatedRoom:
    """Hears loudspeaker and person, block by block, 16 kHz mono int16."""

    def __init__(
        self,
        echo: Echo,
        speech: Samples,
        *,
        response: Signal | None = None,
        noise_dbfs: float = -70.0,
        seed: int = 1,
    ) -> None:
        """`speech` is a sample of the assistant's voice: it sets loudness and clipping."""
        impulse = response
        if impulse is None:
            impulse = room_response(echo.reverberation_seconds, echo.direct_db)
        self._limit = echo.clip_share * float(np.abs(speech.astype(np.int32)).max())
        heard = np.convolve(np.clip(speech[: 10 * RATE], -self._limit, self._limit), impulse)
        level = active_power(heard) / FULL_SCALE**2
        self._impulse = impulse * np.sqrt(10.0 ** (echo.dbfs / 10.0) / level)
        self._drift = echo.drift
        # What the loudspeaker gave and is still on its way, oldest first.
        self._way: Signal = np.zeros(round(echo.delay_seconds * RATE) + 2)
        self._ringing: Signal = np.zeros(len(impulse) - 1)
        self._fraction = 0.0
        self._noise = np.random.default_rng(seed)
        self._noise_level = FULL_SCALE * 10.0 ** (noise_dbfs / 20.0)

    def hear(self, played: Samples, person: Samples) -> Samples:
        """Return what the microphone hears while this is played and the person says that."""
        sound = self._noise.normal(0.0, self._noise_level, len(person))
        sound += self._echo(played, len(person)) + person
        heard: Samples = np.clip(np.rint(sound), -32_768, 32_767).astype(np.int16)
        return heard

    def _echo(self, played: Samples, count: int) -> Signal:
        flat = np.clip(played.astype(np.float64), -self._limit, self._limit)
        size = 1 << (len(flat) + len(self._impulse) - 1).bit_length()
        spectrum = np.fft.rfft(flat, size) * np.fft.rfft(self._impulse, size)
        wet = np.fft.irfft(spectrum, size)[: len(flat) + len(self._impulse) - 1]
        wet[: len(self._ringing)] += self._ringing
        self._ringing = wet[len(flat) :]
        self._way = np.concatenate([self._way, wet[: len(flat)]])
        # Where the loudspeaker's clock is faster, a little more than a sample is gone for each.
        steps = self._fraction + np.arange(count + 1) * (1.0 + self._drift)
        taken = np.interp(steps[:-1], np.arange(len(self._way)), self._way)
        whole = int(steps[-1])
        self._fraction = float(steps[-1]) - whole
        self._way = self._way[whole:]
        return taken
