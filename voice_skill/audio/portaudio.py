"""PortAudio, by sounddevice: loaded when needed, quietly, and restarted after a loss.

The only module that imports sounddevice. The import starts PortAudio, which fails where its library
is missing, so commands that need no device must not import it.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import importlib
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Literal

from voice_skill.audio.pulse_client import share_no_memory
from voice_skill.audio.quiet import quiet
from voice_skill.domain.errors import DeviceError

Kind = Literal["microphone", "speaker"]

# portaudio.h, PaErrorCode
INVALID_CHANNEL_COUNT = -9998
INVALID_SAMPLE_RATE = -9997
SAMPLE_FORMAT_NOT_SUPPORTED = -9994
DEVICE_UNAVAILABLE = -9985
NOT_THIS_FORMAT = (INVALID_CHANNEL_COUNT, INVALID_SAMPLE_RATE, SAMPLE_FORMAT_NOT_SUPPORTED)


@functools.cache
def load(import_module: Callable[[str], ModuleType] = importlib.import_module) -> ModuleType:
    """Return the module `sounddevice` with PortAudio started.

    Raises DeviceError where the system has no PortAudio library.
    """
    share_no_memory()
    try:
        with quiet():
            sounddevice = import_module("sounddevice")
            _silence_alsa()
    except OSError as error:
        raise DeviceError(
            f"the sound library PortAudio cannot be loaded: {error}",
            hint="Install it: sudo apt-get install libportaudio2 libasound2-plugins",
        ) from error
    return sounddevice


@functools.cache
def _silence_alsa() -> None:
    """Give ALSA an error handler that does nothing.

    It prints "underrun occurred" and the like at any time, into whatever the terminal shows. The
    handler is a C function that takes no notice of its arguments, because ALSA calls it in the
    sound card's thread, where Python would have to wait for its lock.
    """
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        alsa.snd_lib_error_set_handler(ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p))
    except (OSError, AttributeError):
        return  # another system, without ALSA: then nothing prints either


# Set once a stream has hung in PortAudio: stopping the library waits for that stream, for ever.
_hangs = threading.Event()


def restart() -> None:
    """Stop and start PortAudio, so that it looks for devices anew.

    Every open stream dies of it: whoever calls this must own all of them. After `never_terminate`
    nothing happens, and devices stay numbered as they were. Raises DeviceError.
    """
    if _hangs.is_set():
        return
    sounddevice = load()
    try:
        with quiet():
            # Private, but the only way: PortAudio lists the devices once, when it starts.
            if sounddevice._initialized:  # not so after a restart that failed half-way
                sounddevice._terminate()
            sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise DeviceError(
            f"the sound library does not start again: {error}",
            hint="Check that the sound server runs, then start the program again.",
        ) from error


def never_terminate() -> None:
    """Leave PortAudio as it is from now on, at the program's end too: one of its streams hangs."""
    _hangs.set()
    handler = getattr(load(), "_exit_handler", None)
    if handler is not None:
        atexit.unregister(handler)


def error_code(error: Exception) -> int:
    """Return the PaErrorCode of a PortAudioError; 0 where it has none."""
    code = error.args[1] if len(error.args) > 1 else 0
    return code if isinstance(code, int) else 0


def device_error(error: Exception, kind: Kind, name: str) -> DeviceError:
    """Say what a PortAudioError means for the person, and what to do about it."""
    if error_code(error) == DEVICE_UNAVAILABLE:
        return DeviceError(
            f"the {kind} {name!r} is busy: another program holds it",
            hint="Close the other program, or choose another device: voice-skill devices",
        )
    text = str(error.args[0]) if error.args else str(error)
    return DeviceError(
        f"the {kind} {name!r} does not open: {text}",
        hint="Check that it is plugged in and the sound server runs; see: voice-skill devices",
    )
