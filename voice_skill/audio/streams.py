"""Live sound: one microphone and one speaker stream, open all the time, looked after by one thread.

PortAudio's two callbacks only copy: blocks go into a bounded inbox, samples come out of the player.
One thread hands the blocks on, watches both streams and opens them again when a device is lost.
Opening again means restarting PortAudio, which ends every stream, so one owner has both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio import devices, portaudio
from voice_skill.audio.devices import Device
from voice_skill.audio.microphone import BLOCK_SECONDS, Block, Inbox, Microphone
from voice_skill.audio.player import Player
from voice_skill.audio.portaudio import Kind
from voice_skill.audio.quiet import quiet
from voice_skill.audio.speaker import Speaker
from voice_skill.audio.watch import Limits, Trouble, Watch
from voice_skill.domain.errors import DeviceError

Samples = NDArray[np.int16]
Failure = Literal["microphone", "speaker", "listener"]

POLL_SECONDS = 0.1
BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
MOST_ZERO_PATIENCE = 8.0
CLOSE_SECONDS = 5.0
LOST: dict[Trouble, Kind] = {
    Trouble.MICROPHONE_LOST: "microphone",
    Trouble.SPEAKER_LOST: "speaker",
}


class LiveStreams:
    """The microphone's blocks to `on_block`, the player's samples to the speaker, until closed.

    `on_block` gets 320 samples (20 ms, 16 kHz, mono) in order, `on_failure` "microphone",
    "speaker" or "listener", `on_recovered` the first two again: all three in this object's own
    thread, which may take its time (the inbox holds 10 s). "listener" means that a callback of
    yours raised: `error` holds what, nothing is heard any more, and only `close` is left to do.
    A failure is told once, until it is mended; meanwhile opening is tried again and again.
    The first 1 to 1.7 s after opening usually bring no block.
    """

    def __init__(
        self,
        player: Player,
        on_block: Callable[[Samples], None],
        *,
        input_device: str | None = None,
        output_device: str | None = None,
        on_failure: Callable[[Failure], None] | None = None,
        on_recovered: Callable[[Kind], None] | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Open nothing yet; devices are named as for `devices.choose`."""
        self.error: Exception | None = None
        self.reopened = 0
        self._player = player
        self._on_block = on_block
        self._on_failure = on_failure
        self._on_recovered = on_recovered
        self._limits = limits or Limits()
        self._wanted: dict[Kind, str | None] = {
            "microphone": input_device,
            "speaker": output_device,
        }
        self._chosen: dict[Kind, Device] = {}
        self._inbox = Inbox()
        self._watch = Watch(self._limits, time.monotonic())
        self._microphone: Microphone | None = None
        self._speaker: Speaker | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed: set[Kind] = set()
        self._attempts = 0
        self._zero_patience = 1.0
        self._doubted = False  # opened again because of zeros, and no sound since
        self._zeros_told = False

    # ---------------------------------------------------------------- for the owner

    def open(self) -> None:
        """Open both streams and begin. Raises DeviceError: none, unknown, ambiguous or busy."""
        try:
            self._open_speaker()
            self._open_microphone()
        except DeviceError:
            self._close_streams()
            raise
        self._thread = threading.Thread(target=self._run, name="live-streams", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and both streams; what the card still holds is played. May be repeated."""
        self._closing.set()
        self._inbox.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(CLOSE_SECONDS)
        self._close_streams()

    def __enter__(self) -> LiveStreams:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def dropped_blocks(self) -> int:
        """Blocks lost because `on_block` was more than 10 s behind."""
        return self._inbox.dropped

    @property
    def missed(self) -> tuple[int, int]:
        """How often the card lost input, and had to play a hole, since the streams were opened."""
        microphone, speaker = self._microphone, self._speaker
        return (microphone.overflows if microphone else 0, speaker.underflows if speaker else 0)

    @property
    def output_latency(self) -> float:
        """Seconds from the player handing a sample out until it is heard, as PortAudio tells."""
        return float(self._speaker.stream.latency) if self._speaker else 0.0

    @property
    def input_latency(self) -> float:
        """Seconds from a sound until its block arrives, as PortAudio tells."""
        return float(self._microphone.stream.latency) if self._microphone else 0.0

    # ---------------------------------------------------------------- the thread

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                block = self._inbox.take(POLL_SECONDS)
                if block is not None and self._microphone is not None:
                    self._hear(self._microphone, block)
                self._look_after()
        except Exception as error:  # a thread that fails posts its failure
            self.error = error
            if self._on_failure is not None:
                self._on_failure("listener")

    def _hear(self, microphone: Microphone, block: Block) -> None:
        for samples in microphone.converter.feed(block.samples):
            zeros = not samples.any()
            self._watch.judge_block(BLOCK_SECONDS, zeros=zeros, audible=block.audible)
            self._on_block(samples)

    def _look_after(self) -> None:
        troubles = self._watch.troubles(
            time.monotonic(),
            input_active=_active(self._microphone),
            output_active=_active(self._speaker),
            zero_patience=self._zero_patience,
        )
        lost = [LOST[trouble] for trouble in troubles if trouble in LOST]
        if lost:
            self._tell_failed(*lost)
            self._reopen_later(*lost)
        elif troubles:
            self._doubt_zeros()
        else:
            self._tell_recovered()

    def _doubt_zeros(self) -> None:
        """Open again after long zeros; tell of them when that did not help, once in a lifetime.

        A noise gate gives zeros in every quiet hour, so patience grows, and the person is not told
        again and again that a good microphone does not work.
        """
        if self._player.audible:
            return
        if self._doubted and not self._zeros_told:
            self._zeros_told = True
            self._tell_failed("microphone")
        self._doubted = True
        self._zero_patience = min(2 * self._zero_patience, MOST_ZERO_PATIENCE)
        self._reopen()

    def _tell_failed(self, *kinds: Kind) -> None:
        for kind in kinds:
            if kind not in self._failed:
                self._failed.add(kind)
                if self._on_failure is not None:
                    self._on_failure(kind)

    def _tell_recovered(self) -> None:
        if self._watch.heard_sound:
            self._doubted = False
        if not self._failed or not self._watch.alive or self._doubted:
            return
        mended, self._failed, self._attempts = sorted(self._failed), set(), 0
        for kind in mended:
            if self._on_recovered is not None:
                self._on_recovered(kind)

    # ---------------------------------------------------------------- opening and opening again

    def _reopen_later(self, *lost: Kind) -> None:
        delay = BACK_OFF_SECONDS[min(self._attempts, len(BACK_OFF_SECONDS) - 1)]
        self._attempts += 1
        if "speaker" in lost or not self._player.audible:
            self._closing.wait(delay)
        else:  # let the speaker say its sentence: opening again would cut it off
            self._closing.wait(max(delay, self._limits.missing_seconds))
        if not self._closing.is_set():
            self._reopen()

    def _reopen(self) -> None:
        """Restart PortAudio and open what can be opened; what cannot stays in trouble."""
        self._close_streams(lost=True)
        self._inbox.clear()
        self._watch = Watch(self._limits, time.monotonic())
        self.reopened += 1
        try:
            portaudio.restart()
            self._open_speaker()
            self._open_microphone()
        except DeviceError:
            return  # an absent stream counts as lost, so the next look tries again

    def _open_speaker(self) -> None:
        device = self._find("speaker")
        self._speaker = Speaker(device, self._inbox, self._watch, self._player)

    def _open_microphone(self) -> None:
        device = self._find("microphone")
        self._microphone = Microphone(device, self._inbox, self._watch, self._player)

    def _find(self, kind: Kind) -> Device:
        """The device asked for; after a loss the one of the same name, for numbers may shift."""
        found = devices.list_devices()
        wanted, before = self._wanted[kind], self._chosen.get(kind)
        if wanted is None or before is None:
            device = devices.choose(found, wanted, kind)
        else:
            same = (one for one in found if (one.number, one.name) == (before.number, before.name))
            device = next(same, None) or devices.choose(found, before.name, kind)
        self._chosen[kind] = device
        return device

    def _close_streams(self, *, lost: bool = False) -> None:
        """Close both; a lost stream is not drained, because it would never end."""
        streams = [end.stream for end in (self._microphone, self._speaker) if end is not None]
        self._microphone = self._speaker = None
        if not streams:
            return
        sounddevice = portaudio.load()
        for stream in streams:
            with quiet():
                try:
                    if not lost and devices.is_active(stream):
                        stream.stop()
                    else:
                        stream.abort()
                except sounddevice.PortAudioError:
                    pass  # the device is gone; closing it is all that is left
                finally:
                    stream.close(ignore_errors=True)


def _active(end: Microphone | Speaker | None) -> bool:
    return end is not None and devices.is_active(end.stream)
