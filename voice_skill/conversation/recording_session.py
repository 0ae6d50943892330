"""A person is led through sentences and records them: the steps, without microphone or screen.

    WAITING --voice, enter--> RECORDING --silence, enter--> JUDGING --enter, k--> next sentence
       ^                                                       |
       +----------------------------- r -----------------------+

From any step: s skips, b goes back, q quits. A sentence that is there already and is recorded again
is replaced only after a yes (REPLACING).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.conversation.take import Take, TakeRecorder
from voice_skill.conversation.take_folder import Sentence

Samples = NDArray[np.int16]

ENTER = ("\r", "\n")
END = "\x04"


class Step(Enum):
    """Where the session is."""

    WAITING = auto()
    RECORDING = auto()
    JUDGING = auto()
    REPLACING = auto()
    DONE = auto()


class Shelf(Protocol):
    """Where takes are kept."""

    def __contains__(self, sentence: Sentence) -> bool:
        """Whether the sentence is there."""

    def keep(self, sentence: Sentence, samples: Samples) -> object:
        """Keep a take, in place of an earlier one."""


class RecordingSession:
    """Takes keys and sound in; `play` is called for a take that is to be heard.

    `sentence`, `step`, `take` and `recorder` tell what a screen has to show.
    """

    def __init__(
        self,
        sentences: Sequence[Sentence],
        shelf: Shelf,
        recorder: TakeRecorder,
        play: Callable[[Samples], None],
    ) -> None:
        """Begin at the first sentence that is not there yet."""
        self.sentences = sentences
        self.recorder = recorder
        self.take: Take | None = None
        self.kept = 0
        self.number = 0
        self.step = Step.WAITING
        self._shelf = shelf
        self._play = play
        self._next(0)

    @property
    def sentence(self) -> Sentence:
        """The sentence that is to be said; of a session that is done the last one."""
        return self.sentences[min(self.number, len(self.sentences) - 1)]

    @property
    def is_there(self) -> bool:
        """Whether there is a recording of the present sentence."""
        return self.sentence in self._shelf

    @property
    def left(self) -> int:
        """How many sentences have no recording."""
        return sum(sentence not in self._shelf for sentence in self.sentences)

    def hear(self, samples: Samples) -> None:
        """Take in what the microphone gives; only counts while a sentence is waited for."""
        if self.step not in (Step.WAITING, Step.RECORDING):
            return
        take = self.recorder.push(samples)
        if take is not None:
            self._judge(take)
        else:
            self.step = Step.RECORDING if self.recorder.recording else Step.WAITING

    def press(self, key: str) -> None:
        """Take in a key; one without a meaning in this step changes nothing."""
        key = key.lower()
        if self.step is Step.DONE:
            return
        if key in ("q", END):
            self.step = Step.DONE
        elif self.step is Step.REPLACING:
            self._answer(key)
        elif key == "s":
            self._next(self.number + 1)
        elif key == "b":
            self._go(max(self.number - 1, 0))
        elif self.step is Step.WAITING and key in ENTER:
            self.recorder.begin()
            self.step = Step.RECORDING
        elif self.step is Step.RECORDING and key in ENTER:
            take = self.recorder.end()
            if take is None:
                self.step = Step.WAITING
            else:
                self._judge(take)
        elif self.step is Step.JUDGING:
            self._decide(key)

    def _judge(self, take: Take) -> None:
        self.take = take
        self.step = Step.JUDGING

    def _decide(self, key: str) -> None:
        take = self.take
        assert take is not None
        if key == "p":
            self._play(take.samples)
        elif key == "r" or (key in ENTER and take.faults):
            self._go(self.number)
        elif key == "k" or key in ENTER:
            if self.is_there:
                self.step = Step.REPLACING
            else:
                self._keep(take)

    def _answer(self, key: str) -> None:
        """Replace the earlier recording, or leave it and decide anew."""
        if key == "y" and self.take is not None:
            self._keep(self.take)
        elif key == "n":
            self.step = Step.JUDGING

    def _keep(self, take: Take) -> None:
        self._shelf.keep(self.sentence, take.samples)
        self.kept += 1
        self._next(self.number + 1)

    def _next(self, number: int) -> None:
        """Go on with the first sentence from `number` that is not there."""
        while number < len(self.sentences) and self.sentences[number] in self._shelf:
            number += 1
        self._go(number)

    def _go(self, number: int) -> None:
        self.number = number
        self.take = None
        self.recorder.reset()
        self.step = Step.WAITING if number < len(self.sentences) else Step.DONE
