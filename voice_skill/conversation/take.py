"""One recording of one sentence: when it begins and ends, and what is wrong with it.

Fed with blocks; no clock, no microphone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.levels import RecordingLevel, inspect
from voice_skill.conversation.endpointer import Completeness, Endpointer, EndpointSettings, Speech
from voice_skill.conversation.listener import BLOCK, SAMPLE_RATE, VoiceActivity

Samples = NDArray[np.int16]

BLOCK_SECONDS = BLOCK / SAMPLE_RATE
PRE_ROLL_BLOCKS = 16
"""Blocks kept from before a voice was noticed (0.5 s): a soft first syllable is part of it."""

TAIL_BLOCKS = 16
"""Blocks of silence kept at the end."""

VOICE = 0.5
EDGE_BLOCKS = 2
"""A voice in all of the first (or last) blocks means that a part is missing."""

QUIET_PEAK_DBFS = -30.0

SETTINGS = EndpointSettings(prefix_seconds=1.0, longest_seconds=30.0)
"""A person who reads aloud may pause: a second of silence ends a take."""


@dataclass(frozen=True, slots=True)
class Take:
    """A recorded sentence, 16 kHz mono; `faults` say why to record it again, if at all."""

    samples: Samples
    level: RecordingLevel
    faults: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


class TakeRecorder:
    """Waits for a voice (or is told to begin), records until it ends (or is told to end)."""

    def __init__(self, voice_activity: VoiceActivity) -> None:
        """Nothing is recorded before the first `push`."""
        self._voice_activity = voice_activity
        self._endpointer = Endpointer(BLOCK_SECONDS, SETTINGS)
        self.reset()

    def reset(self) -> None:
        """Forget everything that was heard, and wait."""
        self._voice_activity.reset()
        self._endpointer.reset()
        self._pending: Samples = np.zeros(0, np.int16)
        self._pre_roll: deque[tuple[Samples, float]] = deque(maxlen=PRE_ROLL_BLOCKS)
        self._taken: list[tuple[Samples, float]] = []
        self.recording = False
        self._by_hand = False

    @property
    def seconds(self) -> float:
        """How long the take is so far."""
        return len(self._taken) * BLOCK_SECONDS

    @property
    def loudness(self) -> float:
        """Peak of the last block, 0..1 of full scale."""
        recent = self._taken or self._pre_roll
        return float(np.max(np.abs(recent[-1][0].astype(np.int32)))) / 32768 if recent else 0.0

    def begin(self) -> None:
        """Record from now on, whatever is heard."""
        if not self.recording:
            self._start(by_hand=True)

    def end(self) -> Take | None:
        """Stop recording; None where nothing was recorded."""
        blocks = self._taken
        self.reset()
        return judged(blocks) if blocks else None

    def push(self, samples: Samples) -> Take | None:
        """Take in samples, any number; return the take that ended in them.

        What follows its end in the same samples is forgotten.
        """
        self._pending = np.concatenate([self._pending, samples])
        while len(self._pending) >= BLOCK:
            block, self._pending = self._pending[:BLOCK], self._pending[BLOCK:]
            take = self._push_block(block)
            if take is not None:
                return take
        return None

    def _start(self, *, by_hand: bool) -> None:
        self.recording = True
        self._by_hand = by_hand
        self._taken = list(self._pre_roll)
        self._pre_roll.clear()

    def _push_block(self, block: Samples) -> Take | None:
        probability = self._voice_activity.probability(block)
        change = self._endpointer.push(probability, Completeness.PREFIX)
        if change is Speech.BEGAN and not self.recording:
            self._start(by_hand=False)
        heard = (block, probability)
        if not self.recording:
            self._pre_roll.append(heard)
            return None
        self._taken.append(heard)
        if change is Speech.TOO_SHORT and not self._by_hand:
            self.reset()
            return None
        if change is Speech.ENDED or self.seconds >= SETTINGS.longest_seconds:
            return self.end()
        return None


def judged(blocks: list[tuple[Samples, float]]) -> Take:
    """Return blocks with their voice probabilities as a take, long silence at its end cut off."""
    voiced = [number for number, (_, probability) in enumerate(blocks) if probability >= VOICE]
    if voiced:
        blocks = blocks[: voiced[-1] + 1 + TAIL_BLOCKS]
    samples = np.concatenate([block for block, _ in blocks])
    level = inspect(samples)
    return Take(samples, level, tuple(_faults(blocks, samples, level)))


def _faults(
    blocks: list[tuple[Samples, float]], samples: Samples, level: RecordingLevel
) -> list[str]:
    if not samples.any():
        return ["nothing but zeros: is the microphone muted?"]
    voices = [probability >= VOICE for _, probability in blocks]
    if level.silent or not any(voices):
        return ["no voice was heard"]
    faults = []
    if level.clipped:
        faults.append(f"too loud: {level.clipped_share:.1%} of it is clipped; move back a little")
    elif level.peak_dbfs < QUIET_PEAK_DBFS:
        faults.append(f"very quiet (peak {level.peak_dbfs:.0f} dBFS): move closer, or turn it up")
    if all(voices[:EDGE_BLOCKS]):
        faults.append("the beginning may be cut off: wait a moment before you speak")
    if all(voices[-EDGE_BLOCKS:]):
        faults.append("the end may be cut off: it was stopped while you spoke")
    return faults
