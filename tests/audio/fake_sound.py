"""A sounddevice without sound: streams whose callbacks a test calls, and that it takes away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

RATE = 16_000
FRAMES = 320


class FakeStream:
    """One stream; counts itself as open until it is closed."""

    latency = 0.05

    def __init__(self, card: FakeSoundDevice, kind: str, options: dict[str, Any]) -> None:
        self.kind = kind
        self.active = False
        self._card = card
        self._callback: Callable[..., None] = options["callback"]
        self._finished: Callable[[], None] = options["finished_callback"]

    def start(self) -> None:
        self.active = True

    def stop(self) -> None:
        self.active = False

    def abort(self) -> None:
        if self._card.hangs is not None:
            self._card.hangs.wait()
        self.active = False

    def close(self, ignore_errors: bool = True) -> None:
        del ignore_errors
        self.active = False
        self._card.open.remove(self)

    def call(self, frames: np.ndarray[Any, Any]) -> None:
        """Call back, as the sound card's thread would; an abort ends the stream."""

        class Flags:
            input_overflow = output_underflow = False

        try:
            self._callback(frames, len(frames), None, Flags())
        except FakeSoundDevice.CallbackAbort:
            self.vanish()

    def vanish(self) -> None:
        self.active = False
        self._finished()


class FakeSoundDevice:
    """What the program uses of the module `sounddevice`."""

    class PortAudioError(Exception):
        """As sounddevice's."""

    class CallbackAbort(Exception):  # noqa: N818
        """As sounddevice's."""

    def __init__(self) -> None:
        self._initialized = True
        self.open: list[FakeStream] = []
        self.plugged = {"microphone", "speaker"}
        self.restarts = 0
        self.hangs: threading.Event | None = None
        """While set and not free, no stream that is aborted comes to its end."""

    @property
    def default(self) -> Any:
        class Default:
            device = (0, 1)

        return Default

    def query_devices(self) -> list[dict[str, Any]]:
        names = ("microphone", "speaker")
        return [
            {
                "name": name if name in self.plugged else "nothing",
                "max_input_channels": int(name == "microphone" and name in self.plugged),
                "max_output_channels": int(name == "speaker" and name in self.plugged),
                "default_samplerate": float(RATE),
            }
            for name in names
        ]

    def check_input_settings(self, *_: object) -> None:
        """Take everything."""

    check_output_settings = check_input_settings

    def InputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        return self._stream("microphone", options)

    def OutputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        return self._stream("speaker", options)

    def _stream(self, kind: str, options: dict[str, Any]) -> FakeStream:
        stream = FakeStream(self, kind, options)
        self.open.append(stream)
        return stream

    def _terminate(self) -> None:
        assert not self.open, "streams die of it"
        self._initialized = False

    def _initialize(self) -> None:
        self._initialized = True
        self.restarts += 1

    # ---------------------------------------------------------------- for tests

    def call(self, peak: int = 3) -> None:
        """20 ms of sound in and out, on the streams that run."""
        for stream in list(self.open):
            if stream.active:
                stream.call(np.full((FRAMES, 1), peak, np.int16))

    def unplug(self, *kinds: str) -> None:
        """Take devices away: their streams end."""
        self.plugged -= set(kinds)
        for stream in self.open:
            if stream.kind in kinds and stream.active:
                stream.vanish()

    def plug(self, *kinds: str) -> None:
        self.plugged |= set(kinds)
