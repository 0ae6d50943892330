"""Where the sound server has put our streams, and word of every change in it.

PulseAudio and PipeWire move a stream silently when its device goes: the microphone's to the monitor
of a loudspeaker, the speaker's to a sink that nobody hears. Only the server knows, so it is asked,
by its own program `pactl`. `pactl subscribe` runs beside us and writes a line for every change, so
nothing is asked while nothing changes. Where there is no `pactl`, or no such server, nothing is
known, and the streams are judged by their sound alone (`watch`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum, auto

from voice_skill.audio.portaudio import Kind

QUERY_SECONDS = 1.0
"""One question to the server; a server that hangs must not hold up the thread that listens."""

UNANSWERED_SECONDS = 10.0
"""After a question without an answer none is asked for so long."""

_STREAMS = re.compile(rb" on (?:source|sink|source-output|sink-input) #")
_DEVICES = re.compile(rb"'(?:new|remove)' on (?:source|sink) #|'change' on server #")
_MONITOR = ".monitor"
_NOWHERE = "auto_null"
"""What PulseAudio and PipeWire call the sink that stands in where there is no loudspeaker."""

_LISTS: Mapping[Kind, tuple[str, str, str]] = {
    "microphone": ("source-outputs", "sources", "Source"),
    "speaker": ("sink-inputs", "sinks", "Sink"),
}

Ask = Callable[[tuple[str, ...]], str]


class Place(Enum):
    """Where a stream of ours is."""

    UNKNOWN = auto()
    RIGHT = auto()
    WRONG = auto()
    """At a device that is none, and there is no other."""
    MISPLACED = auto()
    """At a device that is none, though there is a real one."""


class Change(Enum):
    """What is new in the server. Our own opening and closing changes streams, not devices."""

    NOTHING = auto()
    STREAMS = auto()
    DEVICES = auto()
    """A device came or went, another is the default, or the server itself is gone."""


def places(ask: Ask, process: int) -> dict[Kind, Place]:
    """Return where a process's microphone and speaker streams are; OSError without an answer.

    `ask` takes the words after `pactl` and returns what it prints in the language C.
    """
    found: dict[Kind, Place] = {}
    for kind, (streams, devices, heading) in _LISTS.items():
        at = _devices_of(ask(("list", streams)), heading, process)
        names = _names(ask(("list", "short", devices))) if at else {}
        found[kind] = _place(kind, at, names)
    return found


def _place(kind: Kind, at: set[str], names: Mapping[str, str]) -> Place:
    here = [names[index] for index in at if index in names]
    if not here:
        return Place.UNKNOWN
    if all(_real(kind, name) for name in here):
        return Place.RIGHT
    return Place.MISPLACED if any(_real(kind, n) for n in names.values()) else Place.WRONG


def _real(kind: Kind, name: str) -> bool:
    return not name.endswith(_MONITOR) if kind == "microphone" else name != _NOWHERE


def _devices_of(listing: str, heading: str, process: int) -> set[str]:
    """Return the numbers of the devices that the process's streams are at."""
    ours = re.compile(rf'^\s*application\.process\.id = "{process}"$', re.MULTILINE)
    device = re.compile(rf"^\s*{heading}: (\d+)$", re.MULTILINE)
    blocks = [block for block in listing.split("\n\n") if ours.search(block)]
    return {match[1] for block in blocks if (match := device.search(block))}


def _names(short_listing: str) -> dict[str, str]:
    rows = (line.split("\t") for line in short_listing.splitlines())
    return {row[0]: row[1] for row in rows if len(row) > 1}


class SoundServer:
    """Tells of changes and places, for one thread. Nothing here raises, and nothing waits long."""

    def __init__(self, program: str = "pactl") -> None:
        """Ask by `program`; nothing runs before `start`."""
        self._program = shutil.which(program)
        self._subscription: subprocess.Popen[bytes] | None = None
        self._silent_until = 0.0

    def start(self) -> bool:
        """Begin to be told of changes, also again after the server went; False: nothing new."""
        if self._program is None or self._subscription is not None:
            return False
        with suppress(OSError):
            self._subscription = subprocess.Popen(
                [self._program, "subscribe"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,  # Ctrl+C is for us
            )
            assert self._subscription.stdout is not None
            os.set_blocking(self._subscription.stdout.fileno(), False)
        return self.told

    def close(self) -> None:
        """End the program beside us."""
        subscription, self._subscription = self._subscription, None
        if subscription is None:
            return
        subscription.kill()
        subscription.wait()
        assert subscription.stdout is not None
        subscription.stdout.close()

    @property
    def told(self) -> bool:
        """Whether we are told of changes."""
        return self._subscription is not None

    def changed(self) -> Change:
        """Return what is new since the last call."""
        if self._subscription is None:
            return Change.NOTHING
        assert self._subscription.stdout is not None
        lines = b""
        with suppress(BlockingIOError):
            while block := os.read(self._subscription.stdout.fileno(), 65_536):
                lines += block
            self.close()  # its output ended: there is no server any more
            return Change.DEVICES
        if _DEVICES.search(lines):
            return Change.DEVICES
        return Change.STREAMS if _STREAMS.search(lines) else Change.NOTHING

    def places(self) -> dict[Kind, Place]:
        """Return where our streams are; empty where the server cannot tell."""
        if self._program is None or time.monotonic() < self._silent_until:
            return {}
        try:
            return places(self._ask, os.getpid())
        except subprocess.TimeoutExpired:
            self._silent_until = time.monotonic() + UNANSWERED_SECONDS
        except (OSError, subprocess.SubprocessError):
            pass  # there is no server just now
        return {}

    def _ask(self, words: tuple[str, ...]) -> str:
        assert self._program is not None
        done = subprocess.run(
            [self._program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=QUERY_SECONDS,
            check=True,
        )
        return done.stdout.decode(errors="replace")
