"""Blocks of sound in, utterances out: voice activity, decoders and endpointer joined.

One thread only: the recogniser belongs to whoever pushes blocks.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

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

CUT_BLOCKS = 4
"""A voice that is found with so few blocks before it was there when the microphone opened: three
blocks it takes to be sure of a voice."""

FLOOR_SECONDS = 6.0
"""The assistant does not wait longer for somebody to end a sentence."""

EARLY_SECONDS = 0.16
"""How long the words of a command must have stood unchanged before it acts early."""

EarlyIntent = Literal["stop", "pause"]
"""What acts before the end of an utterance: falling silent too often does no harm."""

EARLY_INTENTS: tuple[EarlyIntent, ...] = get_args(EarlyIntent)

Samples = NDArray[np.int16]


class Recognizer(Protocol):
    """What the listener needs of a recogniser; 16 kHz mono samples."""

    def use(self, state: DialogueState) -> None:
        """Choose the grammar of that dialogue state for the next utterance."""

    def accept(self, samples: Samples) -> None:
        """Feed a block to all decoders."""

    def partial(self) -> str:
        """Return what the domain decoder has made out so far."""

    def partials(self) -> tuple[Hypothesis, ...]:
        """Return what each decoder has made out so far."""

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


@dataclass(slots=True)
class _Words:
    """What has been made out of the present utterance, and since which second it has stood so."""

    partial: str = ""
    partial_since: float = 0.0
    partials: tuple[Hypothesis, ...] = ()
    so_far: Completeness = Completeness.FREE
    so_far_since: float = 0.0
    early: EarlyIntent | None = None
    early_asked: bool = False


class Listener:
    """Turns the microphone's samples into utterances.

    `completeness(partials, state)` tells what the words so far are; `state` is set by whoever runs
    the dialogue and counts from the next utterance on. `early(text, state)` tells whether words
    are a command that acts early; without it none does. `wall_time()` is the local time that
    utterances are stamped with; without it they have none. `keep` is given the sound of each
    utterance; without it no sound outlives the utterance.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        voice_activity: VoiceActivity,
        completeness: Callable[[Sequence[Hypothesis], DialogueState], Completeness],
        settings: EndpointSettings | None = None,
        *,
        early: Callable[[str, DialogueState], EarlyIntent | None] = lambda text, state: None,
        wall_time: Callable[[], datetime.datetime] | None = None,
        keep: Callable[[Samples, Utterance], None] | None = None,
    ) -> None:
        """Join the engines; nothing is heard before the first `push`."""
        self._wall_time = wall_time
        self._keep = keep
        self._sound: list[Samples] = []
        self.state: DialogueState = "idle"
        self._recognizer = recognizer
        self._voice_activity = voice_activity
        self._completeness = completeness
        self._is_early = early
        self._endpointer = Endpointer(BLOCK / SAMPLE_RATE, settings)
        self._pending: Samples = np.zeros((0, 2), np.int16)
        self._pre_roll: list[Samples] = []
        self._heard_state: DialogueState = "idle"
        self._blocks = 0
        self._began_at = 0.0
        self._cut = False
        self._just_opened = False
        self._words = _Words()

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
    def stirring(self) -> bool:
        """Whether the last block had a voice in it, though no speech has begun yet."""
        return self._endpointer.stirring

    @property
    def settings(self) -> EndpointSettings:
        """The endpointer's settings from the next utterance on; they can be changed any time."""
        return self._endpointer.settings

    @settings.setter
    def settings(self, settings: EndpointSettings) -> None:
        self._endpointer.settings = settings

    @property
    def partial(self) -> str:
        """Words of the utterance that is going on, as far as they are known."""
        return self._words.partial

    @property
    def early(self) -> EarlyIntent | None:
        """The command that the utterance, still going on, is at this moment; None for no command.

        What was said is decided when it has ended: `stop` may become `stop hurting me`.
        """
        return self._words.early

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
        self._just_opened = True
        self._forget()
        waiting = len(self._pending) + samples
        self._pending = np.zeros((waiting % BLOCK, 2), np.int16)
        self._blocks += waiting // BLOCK

    def push(self, samples: Samples) -> list[Utterance]:
        """Take in 16 kHz mono samples, any number; return the utterances that ended in them.

        Shape `(samples,)`, or `(samples, 2)` from an echo canceller: the sound that is recognised,
        and beside it the sound in which a voice is looked for.
        """
        both = samples if samples.ndim == 2 else np.stack([samples, samples], axis=1)
        self._pending = np.concatenate([self._pending, both])
        ended: list[Utterance] = []
        while len(self._pending) >= BLOCK:
            block, self._pending = self._pending[:BLOCK], self._pending[BLOCK:]
            utterance = self._push_block(*np.ascontiguousarray(block.T))
            if utterance is not None:
                ended.append(utterance)
        return ended

    def finish(self) -> Utterance | None:
        """The sound has ended: return the utterance that was going on, if there was one."""
        if len(self._pending):
            self._pending = np.pad(self._pending, ((0, BLOCK - len(self._pending)), (0, 0)))
            if ended := self.push(np.zeros(0, np.int16)):
                return ended[0]
        if not self._endpointer.speaking:
            return None
        self._endpointer.reset()
        return self._utterance(trailing_seconds=0.0)

    def hear_out(self) -> Utterance | None:
        """The assistant begins to speak: return what somebody says who has talked for long.

        It counts as cut. What lasted too short for that is left for `skip` to forget: its half
        would be taken for the whole.
        """
        return None if self.has_the_floor else self.break_off()

    def break_off(self) -> Utterance | None:
        """Nothing more is heard of what somebody says: return it as far as it came, as cut."""
        utterance = self.finish() if self.speaking else None
        return None if utterance is None else replace(utterance, cut=True)

    def _push_block(self, block: Samples, for_voices: Samples) -> Utterance | None:
        self._blocks += 1
        probability = self._voice_activity.probability(for_voices)
        trailing = self._endpointer.silence_seconds
        change = self._endpointer.push(probability, self._words_so_far(), self._steady_seconds)
        if change is Speech.NONE:
            self._pre_roll.append(block)
            del self._pre_roll[:-PRE_ROLL_BLOCKS]
            self._just_opened &= len(self._pre_roll) < CUT_BLOCKS
            return None
        if change is Speech.BEGAN:
            self._begin()
        self._recognizer.accept(block)
        if self._keep is not None:
            self._sound.append(block)
        if change is Speech.ENDED:
            return self._utterance(trailing)
        if change is Speech.TOO_SHORT:
            self._recognizer.discard()
            self._forget()
            return None
        self._note_partial(self._recognizer.partial())
        return None

    def _begin(self) -> None:
        self._heard_state = self.state
        self._cut, self._just_opened = self._just_opened, False
        self._recognizer.use(self._heard_state)
        self._began_at = self.seconds - (len(self._pre_roll) + 1) * BLOCK / SAMPLE_RATE
        for block in self._pre_roll:
            self._recognizer.accept(block)
        self._sound = list(self._pre_roll) if self._keep is not None else []
        self._pre_roll.clear()

    def _note_partial(self, partial: str) -> None:
        """Take the domain decoder's words; those of a command act once they stand."""
        words = self._words
        if partial != words.partial:
            words.partial, words.partial_since = partial, self.seconds
            words.early, words.early_asked = None, False
        elif not words.early_asked and self.seconds - words.partial_since >= EARLY_SECONDS:
            words.early = self._is_early(partial, self._heard_state) if partial else None
            words.early_asked = True

    def _words_so_far(self) -> Completeness:
        # Only asked when silence has begun: the answer cannot shorten a wait that has not started.
        words, so_far = self._words, self._words.so_far
        if self._endpointer.silence_seconds <= 0:
            words.partials, so_far = (), Completeness.FREE
        else:
            partials = self._recognizer.partials()
            if partials != words.partials:
                words.partials = partials
                so_far = self._completeness(partials, self._heard_state)
        if so_far is not words.so_far:
            words.so_far, words.so_far_since = so_far, self.seconds
        return so_far

    @property
    def _steady_seconds(self) -> float:
        """For how long the domain decoder's words, and what they are taken for, are the same."""
        return self.seconds - max(self._words.partial_since, self._words.so_far_since)

    def _utterance(self, trailing_seconds: float) -> Utterance | None:
        hypotheses = self._recognizer.finish()
        utterance = Utterance(
            hypotheses,
            self._heard_state,
            self._began_at,
            self.seconds - trailing_seconds,
            self._wall_time() if self._wall_time is not None else None,
            self._cut,
        )
        if self._keep is not None:
            self._keep(np.concatenate(self._sound), utterance)
        self._forget()
        return utterance

    def _forget(self) -> None:
        """Begin with nothing of an utterance: neither words nor sound."""
        self._words = _Words()
        self._sound = []
