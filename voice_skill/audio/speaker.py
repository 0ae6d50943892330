"""The open speaker: a callback that pulls from the player."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import devices, portaudio
from voice_skill.audio.devices import Device
from voice_skill.audio.microphone import BLOCK_SECONDS, Flags, Inbox
from voice_skill.audio.player import Player
from voice_skill.audio.resample import PullResampler
from voice_skill.audio.watch import Watch

# With 0.04 s a busy machine tore holes into sentences; a stop is heard that much later.
LATENCY_SECONDS = 0.1


class Speaker:
    """An open output stream at the player's rate, or at the device's own where it refuses that."""

    def __init__(
        self,
        device: Device,
        inbox: Inbox,
        watch: Watch,
        player: Player,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open and start it; its end wakes the inbox's thread. Raises DeviceError.

        A player that fails ends the stream: `error` holds what it raised.
        """
        self._watch, self._clock = watch, clock
        taken = devices.stream_format(device, "speaker", player.sample_rate)
        self.underflows = 0
        self.error: Exception | None = None
        self._pull = player.pull
        if taken.sample_rate != player.sample_rate:
            self._pull = PullResampler(player.pull, player.sample_rate, taken.sample_rate).pull
        self.stream = devices.start_stream(
            device, "speaker", taken, BLOCK_SECONDS, LATENCY_SECONDS, self._callback, inbox.wake
        )

    def _callback(
        self, samples: NDArray[np.int16], frames: int, _time: object, status: Flags
    ) -> None:
        self.underflows += bool(status.output_underflow)
        self._watch.saw_output(self._clock())
        try:
            samples[:] = self._pull(frames)[:, np.newaxis]
        except Exception as error:  # noted for the thread that looks after us; nobody else sees it
            self.error = error
            samples[:] = 0
            raise portaudio.load().CallbackAbort from error
