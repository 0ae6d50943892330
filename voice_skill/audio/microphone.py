"""The open microphone: a callback that only copies, and the inbox that it fills."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import devices
from voice_skill.audio.devices import VOICE_RATE, Device
from voice_skill.audio.player import Player
from voice_skill.audio.resample import Blocks, StreamResampler
from voice_skill.audio.watch import Watch

BLOCK_SECONDS = 0.02  # round trip 72 to 99 ms; with blocks of 50 ms 235 ms
BLOCK_SAMPLES = 320
INBOX_BLOCKS = 500  # 10 s: a listener that is further behind loses the oldest


class Flags(Protocol):
    """What PortAudio remarks in a callback: samples were lost on the way in, or came too late."""

    input_overflow: bool
    output_underflow: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What one callback brought; `audible`: the player was sounding just then.

    `played` is the player's clock at that moment: seconds that it had handed out. `came` is that
    moment on the clock of the streams.
    """

    samples: NDArray[np.int16]  # frames x channels
    audible: bool
    played: float = 0.0
    came: float = 0.0


class Inbox:
    """A bounded queue between a callback and a thread: a full one loses its oldest block."""

    def __init__(self, most: int = INBOX_BLOCKS) -> None:
        """Hold at most `most` blocks."""
        self._most = most
        self._ready = threading.Condition()
        self._blocks: deque[Block] = deque()
        self.dropped = 0

    def put(self, block: Block) -> None:
        """Add a block and wake the thread."""
        with self._ready:
            if len(self._blocks) >= self._most:
                self._blocks.popleft()
                self.dropped += 1
            self._blocks.append(block)
            self._ready.notify()

    def take(self, seconds: float) -> Block | None:
        """Wait at most so long for a block."""
        with self._ready:
            if not self._blocks:
                self._ready.wait(seconds)
            return self._blocks.popleft() if self._blocks else None

    def wake(self) -> None:
        """Let a waiting `take` return at once."""
        with self._ready:
            self._ready.notify()

    def clear(self) -> None:
        """Forget what waits."""
        with self._ready:
            self._blocks.clear()


class Converter:
    """Turns what a device gives into blocks of 320 samples, 16 kHz, mono."""

    def __init__(self, sample_rate: int) -> None:
        """Begin a stream of this rate."""
        self._resampler = StreamResampler(sample_rate, VOICE_RATE)
        self._blocks = Blocks(BLOCK_SAMPLES)

    def feed(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.int16]]:
        """Take frames x channels; yield the blocks that are full (channels are averaged)."""
        mono = samples[:, 0]
        if samples.shape[1] > 1:
            mono = np.rint(samples.mean(axis=1)).astype(np.int16)
        return self._blocks.feed(self._resampler.feed(mono))


class Microphone:
    """An open input stream: 16 kHz mono where the device gives it, else converted to it."""

    def __init__(
        self,
        device: Device,
        inbox: Inbox,
        watch: Watch,
        player: Player,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open and start it; `clock` is the one that the watch judges by. Raises DeviceError."""
        self._inbox, self._watch, self._player = inbox, watch, player
        self._clock = clock
        taken = devices.stream_format(device, "microphone", VOICE_RATE)
        self.converter = Converter(taken.sample_rate)
        self.overflows = 0
        self.stream = devices.start_stream(
            device, "microphone", taken, BLOCK_SECONDS, "low", self._callback, inbox.wake
        )

    def _callback(
        self, samples: NDArray[np.int16], _frames: int, _time: object, status: Flags
    ) -> None:
        self.overflows += bool(status.input_overflow)
        now = self._clock()
        self._watch.saw_input(now)
        player = self._player
        self._inbox.put(Block(samples.copy(), player.audible, player.seconds_pulled, now))
