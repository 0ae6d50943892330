"""What was played, beside what the microphone heard: the two ends of an echo canceller.

The sound card's two streams have clocks of their own. The player's own count of samples joins
them: every block of the microphone carries how much the player had handed out when it arrived. Two
devices part slowly (`clock_drift`); what was played is then read a little faster, or slower.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import mean, median
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.clock_drift import ClockDrift
from voice_skill.audio.echo_cancellation import EchoCanceller, WebRtcEchoCanceller
from voice_skill.audio.echo_subtraction import EchoSubtraction
from voice_skill.audio.person_detector import PersonDetector
from voice_skill.audio.resample import StreamResampler

Samples = NDArray[np.int16]

SAMPLE_RATE = 16_000
BLOCK_SECONDS = 0.02

MARGIN_SECONDS = 0.06
"""How far behind the player's newest sample is read: the resampler holds back 40 ms, callbacks come
in bursts, and the reference must not run dry. The echo comes later still: the speaker alone has
0.1 s of latency."""

COMFORTABLE_DELAY_SECONDS = 0.2
"""Of the delay that the streams name, this much is left to the canceller; the rest is waited."""

KEPT_SECONDS = 12.0
"""The microphone's inbox may be 10 s behind."""

LOST_BLOCKS = 25
LOST_SECONDS = 0.06
"""By the median of half a second, a stream lost some blocks: the room has to be learned again."""

DRIFTED_BLOCKS = 250
DRIFTED_SECONDS = 0.03
"""By the mean of five seconds, the clocks have parted: put right in silence, where it is not heard.
That is what the drift left before it was known. Each callback may come a
block (20 ms) early or late for seconds on end, so less would be no drift but their beat."""

BEGINNING_BLOCKS = 100
BEGINNING_SECONDS = 0.01
"""Before anything of the room is learned the place is put right by this little: the streams begin
unevenly."""

LEARNING_SECONDS = 4.0
"""Of played sound until the canceller knows the room: before, some of the echo passes (after two
seconds it stood still for nothing once in four replies, on virtual devices)."""

QUIET_SECONDS = 1.0
"""So long after the last played sample its echo is over, and the microphone is left as it is."""


HALF_TAPS = 8
"""Between two samples the sound is made from so many on each side."""

DITHER = 2
"""The resampler gives silence back as noise of one or two steps."""


class EchoSubtractor(Protocol):
    """Subtracts an echo and leaves what it does not know; see `EchoSubtraction`."""

    def process(self, microphone: Samples, played: Samples) -> tuple[Samples, Samples]:
        """Return what is left of the microphone's block, and the same with less of the echo."""
        ...

    def reset(self) -> None:
        """Forget the room."""
        ...


class PlayedSound:
    """The last seconds of what the player handed out, 16 kHz, by position on its clock.

    `put` may be called from the sound card's thread; everything else belongs to one other thread.
    """

    def __init__(self, sample_rate: int) -> None:
        """`sample_rate` is the player's."""
        self._resampler = StreamResampler(sample_rate, SAMPLE_RATE)
        self._arrived: deque[Samples] = deque()
        self._ring: Samples = np.zeros(round(KEPT_SECONDS * SAMPLE_RATE), np.int16)
        self._end = 0
        self._last_sound = -round(KEPT_SECONDS * SAMPLE_RATE)

    def put(self, samples: Samples) -> None:
        """Take what was just handed out; not to be changed afterwards."""
        self._arrived.append(samples)

    def collect(self) -> None:
        """Convert what has arrived since the last call."""
        while self._arrived:
            self._append(self._resampler.feed(self._arrived.popleft()))

    def _append(self, samples: Samples) -> None:
        if len(samples) and np.abs(samples.astype(np.int32)).max() <= DITHER:
            samples = np.zeros_like(samples)
        places = np.arange(self._end, self._end + len(samples)) % len(self._ring)
        self._ring[places] = samples
        if samples.any():
            self._last_sound = self._end + int(np.flatnonzero(samples)[-1])
        self._end += len(samples)

    def at(self, start: int, count: int) -> Samples:
        """Return `count` samples from a position; silence where nothing is known (any more)."""
        wanted = np.arange(start, start + count)
        known = (wanted >= max(0, self._end - len(self._ring))) & (wanted < self._end)
        return np.where(known, self._ring[wanted % len(self._ring)], 0).astype(np.int16)

    def between(self, start: float, count: int) -> Samples:
        """Return `count` samples from a position that may lie between two of them."""
        whole = math.floor(start)
        share = start - whole
        if share == 0.0:
            return self.at(whole, count)
        places = np.arange(-HALF_TAPS, HALF_TAPS) - share + 1.0
        taps = np.sinc(places) * np.cos(0.5 * np.pi * places / (HALF_TAPS + 1)) ** 2
        around = self.at(whole - HALF_TAPS + 1, count + 2 * HALF_TAPS - 1)
        moved = np.convolve(around, (taps / taps.sum())[::-1], "valid")
        read: Samples = np.clip(np.rint(moved), -32_768, 32_767).astype(np.int16)
        return read

    def silent(self, start: int, end: int) -> bool:
        """Whether nothing sounds between two positions."""
        return self._last_sound < start or not self.at(start, max(0, end - start)).any()


