"""Hold a piece of a recording, as ALSA's plugin does, until a line comes: is the library free then?

Writes "holding", then "free" or "hangs". Talks to libpulse itself: PortAudio holds a piece only at
some moments.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from voice_skill.audio.pulse_client import share_no_memory

READY_CONTEXT, READY_STREAM = 4, 2  # pulse/def.h: PA_CONTEXT_READY, PA_STREAM_READY
SIGNED_16_LITTLE_ENDIAN = 3  # pulse/sample.h: PA_SAMPLE_S16LE
PAUSE = 0.02
HANGS_SECONDS = 5.0


class SampleFormat(ctypes.Structure):
    """pulse/sample.h: pa_sample_spec."""

    _fields_ = (
        ("format", ctypes.c_int),
        ("rate", ctypes.c_uint32),
        ("channels", ctypes.c_uint8),
    )


class Recording:
    """A stream that records from the default microphone, in libpulse's own thread."""

    def __init__(self) -> None:
        self._pulse = pulse = ctypes.CDLL("libpulse.so.0")
        for name in ("threaded_mainloop_new", "threaded_mainloop_get_api", "context_new"):
            getattr(pulse, f"pa_{name}").restype = ctypes.c_void_p
        pulse.pa_stream_new.restype = ctypes.c_void_p
        self._loop = ctypes.c_void_p(pulse.pa_threaded_mainloop_new())
        api = ctypes.c_void_p(pulse.pa_threaded_mainloop_get_api(self._loop))
        pulse.pa_threaded_mainloop_start(self._loop)
        self._context = ctypes.c_void_p(self._locked(pulse.pa_context_new, api, b"test"))
        self._locked(pulse.pa_context_connect, self._context, None, 0, None)
        self._wait(lambda: self._locked(pulse.pa_context_get_state, self._context) == READY_CONTEXT)
        wanted = SampleFormat(SIGNED_16_LITTLE_ENDIAN, 48_000, 1)
        self._stream = ctypes.c_void_p(
            self._locked(pulse.pa_stream_new, self._context, b"test", ctypes.byref(wanted), None)
        )
        self._locked(pulse.pa_stream_connect_record, self._stream, None, None, 0)
        self._wait(lambda: self.state() == READY_STREAM)

    def state(self) -> int:
        """Return the stream's state; waits for the library's loop."""
        return int(self._locked(self._pulse.pa_stream_get_state, self._stream))

    def hold(self) -> None:
        """Take a piece and do not give it back."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()

        def peek() -> bool:
            self._locked(
                self._pulse.pa_stream_peek, self._stream, ctypes.byref(data), ctypes.byref(size)
            )
            return bool(data.value)

        self._wait(peek)

    def _locked(self, function: Callable[..., Any], *arguments: object) -> Any:
        self._pulse.pa_threaded_mainloop_lock(self._loop)
        try:
            return function(*arguments)
        finally:
            self._pulse.pa_threaded_mainloop_unlock(self._loop)

    def _wait(self, condition: Callable[[], bool]) -> None:
        while not condition():
            threading.Event().wait(PAUSE)


def main() -> None:
    share_no_memory()
    recording = Recording()
    recording.hold()
    os.write(1, b"holding\n")
    sys.stdin.readline()
    free = threading.Event()
    threading.Thread(target=lambda: (recording.state(), free.set()), daemon=True).start()
    os.write(1, b"free\n" if free.wait(HANGS_SECONDS) else b"hangs\n")
    os._exit(0)  # a thread of the library may hang


if __name__ == "__main__":
    main()
