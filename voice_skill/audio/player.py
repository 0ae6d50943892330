"""The player: a queue of clips that a sound card, or a recording, pulls samples from.

It has no thread and no clock. Whoever needs sound calls `pull(frames)`; live that is PortAudio's
callback, over a recording it is the loop itself, and what comes out is the same to the sample.
Everything that changes what is heard acts within one pull and without a click.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.resample import resample
from voice_skill.domain.manner import QUIETEST_DB, gain_of

Tag = Hashable
Samples = NDArray[np.int16]

FADE_SECONDS = 0.005  # long enough not to click, too short to be heard as a fade
VOLUME_RAMP_SECONDS = 0.05  # from silence to full
LOUDEST = 1.0  # gain; above it speech would clip
QUIETEST = gain_of(QUIETEST_DB)  # speech must stay audible whatever was asked for


@dataclass(slots=True)
class _Clip:
    """Something in the queue; `gap` is silence, and its samples are empty."""

    samples: Samples
    frames: int
    gap: bool = False
    tag: Tag | None = None
    least_volume: float = 0.0
    begun: bool = False
    position: int = 0


@dataclass(slots=True)
class _Gain:
    """A gain that moves towards its target by at most `step` a sample."""

    value: float
    target: float
    step: float

    def run(self, frames: int) -> NDArray[np.float32] | float:
        """The gain of the next samples: one number where it stands still."""
        if self.value == self.target:
            return self.value
        moved = np.arange(1, frames + 1, dtype=np.float64) * self.step
        if self.target > self.value:
            course = np.minimum(self.value + moved, self.target)
        else:
            course = np.maximum(self.value - moved, self.target)
        self.value = float(course[-1])
        return course.astype(np.float32)

    def frames_left(self) -> int:
        return math.ceil(abs(self.target - self.value) / self.step)


class Player:
    """Plays clips one after the other; safe to call from any thread.

    `on_started(tag)` and `on_finished(tag)` are called from within `pull`, after its lock is
    released: by the sound card's thread when live, so they may only post a value. A clip that was
    stopped is never reported as finished. So is `on_pulled(samples)`, with all that is handed out:
    an echo canceller's reference, not to be changed.
    """

    def __init__(
        self,
        sample_rate: int,
        *,
        on_started: Callable[[Tag], None] | None = None,
        on_finished: Callable[[Tag], None] | None = None,
        on_pulled: Callable[[Samples], None] | None = None,
    ) -> None:
        """Play at `sample_rate`; clips of other rates are converted when they are enqueued."""
        self.sample_rate = sample_rate
        self.on_started = on_started
        self.on_finished = on_finished
        self.on_pulled = on_pulled
        self._lock = threading.Lock()
        self._queue: deque[_Clip] = deque()
        self._tail: NDArray[np.float32] = np.zeros(0, np.float32)  # the fade after a stop
        self._held = False
        self._paused = False
        self._pulled = 0
        self._fade_frames = max(1, round(FADE_SECONDS * sample_rate))
        self._fade = _Gain(1.0, 1.0, 1.0 / self._fade_frames)
        self._volume = _Gain(1.0, 1.0, 1.0 / (VOLUME_RAMP_SECONDS * sample_rate))

    # ---------------------------------------------------------------- the queue

    def enqueue(
        self,
        samples: Samples,
        tag: Tag | None = None,
        *,
        sample_rate: int | None = None,
        at_once: bool = False,
        least_volume: float = 0.0,
    ) -> None:
        """Add a mono clip at the end, or with `at_once` as the next thing to be heard.

        It is played no more quietly than at the gain `least_volume`: for a warning message.

        `at_once` is for a word on the beat: it goes before gaps and waiting clips, drops none of
        them, and lets the clip that is sounding end. Raises ValueError for anything but a
        one-dimensional int16 array.
        """
        if samples.ndim != 1 or samples.dtype != np.int16:
            raise ValueError(f"expected mono int16 samples, got {samples.dtype}{samples.shape}")
        own = resample(samples, sample_rate or self.sample_rate, self.sample_rate)
        own = own.copy() if own is samples else own
        clip = _Clip(own, len(own), tag=tag, least_volume=least_volume)
        with self._lock:
            if at_once:
                self._queue.insert(1 if self._sounding() else 0, clip)
            else:
                self._queue.append(clip)

    def gap(self, seconds: float) -> None:
        """Add silence at the end of the queue: room for the person to speak between sentences."""
        frames = max(0, round(seconds * self.sample_rate))
        with self._lock:
            self._queue.append(_Clip(np.zeros(0, np.int16), frames, gap=True))

    def stop(self) -> tuple[Tag, ...]:
        """Fall silent (a fade of 5 ms) and forget the queue; ends a pause, leaves a hold.

        Returns the tags that will now never be reported as finished, in order.
        """
        with self._lock:
            clip = self._sounding()
            if clip is not None and self._fade.value > 0:
                last = clip.samples[clip.position : clip.position + self._fade_frames]
                ramp = np.linspace(self._fade.value, 0.0, self._fade_frames + 1, dtype=np.float32)
                self._tail = last * ramp[1 : len(last) + 1]
            dropped = tuple(clip.tag for clip in self._queue if clip.tag is not None)
            self._queue.clear()
            self._paused = False
            self._fade.value = self._fade.target = 1.0
        return dropped

    # ---------------------------------------------------------------- pausing and holding

    def pause(self) -> None:
        """Stand still in the middle of a clip or a gap, until `resume`."""
        with self._lock:
            self._paused = True
            self._fade.target = 0.0
            if self._sounding() is None:
                self._fade.value = 0.0  # nothing sounds: nothing to fade

    def resume(self) -> None:
        """Go on where `pause` stopped."""
        with self._lock:
            self._paused = False
            self._fade.target = 1.0
            if self._sounding() is None:
                self._fade.value = 1.0  # a clip that has not begun needs no fade to begin

    def hold(self) -> None:
        """Begin no further clip (the person is speaking); the one that sounds goes on."""
        with self._lock:
            self._held = True

    def release(self) -> None:
        """Begin clips again after `hold`."""
        with self._lock:
            self._held = False

    # ---------------------------------------------------------------- volume

    @property
    def volume(self) -> float:
        """The gain asked for, `QUIETEST`..1.0; setting it moves there without a click."""
        return self._volume.target

    @volume.setter
    def volume(self, gain: float) -> None:
        if not math.isfinite(gain):
            raise ValueError(f"a volume must be a number, not {gain}")
        with self._lock:
            self._volume.target = min(max(gain, QUIETEST), LOUDEST)
            if self._sounding() is None:
                self._volume.value = self._volume.target

    # ---------------------------------------------------------------- what is going on

    @property
    def audible(self) -> bool:
        """A clip has begun, has not ended and is not paused: what is heard now may be ourselves."""
        with self._lock:
            sounding = self._sounding() is not None and self._fade.value > 0
            return sounding or len(self._tail) > 0

    @property
    def busy(self) -> bool:
        """Something is sounding or waiting; a gap counts."""
        with self._lock:
            return bool(self._queue) or len(self._tail) > 0

    @property
    def paused(self) -> bool:
        """Between `pause` and `resume`."""
        return self._paused

    @property
    def position(self) -> float:
        """Seconds of the present clip that were handed out; 0.0 where none sounds."""
        with self._lock:
            clip = self._sounding()
            return clip.position / self.sample_rate if clip else 0.0

    @property
    def seconds_pulled(self) -> float:
        """The player's own clock: how much sound, silence included, was handed out so far."""
        return self._pulled / self.sample_rate

    # ---------------------------------------------------------------- the sound itself

    def pull(self, frames: int) -> Samples:
        """Return exactly `frames` samples, silence where there is nothing to play."""
        started: list[Tag] = []
        finished: list[Tag] = []
        with self._lock:
            out = self._fill(frames, started, finished)
            self._pulled += frames
        if self.on_pulled is not None:
            self.on_pulled(out)
        # In the order of the queue; a clip within one pull starts before it finishes.
        if self.on_started is not None:
            for tag in started:
                self.on_started(tag)
        if self.on_finished is not None:
            for tag in finished:
                self.on_finished(tag)
        return out

    def _fill(self, frames: int, started: list[Tag], finished: list[Tag]) -> Samples:
        out = np.zeros(frames, np.int16)
        done = self._play_tail(out)
        while done < frames and self._queue and not self._still():
            clip = self._queue[0]
            if not clip.begun and not clip.gap:
                if self._paused:
                    self._fade.value = 0.0  # the last clip ended within the fade
                if self._paused or self._held:
                    break
            if not clip.begun:
                clip.begun = True
                if clip.tag is not None:
                    started.append(clip.tag)
            done += self._play(clip, out[done:])
            if clip.position >= clip.frames:
                self._queue.popleft()
                if clip.tag is not None:
                    finished.append(clip.tag)
        return out

    def _still(self) -> bool:
        """Paused, and the fade is over."""
        return self._paused and self._fade.value == 0.0

    def _sounding(self) -> _Clip | None:
        """The clip that has begun and not ended; None in a gap and between clips."""
        head = self._queue[0] if self._queue else None
        return head if head is not None and head.begun and not head.gap else None

    def _play_tail(self, out: Samples) -> int:
        count = min(len(self._tail), len(out))
        if count:
            out[:count] = _rounded(self._tail[:count] * self._volume.run(count))
            self._tail = self._tail[count:]
        return count

    def _play(self, clip: _Clip, out: Samples) -> int:
        """Write the next samples of a clip or gap; returns how many."""
        count = min(len(out), clip.frames - clip.position)
        if self._paused:
            if clip.gap:
                self._fade.value = 0.0
                return 0
            count = min(count, self._fade.frames_left())
        if count and not clip.gap:
            part = clip.samples[clip.position : clip.position + count]
            volume = self._volume.run(count)
            if clip.least_volume:
                volume = np.maximum(volume, np.float32(clip.least_volume))
            gain = self._fade.run(count) * volume
            plain = isinstance(gain, float) and gain == 1.0
            out[:count] = part if plain else _rounded(part * gain)
        clip.position += count
        return count


def _rounded(wave: NDArray[np.float32]) -> Samples:
    return np.rint(wave).astype(np.int16)