class EchoFilter:
    """Cleans the microphone's blocks one after the other, for two listeners.

    Join it to a player by `player.on_pulled = filter.played.put`. What comes out has two columns:
    the words, with the echo subtracted as far as it is known, and beside them what a detector of
    voices may hear, with nothing of the echo left in it, but less of the person too. A second after
    the last sound that was played the blocks are handed on as they are: nothing is to be gained,
    and recognition is measured on untouched sound.
    """

    def __init__(
        self,
        subtractor: EchoSubtractor,
        canceller: EchoCanceller,
        player_rate: int,
        *,
        delay_seconds: float = 0.0,
    ) -> None:
        """`delay_seconds`: from the player handing a sample out until it is heard, as named."""
        self.played = PlayedSound(player_rate)
        self._subtractor, self._canceller = subtractor, canceller
        self._margin = 0
        self.set_delay(delay_seconds)
        self.reset()

    def set_delay(self, seconds: float) -> None:
        """Say how late the echo is, by the latencies that the streams name."""
        late = MARGIN_SECONDS + max(0.0, seconds - COMFORTABLE_DELAY_SECONDS)
        self._margin = round(late * SAMPLE_RATE)

    def reset(self) -> None:
        """The streams were opened anew: find the places and the room again."""
        self.played.collect()  # without a microphone nobody else does
        self._position: float | None = None
        self._off: deque[float] = deque(maxlen=DRIFTED_BLOCKS)
        self._drift = ClockDrift()
        self._even = 0  # where one clock for both would be
        self._filtering = False
        self._learned_blocks = 0
        self._person = PersonDetector()
        self._subtractor.reset()
        self._canceller.reset()

    @property
    def knows_the_room(self) -> bool:
        """Whether enough was played since the last reset for the echo to be taken out."""
        return self._learned_blocks >= round(LEARNING_SECONDS / BLOCK_SECONDS)

    def clean(self, microphone: Samples, handed_out: float) -> Samples:
        """Return a block of 20 ms (shape `(320,)`, 16 kHz) without the echo: shape `(320, 2)`.

        Shape `(320,)` where there was no echo. `handed_out` is the player's clock in seconds when
        the block arrived.
        """
        self.played.collect()
        count = len(microphone)
        due = round(handed_out * SAMPLE_RATE) - self._margin - count
        start = self._align(due, count)
        self._position = start + count * (1.0 + self._drift.rate)
        begin = math.floor(start)
        quiet = self.played.silent(begin - round(QUIET_SECONDS * SAMPLE_RATE), begin + count)
        if quiet and not self._filtering:
            return microphone
        played = self.played.between(start, count)
        self._learned_blocks += bool(played.any())
        words, softened = self._subtractor.process(microphone, played)
        cleared = self._canceller.process(softened, played)
        voices = self._person.voices(microphone, words, softened, cleared)
        cleaned = np.stack([words, voices], axis=1)
        before, self._filtering = self._filtering, not quiet
        if before == self._filtering:
            return cleaned
        untouched = np.stack([microphone] * 2, axis=1)
        return (
            _crossfade(untouched, cleaned)
            if before < self._filtering
            else _crossfade(cleaned, untouched)
        )

    def _align(self, due: int, count: int) -> float:
        """Return where to read: right after the last block, unless the clocks have parted."""
        if self._position is None:
            self._even = due
            return due
        self._even += count
        self._drift.note(due - self._even, SAMPLE_RATE)
        self._off.append(due - self._position)
        start = self._position
        off = self._parted(start, count)
        if off:
            self._off.clear()
            self._learned_blocks = 0
        return start + off

    def _parted(self, start: float, count: int) -> int:
        """Return by how many samples the next place to read is wrong, and worth putting right."""
        if len(self._off) < LOST_BLOCKS:
            return 0
        lately = round(median(list(self._off)[-LOST_BLOCKS:]))
        if abs(lately) >= LOST_SECONDS * SAMPLE_RATE:
            self._drift.jumped(lately)
            return lately
        begins = self._learned_blocks < LOST_BLOCKS  # an earcon teaches nothing
        if len(self._off) < (BEGINNING_BLOCKS if begins else DRIFTED_BLOCKS):
            return 0
        off = round(mean(self._off))
        first, last = math.floor(min(start, start + off)), math.ceil(max(start, start + off))
        worth = BEGINNING_SECONDS if begins else DRIFTED_SECONDS
        silent = self.played.silent(first - count, last + count)
        return off if silent and abs(off) >= worth * SAMPLE_RATE else 0


def make_echo_filter(player_rate: int) -> EchoFilter:
    """Return the filter for a player of this sample rate; UsageError without the extra `aec`."""
    return EchoFilter(EchoSubtraction(), WebRtcEchoCanceller(), player_rate)


def _crossfade(before: Samples, after: Samples) -> Samples:
    """Go from one to the other over the block, without a click."""
    share = np.linspace(0.0, 1.0, len(before))[:, np.newaxis]
    mixed: Samples = np.rint(before * (1.0 - share) + after * share).astype(np.int16)
    return mixed
