"""Is the sound still alive? PortAudio raises nothing when a device is lost; this notices.

Three signs: a stream that is no longer active, callbacks that stay away, and a microphone that
gives nothing but zeros. The last happens when PulseAudio moves the stream of a vanished microphone
to the monitor of the loudspeaker: then there is only ever the assistant's own voice. Blocks in
which that may be heard therefore tell nothing. A muted microphone, or one with a noise gate, gives
zeros too, so zeros alone are a doubt and not yet a failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long, in seconds."""

    start_seconds: float = 5.0  # for the first callback: 1 to 1.7 s are usual
    missing_seconds: float = 3.0  # between callbacks
    zero_seconds: float = 10.0  # of nothing but zeros while the assistant is quiet
    echo_seconds: float = 1.0  # the assistant's voice may still arrive this long after it ended


class Trouble(Enum):
    """What is wrong."""

    MICROPHONE_LOST = auto()
    SPEAKER_LOST = auto()
    ONLY_ZEROS = auto()


class Watch:
    """Judges two streams by their callbacks; times are given in, in seconds of one clock.

    `saw_input` and `saw_output` may be called from the sound card's thread: each sets one number.
    """

    def __init__(self, limits: Limits, now: float) -> None:
        """Begin when the streams open."""
        self._limits = limits
        self._opened = now
        self._last_input: float | None = None
        self._last_output: float | None = None
        self._zero_seconds = 0.0
        self._quiet_seconds = limits.echo_seconds
        self.heard_sound = False

    @property
    def alive(self) -> bool:
        """Both have called: the microphone gave a block, zeros or not, the speaker took one."""
        return self._last_input is not None and self._last_output is not None

    def saw_input(self, now: float) -> None:
        """The microphone's callback was called."""
        self._last_input = now

    def saw_output(self, now: float) -> None:
        """The speaker's callback was called."""
        self._last_output = now

    def judge_block(self, seconds: float, *, zeros: bool, audible: bool) -> None:
        """Take one block of input: whether it is all zeros, and whether we were speaking then."""
        self._quiet_seconds = 0.0 if audible else self._quiet_seconds + seconds
        if self._quiet_seconds < self._limits.echo_seconds:
            return
        if zeros:
            self._zero_seconds += seconds
        else:
            self._zero_seconds = 0.0
            self.heard_sound = True

    def troubles(
        self, now: float, *, input_active: bool, output_active: bool, zero_patience: float = 1.0
    ) -> tuple[Trouble, ...]:
        """Return what is wrong now; `zero_patience` multiplies the limit for zeros."""
        found = []
        if not input_active or self._missing(self._last_input, now):
            found.append(Trouble.MICROPHONE_LOST)
        if not output_active or self._missing(self._last_output, now):
            found.append(Trouble.SPEAKER_LOST)
        if not found and self._zero_seconds >= self._limits.zero_seconds * zero_patience:
            found.append(Trouble.ONLY_ZEROS)
        return tuple(found)

    def _missing(self, last: float | None, now: float) -> bool:
        if last is None:
            return now - self._opened > self._limits.start_seconds
        return now - last > self._limits.missing_seconds
