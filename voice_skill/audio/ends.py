"""Both ends of the sound, microphone and speaker: opened together, closed together.

Opening again means restarting PortAudio, which ends every stream, so one owner has both.

PortAudio may never return from ending a stream whose sound server died at that moment (seen twice
in 150 restarts of PulseAudio 16 on a busy machine; `pulse_client` takes away the one cause that was
found). So it is ended by a thread of its own, which is
left behind if need be; PortAudio is not restarted any more then (`portaudio.never_terminate`), and
the devices are opened as they were numbered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from voice_skill.audio import devices, portaudio
from voice_skill.audio.devices import Device, Stream
from voice_skill.audio.microphone import Inbox, Microphone
from voice_skill.audio.player import Player
from voice_skill.audio.portaudio import Kind
from voice_skill.audio.quiet import quiet
from voice_skill.audio.speaker import Speaker
from voice_skill.audio.watch import Limits, Watch
from voice_skill.domain.errors import DeviceError

POLL_SECONDS = 0.02


class Ends:
    """A microphone that fills an inbox and a speaker that pulls from a player, or one, or none."""

    def __init__(
        self,
        player: Player,
        inbox: Inbox,
        clock: Callable[[], float],
        *,
        input_device: str | None,
        output_device: str | None,
        limits: Limits,
    ) -> None:
        """Open nothing yet; devices are named as for `devices.choose`."""
        self.microphone: Microphone | None = None
        self.speaker: Speaker | None = None
        self._player = player
        self._inbox = inbox
        self._clock = clock
        self._wanted: dict[Kind, str | None] = {
            "microphone": input_device,
            "speaker": output_device,
        }
        self._chosen: dict[Kind, Device] = {}
        self._limits = limits
        self._stuck = 0

    @property
    def stuck(self) -> int:
        """How often PortAudio did not return; each time a thread and a stream are lost for good."""
        return self._stuck

    def open(self, watch: Watch) -> None:
        """Open both, or none. Raises DeviceError: none, unknown, ambiguous or busy."""
        try:
            self._open("speaker", watch)
            self._open("microphone", watch)
        except DeviceError:
            self.close()
            raise

    def reopen(self, watch: Watch) -> None:
        """Restart PortAudio and open what can be opened; the rest stays absent."""
        self.close(lost=True)
        self._inbox.clear()
        try:
            portaudio.restart()
        except DeviceError:
            return
        with suppress(DeviceError):
            self._open("speaker", watch)
        with suppress(DeviceError):
            self._open("microphone", watch)

    @property
    def running(self) -> frozenset[Kind]:
        """The ends whose streams run."""
        ends: dict[Kind, Microphone | Speaker | None] = {
            "microphone": self.microphone,
            "speaker": self.speaker,
        }
        return frozenset(
            kind for kind, end in ends.items() if end and devices.is_active(end.stream)
        )

    def chosen(self, kind: Kind) -> str:
        """Return the name of the device that was last opened; empty before."""
        device = self._chosen.get(kind)
        return device.name if device else ""

    def close(self, *, lost: bool = False) -> None:
        """Close both; a lost stream is not drained, because it would never end."""
        streams = [end.stream for end in (self.microphone, self.speaker) if end is not None]
        self.microphone = self.speaker = None
        if lost:
            _let_end(streams, self._limits.follow_seconds)
        for stream in streams:
            ending = threading.Thread(
                target=_end, args=(stream, lost), name="end-stream", daemon=True
            )
            ending.start()
            ending.join(self._limits.close_seconds)
            if ending.is_alive():
                self._stuck += 1
                portaudio.never_terminate()

    def _open(self, kind: Kind, watch: Watch) -> None:
        device = self._find(kind)
        if kind == "speaker":
            self.speaker = Speaker(device, self._inbox, watch, self._player, self._clock)
        else:
            self.microphone = Microphone(device, self._inbox, watch, self._player, self._clock)

    def _find(self, kind: Kind) -> Device:
        """The device asked for; after a loss the one of the same name, for numbers may shift."""
        found = devices.list_devices()
        wanted, before = self._wanted[kind], self._chosen.get(kind)
        if wanted is None or before is None:
            device = devices.choose(found, wanted, kind)
        else:
            # A number may by now be another device's, which nobody asked to be heard by.
            named = before.name if wanted.strip().isdigit() else wanted
            device = devices.again(found, before, kind) or devices.choose(found, named, kind)
        self._chosen[kind] = device
        return device


def _let_end(streams: Sequence[Stream], seconds: float) -> None:
    """Give the second stream time to end by itself where the first did.

    Ending it in that very moment is what PortAudio may never return from.
    """
    active = [devices.is_active(stream) for stream in streams]
    if all(active) or not any(active):
        return
    pause = threading.Event()
    for _ in range(round(seconds / POLL_SECONDS)):
        if not any(devices.is_active(stream) for stream in streams):
            return
        pause.wait(POLL_SECONDS)


def _end(stream: Stream, lost: bool) -> None:
    sounddevice = portaudio.load()
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
