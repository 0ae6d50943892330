"""Plays or records one clip and waits for its end: where there is no conversation around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import portaudio
from voice_skill.audio.devices import choose_input, choose_output, stream_format
from voice_skill.audio.quiet import quiet
from voice_skill.audio.resample import resample

Samples = NDArray[np.int16]

VOICE_RATE = 16_000


def play(samples: Samples, sample_rate: int, wanted: str | None = None) -> None:
    """Play mono samples through the speaker meant by `wanted`. Raises DeviceError."""
    sounddevice = portaudio.load()
    device = choose_output(wanted)
    taken = stream_format(device, "speaker", sample_rate)
    sound = resample(samples, sample_rate, taken.sample_rate)
    wide = np.repeat(sound[:, np.newaxis], taken.channels, axis=1)
    try:
        with quiet():
            sounddevice.play(wide, taken.sample_rate, device=device.number, blocking=True)
    except sounddevice.PortAudioError as error:
        raise portaudio.device_error(error, "speaker", device.name) from error


def record(seconds: float, wanted: str | None = None) -> Samples:
    """Record from the microphone meant by `wanted`; 16 kHz mono. Raises DeviceError."""
    sounddevice = portaudio.load()
    device = choose_input(wanted)
    taken = stream_format(device, "microphone", VOICE_RATE)
    try:
        with quiet():
            sound = sounddevice.rec(
                round(seconds * taken.sample_rate),
                taken.sample_rate,
                channels=taken.channels,
                dtype="int16",
                device=device.number,
                blocking=True,
            )
    except sounddevice.PortAudioError as error:
        raise portaudio.device_error(error, "microphone", device.name) from error
    mono: Samples = sound.astype(np.int32).mean(axis=1).astype(np.int16)
    return resample(mono, taken.sample_rate, VOICE_RATE)
