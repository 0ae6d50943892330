"""Blocks of sound in, utterances out: voice activity, decoders and endpointer joined.

One thread only: the recogniser belongs to whoever pushes blocks.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.conversation.endpointer import Completeness, Endpointer, EndpointSettings, Speech
from voice_skill.domain.model import DialogueState, Hypothesis, Utterance

SAMPLE_RATE = 16_000
"""Samples a second of everything that is listened to."""

BLOCK = 512
"""Samples in a block of the voice activity detector: 32 ms."""

PRE_ROLL_BLOCKS = 14
"""Blocks kept from before speech was noticed (0.45 s): a soft first syllable is part of it."""

FLOOR_SECONDS = 6.0
"""The assistant does not wait longer for somebody to end a sentence."""

Samples = NDArray[np.int16]


class Recognizer(Protocol):
    """What the listener needs of a recogniser; 16 kHz mono samples."""

    def use(self, state: DialogueState) -> None:
        """Choose the grammar of that dialogue state for the next utterance."""

    def accept(self, samples: Samples) -> None:
        """Feed a block to all decoders."""

    def partial(self) -> str:
        """Return what the domain decoder has made out so far."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance: all hypotheses; ready for a new one afterwards."""

    def discard(self) -> None:
        """Forget the utterance."""


class VoiceActivity(Protocol):
    """What the listener needs of a voice activity detector."""

    def probability(self, block: Samples) -> float:
        """Probability (0 to 1) that the 512 samples hold a voice."""

    def reset(self) -> None:
        """Forget what was heard."""


class Listener:
    """Turns the microphone's samples into utterances.

    `completeness(text, state)` tells what the words so far are; `state` is set by whoever runs the
    dialogue and counts from the next utterance on. `wall_time()` is the local time that utterances
    are stamped with; without it they have none.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        voice_activity: VoiceActivity,
        completeness: Callable[[str, DialogueState], Completeness],
        settings: EndpointSettings | None = None,
        *,
        wall_time: Callable[[], datetime.datetime] | None = None,
    ) -> None:
        """Join the engines; nothing is heard before the first `push`."""
        self._wall_time = wall_time
        self.state: DialogueState = "idle"
        self._recognizer = recognizer
        self._voice_activity = voice_activity
        self._completeness = completeness
        self._endpointer = Endpointer(BLOCK / SAMPLE_RATE, settings)
        self._pending: Samples = np.zeros(0, np.int16)
        self._pre_roll: list[Samples] = []
        self._heard_state: DialogueState = "idle"
        self._blocks = 0
        self._began_at = 0.0
        self._partial = ""

    @property
    def speaking(self) -> bool:
        """Whether an utterance is going on."""
        return self._endpointer.speaking

    @property
    def has_the_floor(self) -> bool:
        """Whether the assistant should wait: somebody speaks, and has not gone on for ever.

        Without the limit a television would keep the assistant silent all night.
        """
        return self.speaking and self.seconds - self._began_at < FLOOR_SECONDS

    @property
    def partial(self) -> str:
        """Words of the utterance that is going on, as far as they are known."""
        return self._partial

    @property
    def seconds(self) -> float:
        """Seconds of sound taken in so far, closed stretches included (`skip`)."""
        return self._blocks * BLOCK / SAMPLE_RATE

    def skip(self, samples: int) -> None:
        """Sound that must not be heard (the assistant is speaking): forget what had begun."""
        if self._endpointer.speaking:
            self._recognizer.discard()
        self._endpointer.reset()
        self._voice_activity.reset()
        self._pre_roll.clear()
        self._partial = ""
        waiting = len(self._pending) + samples
        self._pending = np.zeros(waiting % BLOCK, np.int16)
        self._blocks += waiting // BLOCK

    def push(self, samples: Samples) -> list[Utterance]:
        """Take in 16 kHz mono samples, any number; return the utterances that ended in them."""
        self._pending = np.concatenate([self._pending, samples]) if len(self._pending) else samples
        ended: list[Utterance] = []
        while len(self._pending) >= BLOCK:
            block, self._pending = self._pending[:BLOCK], self._pending[BLOCK:]
            utterance = self._push_block(block)
            if utterance is not None:
                ended.append(utterance)
        return ended

    def finish(self) -> Utterance | None:
        """The sound has ended: return the utterance that was going on, if there was one."""
        if len(self._pending):
            self._pending = np.pad(self._pending, (0, BLOCK - len(self._pending)))
            if ended := self.push(np.zeros(0, np.int16)):
                return ended[0]
        if not self._endpointer.speaking:
            return None
        self._endpointer.reset()
        return self._utterance(trailing_seconds=0.0)

    def _push_block(self, block: Samples) -> Utterance | None:
        self._blocks += 1
        probability = self._voice_activity.probability(block)
        trailing = self._endpointer.silence_seconds
        change = self._endpointer.push(probability, self._words_so_far())
        if change is Speech.NONE:
            self._pre_roll.append(block)
            del self._pre_roll[:-PRE_ROLL_BLOCKS]
            return None
        if change is Speech.BEGAN:
            self._begin()
        self._recognizer.accept(block)
        if change is Speech.ENDED:
            return self._utterance(trailing)
        if change is Speech.TOO_SHORT:
            self._recognizer.discard()
            self._partial = ""
            return None
        self._partial = self._recognizer.partial()
        return None

    def _begin(self) -> None:
        self._heard_state = self.state
        self._recognizer.use(self._heard_state)
        self._began_at = self.seconds - (len(self._pre_roll) + 1) * BLOCK / SAMPLE_RATE
        for block in self._pre_roll:
            self._recognizer.accept(block)
        self._pre_roll.clear()

    def _words_so_far(self) -> Completeness:
        # Only asked when silence has begun: the answer cannot shorten a wait that has not started.
        if not self._partial or self._endpointer.silence_seconds <= 0:
            return Completeness.PREFIX
        return self._completeness(self._partial, self._heard_state)

    def _utterance(self, trailing_seconds: float) -> Utterance | None:
        hypotheses = self._recognizer.finish()
        self._partial = ""
        return Utterance(
            hypotheses,
            self._heard_state,
            self._began_at,
            self.seconds - trailing_seconds,
            self._wall_time() if self._wall_time is not None else None,
        )
