"""Recorded microphones: a whole recording, or a scenario that answers what the assistant does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.conversation.scenario import (
    AfterPause,
    AfterPrompt,
    AfterQuestion,
    At,
    DuringHold,
    IntoPrompt,
    Scenario,
    Turn,
    When,
)
from voice_skill.domain.attention import Policy

Samples = NDArray[np.int16]


@dataclass(slots=True)
class Scene:
    """What a person in the room notices of the assistant; seconds on the conversation's clock.

    `prompt_began`, `prompt_ended`: of the last prompt (counted words are none), None before one;
    `question_ended` likewise of the last one that expects an answer.
    `repeat`: step, count from 1 and the second at which that repeat of a routine began.
    `quiet_since`: since when nobody has spoken, None while somebody does.
    """

    now: float = 0.0
    prompt_began: float | None = None
    prompt_ended: float | None = None
    question_ended: float | None = None
    repeat: tuple[str, int, float] | None = None
    quiet_since: float | None = 0.0


class RecordedMicrophone(Protocol):
    """A source of 16 kHz mono samples that are pulled tick by tick."""

    def pull(self, count: int, scene: Scene) -> Samples:
        """Return exactly `count` samples for the tick that begins at `scene.now`."""

    @property
    def wake(self) -> Policy | None:
        """What opens attention in this conversation; None lets everything in."""

    @property
    def exhausted(self) -> bool:
        """Whether everything has been spoken."""

    @property
    def waiting_for(self) -> str:
        """What the next turn waits for, for a message when it never comes."""


class RecordingMicrophone:
    """One recording from its beginning; silence after its end."""

    wake: Policy | None = None

    def __init__(self, samples: Samples) -> None:
        """Take 16 kHz mono samples."""
        self._samples = samples
        self._position = 0

    def pull(self, count: int, scene: Scene) -> Samples:
        """Return the next samples, whatever the assistant does."""
        del scene
        taken = self._samples[self._position : self._position + count]
        self._position += count
        return np.pad(taken, (0, count - len(taken)))

    @property
    def exhausted(self) -> bool:
        """Whether the recording has ended."""
        return self._position >= len(self._samples)

    @property
    def waiting_for(self) -> str:
        """Nothing: a recording does not wait."""
        return ""


class ScenarioMicrophone:
    """Speaks the turns of a scenario, each when its moment has come."""

    def __init__(self, scenario: Scenario, read: Callable[[Path], Samples]) -> None:
        """Read every recording at once, so that a missing one is told before anything is said."""
        self.wake = scenario.wake
        self._turns: list[tuple[Turn, Samples]] = [
            (turn, read(turn.recording)) for turn in scenario.turns
        ]
        self._index = 0
        self._position: int | None = None
        self._last_end = -1.0

    def pull(self, count: int, scene: Scene) -> Samples:
        """Return the samples of the turn that is being spoken, or silence."""
        if self._position is None:
            if self.exhausted or not self._due(self._turns[self._index][0].when, scene):
                return np.zeros(count, np.int16)
            self._position = 0
        samples = self._turns[self._index][1]
        taken = samples[self._position : self._position + count]
        self._position += count
        if self._position >= len(samples):
            self._index += 1
            self._position = None
            self._last_end = scene.now
        return np.pad(taken, (0, count - len(taken)))

    @property
    def exhausted(self) -> bool:
        """Whether every turn has been spoken."""
        return self._index >= len(self._turns)

    @property
    def waiting_for(self) -> str:
        """What the next turn waits for."""
        if self.exhausted:
            return ""
        turn = self._turns[self._index][0]
        return f"{turn.recording.name}: {turn.when}"

    def _due(self, when: When, scene: Scene) -> bool:
        match when:
            case At(seconds):
                return scene.now >= seconds
            case AfterPrompt(seconds):
                return self._since(scene.prompt_ended, seconds, scene.now)
            case AfterQuestion(seconds):
                return self._since(scene.question_ended, seconds, scene.now)
            case IntoPrompt(seconds):
                return self._since(scene.prompt_began, seconds, scene.now)
            case AfterPause(seconds):
                quiet = scene.quiet_since
                return quiet is not None and scene.now >= max(quiet, self._last_end) + seconds
            case DuringHold(step, repeat, seconds):
                if scene.repeat is None or scene.repeat[:2] != (step, repeat):
                    return False
                return scene.now >= scene.repeat[2] + seconds

    def _since(self, moment: float | None, seconds: float, now: float) -> bool:
        # What happened before the person last spoke was not an answer to them.
        return moment is not None and moment > self._last_end and now >= moment + seconds
