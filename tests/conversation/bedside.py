"""A conversation that a test talks to: dialogue, narrator, player and time, no microphone.

The person's lines are typed into the understanding; the clock is the position in what was played.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.content import load
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.diarist import Diarist
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.transcript import AssistantSpoke, Entry
from voice_skill.domain.attention import Policy
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import Key
from voice_skill.domain.language import Skill
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import Hypothesis, Utterance
from voice_skill.understanding.decide import Understander

RATE = 1000
TICK = 20  # samples: 20 ms


class Speaker:
    """A voice of 0.3 s a word, or none at all."""

    sample_rate = RATE

    def __init__(self, *, mute: bool = False) -> None:
        self.mute = mute

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        if self.mute:
            raise EngineError("no voice today")
        return np.full(int(300 * len(sentence.split()) / rate), 900, np.int16)


@cache
def _skill() -> tuple[Skill, Understander]:
    """Read it once: understanding a sentence changes nothing."""
    skill = load(None, locale="en-GB")
    return skill, make_understander(skill)


class Bedside:
    """The built-in skill, in Britain, with time that passes when a test lets it."""

    def __init__(
        self,
        *,
        mute: bool = False,
        wake: Policy | None = None,
        night: bool = False,
        diary: Diarist | None = None,
    ) -> None:
        skill, understander = _skill()
        assert skill.knowledge is not None
        self.player = Player(RATE, on_finished=lambda tag: self.ended.append(tag))
        self.ended: list[object] = []
        self.entries: list[Entry] = []
        self.now = 0.0
        self.night = night
        """What the clock on the wall says."""
        self.loop = DialogueLoop(
            skill.knowledge,
            understander.understand,
            lambda spoken, failed: Narrator(
                Speaker(mute=mute), self.player, spoken=spoken, failed=failed
            ),
            self.entries.append,
            wake=wake,
            manner=Manner(night=night),
            is_night=lambda: self.night,
            diary=diary,
        )

    def wait(self, seconds: float) -> None:
        """Let time pass, in ticks."""
        for _ in range(round(seconds * RATE / TICK)):
            self.player.pull(TICK)
            self.now += TICK / RATE
            for tag in self.ended:
                self.loop.clip_ended(tag, self.now)
            self.ended.clear()
            self.loop.tick(self.now)

    def wait_for(self, words: str, seconds: float = 120.0) -> None:
        """Let time pass until the assistant has said it."""
        while not any(words in sentence for sentence in self.said()):
            assert seconds > 0, f"{words!r} was never said: {self.said()}"
            self.wait(0.1)
            seconds -= 0.1

    def finish_speaking(self) -> None:
        """Let time pass until the assistant is silent."""
        while self.loop.narrator.busy or self.player.busy:
            self.wait(0.1)

    def press(self, key: Literal["pause", "next", "stop", "wake", "mute"]) -> None:
        self.loop.handle(Key(key), self.now)

    def say(self, text: str) -> None:
        """Say something; with the microphone off nothing hears it."""
        if self.loop.muted:
            return
        state = self.loop.listening_state
        self.loop.hear(Utterance((Hypothesis(text, "text"),), state, self.now, self.now), self.now)

    def talk(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.say(line)
            self.finish_speaking()

    def spoken(self) -> list[AssistantSpoke]:
        return [entry for entry in self.entries if isinstance(entry, AssistantSpoke)]

    def said(self) -> list[str]:
        return [sentence for entry in self.spoken() for sentence in entry.prompt.sentences]

    def counts(self) -> list[float]:
        """When each counted word began."""
        return [entry.start for entry in self.spoken() if entry.prompt.style == "count"]
