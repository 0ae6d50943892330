"""Is the sound still alive? PortAudio raises nothing when a device is lost; this notices.

Three signs: a stream that is no longer active, callbacks that stay away, and a microphone that
gives nothing but zeros. Blocks in which the assistant's own voice may be heard tell nothing: a
stream that was moved to the monitor of the loudspeaker gives just that, and zeros between.

Zeros mean little by themselves, because a noise gate gives them in every quiet hour. They mean much
from a microphone that is known to have a noise floor (`NoiseFloor`): that one is muted, or gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from voice_skill.audio.portaudio import Kind

QUIET_PEAK = 100
"""A block whose largest sample is no larger holds the floor of the microphone (-50 dBFS)."""

PROVEN_SECONDS = 10.0
"""So much quiet without zeros proves a noise floor: a gate would have closed in it."""

FEW_ZEROS = 0.01
"""Share of zeros up to which the floor stays proven: a busy machine leaves holes."""

STALL_SECONDS = 1.0
"""Looks further apart: this process itself stood still, which says nothing about the devices."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long, in seconds."""

    start_seconds: float = 3.0  # for the first callback: 1 to 1.7 s are usual
    missing_seconds: float = 2.0  # between callbacks
    sudden_zero_seconds: float = 2.5  # of zeros from a microphone that has a noise floor
    zero_seconds: float = 10.0  # of nothing but zeros from any other
    echo_seconds: float = 1.0  # the assistant's voice may still arrive this long after it ended
    close_seconds: float = 3.0  # for PortAudio to end a stream
    follow_seconds: float = 1.0  # for a stream to end by itself after its server's other one did


class Trouble(Enum):
    """What is wrong."""

    MICROPHONE_LOST = auto()
    SPEAKER_LOST = auto()
    SUDDEN_ZEROS = auto()
    ONLY_ZEROS = auto()


class NoiseFloor:
    """Whether a microphone gives noise where the room is quiet. One for each device."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._noise_seconds = 0.0
        self._zero_seconds = 0.0

    @property
    def proven(self) -> bool:
        """It was quiet long enough, and hardly ever gave zeros."""
        allowed = FEW_ZEROS * self._noise_seconds
        return self._noise_seconds >= PROVEN_SECONDS and self._zero_seconds <= allowed

    def quiet(self, seconds: float) -> None:
        """Take a block that is quiet and not zero."""
        self._noise_seconds += seconds

    def zeros(self, seconds: float) -> None:
        """Take a stretch of zeros that is over."""
        self._zero_seconds += seconds

    def forget(self) -> None:
        """Nothing is known any more: it has to be proven anew."""
        self._noise_seconds = self._zero_seconds = 0.0


class Watch:
    """Judges two streams by their callbacks; times are given in, in seconds of one clock.

    `saw_input` and `saw_output` may be called from the sound card's thread: each sets one number.
    """

    def __init__(self, limits: Limits, now: float, floor: NoiseFloor | None = None) -> None:
        """Begin when the streams open; what is known of the microphone's noise outlives them."""
        self._limits = limits
        self._opened = now
        self.looked = now
        self._last_input: float | None = None
        self._last_output: float | None = None
        self.floor = floor or NoiseFloor()
        self._zero_seconds = 0.0
        self._quiet_seconds = limits.echo_seconds
        self._heard_sound = False

    @property
    def heard_sound(self) -> bool:
        """Whether the last block that counts held sound, be it the faintest noise."""
        return self._heard_sound and self._zero_seconds == 0

    @property
    def calling(self) -> frozenset[Kind]:
        """Which have called: the microphone gave a block, zeros or not, the speaker took one."""
        called: list[Kind] = []
        if self._last_input is not None:
            called.append("microphone")
        if self._last_output is not None:
            called.append("speaker")
        return frozenset(called)

    def saw_input(self, now: float) -> None:
        """The microphone's callback was called."""
        self._last_input = now

    def saw_output(self, now: float) -> None:
        """The speaker's callback was called."""
        self._last_output = now

    def judge_block(self, seconds: float, *, peak: int, audible: bool) -> None:
        """Take one block of input: its largest sample (absolute), and whether we spoke then."""
        self._quiet_seconds = 0.0 if audible else self._quiet_seconds + seconds
        if self._quiet_seconds < self._limits.echo_seconds:
            return
        if peak == 0:
            self._zero_seconds += seconds
            return
        if self._heard_sound:  # zeros before the first sound: every stream begins with some
            self.floor.zeros(self._zero_seconds)
        self._zero_seconds = 0.0
        self._heard_sound = True
        if peak <= QUIET_PEAK:
            self.floor.quiet(seconds)

    def end(self) -> None:
        """The streams are closed. Long zeros at their end: it was no noise floor after all."""
        if self._zero_seconds >= self._limits.sudden_zero_seconds:
            self.floor.forget()

    def troubles(
        self,
        now: float,
        *,
        input_active: bool,
        output_active: bool,
        patience: float = 1.0,
        start_patience: float = 1.0,
    ) -> tuple[Trouble, ...]:
        """Return what is wrong now; the patiences multiply the limits for zeros and for starting.

        To be asked often: after a look that comes late the streams get their time anew.
        """
        if now - self.looked > STALL_SECONDS:
            self._begin_again(now)
        self.looked = now
        found = []
        if not input_active or self._missing(self._last_input, now, start_patience):
            found.append(Trouble.MICROPHONE_LOST)
        if not output_active or self._missing(self._last_output, now, start_patience):
            found.append(Trouble.SPEAKER_LOST)
        if Trouble.MICROPHONE_LOST not in found:
            found += self._zero_trouble(patience)
        return tuple(found)

    def _zero_trouble(self, patience: float) -> list[Trouble]:
        limits = self._limits
        if self.floor.proven and self._zero_seconds >= limits.sudden_zero_seconds:
            return [Trouble.SUDDEN_ZEROS]
        return [Trouble.ONLY_ZEROS] if self._zero_seconds >= limits.zero_seconds * patience else []

    def _begin_again(self, now: float) -> None:
        self._opened = now
        if self._last_input is not None:
            self._last_input = max(self._last_input, now)
        if self._last_output is not None:
            self._last_output = max(self._last_output, now)

    def _missing(self, last: float | None, now: float, start_patience: float) -> bool:
        if last is None:
            return now - self._opened > self._limits.start_seconds * start_patience
        return now - last > self._limits.missing_seconds
