"""A live conversation in a simulated room, in virtual time: speak over the assistant.

The whole chain but the sound card: player, room, echo canceller, listener, dialogue. Time is the
number of blocks of 20 ms; nothing waits.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from simulated_room import RATE, Echo, SimulatedRoom

from voice_skill.audio.echo_cancellation import WebRtcEchoCanceller
from voice_skill.audio.echo_reference import EchoFilter
from voice_skill.audio.echo_subtraction import EchoSubtraction
from voice_skill.audio.player import Player
from voice_skill.audio.resample import PullResampler, resample
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.barge_in import BargeIn
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.engines import completeness, early_commands, legal_phrases
from voice_skill.conversation.interruptions import Interruptions
from voice_skill.conversation.listener import Listener, Recognizer
from voice_skill.conversation.live import LiveConversation
from voice_skill.conversation.narrator import Narrator, Synthesizer
from voice_skill.conversation.transcript import Entry, Ignored, PersonSpoke
from voice_skill.domain import dialogue
from voice_skill.domain.events import Prompt
from voice_skill.domain.language import Skill
from voice_skill.domain.model import Decision
from voice_skill.understanding.decide import Understander

Samples = NDArray[np.int16]
TICK = 320
TICK_SECONDS = TICK / RATE
PLAYER_RATE = 22_050
LATENCY_SECONDS = 0.1
"""What the streams would name as the delay from the player to the microphone."""


class Ticks:
    """The conversation's clock."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds


@dataclass
class Noted:
    """What came of it: whole transcript, and the seconds at which the assistant stood still."""

    entries: list[Entry] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @property
    def turns(self) -> list[PersonSpoke]:
        return [entry for entry in self.entries if isinstance(entry, PersonSpoke)]

    @property
    def understood(self) -> list[str]:
        """The intents that were acted on, or asked about."""
        return [
            str(turn.understanding.intent or turn.understanding.decision.value)
            for turn in self.turns
            if turn.understanding.decision is not Decision.REJECT
        ]

    @property
    def ignored(self) -> int:
        return sum(isinstance(entry, Ignored) for entry in self.entries)


class NotingPlayer(Player):
    """A player that tells when it was made to stand still while it sounded."""

    paused_while_sounding = 0

    def pause(self) -> None:
        self.paused_while_sounding += self.audible and not self.paused
        super().pause()


class Interrupted:
    """One conversation with echo cancellation, and with barge-in or half-duplex."""

    def __init__(
        self,
        skill: Skill,
        understander: Understander,
        recognizer: Recognizer,
        voice: Synthesizer,
        echo: Echo,
        *,
        barge_in: bool = True,
        response: NDArray[np.float64] | None = None,
        noise_dbfs: float = -70.0,
    ) -> None:
        assert skill.knowledge is not None
        self._knowledge = skill.knowledge
        self.noted = Noted()
        self._clock = Ticks()
        self.player = NotingPlayer(PLAYER_RATE)
        self._pull = PullResampler(self.player.pull, PLAYER_RATE, RATE).pull
        self._echo = EchoFilter(
            EchoSubtraction(), WebRtcEchoCanceller(), PLAYER_RATE, delay_seconds=LATENCY_SECONDS
        )
        self.player.on_pulled = self._echo.played.put
        self._drift, self._due = echo.drift, 0.0
        sample = resample(voice.render(LOUD_SENTENCE), voice.sample_rate, RATE)
        self._room = SimulatedRoom(echo, sample, response=response, noise_dbfs=noise_dbfs)
        templates = understander.templates
        loop = DialogueLoop(
            skill.knowledge,
            understander.understand,
            lambda spoken, failed: Narrator(voice, self.player, spoken=spoken, failed=failed),
            self.noted.entries.append,
        )
        listener = Listener(
            recognizer,
            SileroVoiceActivity(),
            completeness(templates, legal_phrases(skill, templates)),
            early=early_commands(templates),
        )
        self._interruptions = Interruptions(self.player, lambda: self._echo.knows_the_room)
        self._live = LiveConversation(
            loop,
            listener,
            self.player,
            self._clock,
            latency=lambda: LATENCY_SECONDS,
            interruptions=self._interruptions if barge_in else None,
        )
        self.loop = loop
        self._prompts = 1_000_000  # numbers that the dialogue does not use

    @property
    def now(self) -> float:
        return self._clock.seconds

    @property
    def speaking(self) -> bool:
        """Whether the assistant has something left to say."""
        return self.loop.narrator.busy

    @property
    def knows_the_room(self) -> bool:
        """Whether the echo canceller has learned the room."""
        return self._echo.knows_the_room

    def forgive(self) -> None:
        """Forget the conversation and what came to nothing: the next attempt stands for itself."""
        self._interruptions.lost()
        self._interruptions._state = BargeIn()
        self.loop.state = dialogue.start(self._knowledge)

    def tell(self, sentences: Sequence[str]) -> None:
        """Have the assistant speak."""
        self._prompts += 1
        self.loop.narrator.say(Prompt(self._prompts, tuple(sentences)))

    def tick(self, person: Samples | None = None) -> Samples:
        """Let 20 ms go by; return what came out of the loudspeaker."""
        # While the microphone's clock counts a block, the loudspeaker's may count some more.
        self._due += TICK * (1.0 + self._drift)
        played = self._pull(int(self._due))
        self._due -= int(self._due)
        said = np.zeros(TICK, np.int16) if person is None else person
        heard = self._room.hear(played, said)
        cleaned = self._echo.clean(heard, self.player.seconds_pulled)
        self._clock.seconds += TICK_SECONDS
        paused = self.player.paused_while_sounding
        self._live.hear(cleaned)
        if self.player.paused_while_sounding > paused:
            self.noted.pauses.append(self.now)
        self._work_off()
        return played

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_SECONDS)):
            self.tick()

    def say(self, sound: Samples) -> list[Samples]:
        """Have the person say something; return what came out of the loudspeaker meanwhile."""
        whole = np.pad(sound, (0, -len(sound) % TICK))
        return [self.tick(whole[i : i + TICK]) for i in range(0, len(whole), TICK)]

    def _work_off(self) -> None:
        while True:
            try:
                message = self._live.inbox.get_nowait()
            except queue.Empty:
                break
            self._live.advance(message)
        self._live.advance(None)


LOUD_SENTENCE = "Most twitches in the foot are harmless, and they go away by themselves."
