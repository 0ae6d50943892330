"""The microphone alone, for recording a person: blocks in order, no speaker beside it."""

from __future__ import annotations

import time
from collections import deque

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import devices, portaudio
from voice_skill.audio.microphone import Inbox, Microphone
from voice_skill.audio.player import Player
from voice_skill.audio.quiet import quiet
from voice_skill.audio.watch import Limits, Trouble, Watch
from voice_skill.domain.errors import DeviceError

Samples = NDArray[np.int16]

PATIENT = Limits(start_seconds=5.0, missing_seconds=3.0)
"""Nothing is opened again here, so a slow start must not end a recording."""

_SILENT_RATE = 16_000  # of a player that never plays: nothing of ours is heard meanwhile


class Capture:
    """An open microphone; blocks of 320 samples, 20 ms, 16 kHz, mono. For one thread only."""

    def __init__(self, wanted: str | None = None) -> None:
        """Open nothing yet; `wanted` as for `devices.choose`."""
        self._wanted = wanted
        self._inbox = Inbox()
        self._waiting: deque[Samples] = deque()

    def __enter__(self) -> Capture:
        """Open the microphone. Raises DeviceError."""
        self._watch = Watch(PATIENT, time.monotonic())
        device = devices.choose_input(self._wanted)
        self._name = device.name
        self._microphone = Microphone(device, self._inbox, self._watch, Player(_SILENT_RATE))
        return self

    def __exit__(self, *_: object) -> None:
        sounddevice = portaudio.load()
        with quiet():
            try:
                self._microphone.stream.abort()
            except sounddevice.PortAudioError:
                pass  # the device is gone; closing it is all that is left
            finally:
                self._microphone.stream.close(ignore_errors=True)

    def take(self, seconds: float) -> Samples | None:
        """Wait at most so long for a block. Raises DeviceError when the microphone is lost."""
        if not self._waiting:
            block = self._inbox.take(seconds)
            if block is not None:
                self._waiting.extend(self._microphone.converter.feed(block.samples))
            self._look_after()
        return self._waiting.popleft() if self._waiting else None

    def forget(self) -> None:
        """Drop what was heard and not taken yet."""
        self._inbox.clear()
        self._waiting.clear()

    @property
    def dropped_blocks(self) -> int:
        """Blocks lost because nobody took them for 10 s."""
        return self._inbox.dropped

    def _look_after(self) -> None:
        troubles = self._watch.troubles(
            time.monotonic(),
            input_active=devices.is_active(self._microphone.stream),
            output_active=True,
        )
        if Trouble.MICROPHONE_LOST in troubles:
            raise DeviceError(
                f"the microphone {self._name} was lost, or gives nothing",
                hint="plug it in again and repeat the command: what was kept is there",
            )
