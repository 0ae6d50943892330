"""A whole conversation over recorded sound, faster than real time.

The position in the recording is the clock: every tick takes 20 ms of the microphone and gives
20 ms of the speaker, through the same listener, dialogue, narrator and player as live.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.endpointer import SLEEPY, WIDE_AWAKE
from voice_skill.conversation.listener import SAMPLE_RATE, Listener
from voice_skill.conversation.microphones import RecordedMicrophone, Scene
from voice_skill.domain.phases import Holding

TICK = 320
"""Samples in a tick: 20 ms at 16 kHz."""

REST_SECONDS = 3.0
"""A conversation is over when everything was said and nothing has happened for so long."""

GIVEN_UP_SECONDS = 60.0
"""After so long a silence without a timer, the scenario's next turn will never have its moment."""

LONGEST_SECONDS = 3_600.0
"""A conversation that does not end by itself is ended here."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a recorded conversation ended: what a bystander heard (16 kHz mono), and why it ended.

    `unspoken` tells what the scenario's next turn was waiting for in vain, empty if all was said.
    """

    bystander: Samples
    seconds: float
    unspoken: str


class RecordedConversation:
    """Runs one conversation; `partial` is told the words as they are recognised."""

    def __init__(
        self,
        loop: DialogueLoop,
        listener: Listener,
        player: Player,
    ) -> None:
        """Join a dialogue, a listener and a 16 kHz player."""
        self._loop = loop
        self._listener = listener
        self._player = player
        self._scene = Scene()
        self._now = 0.0
        player.on_finished = self._clip_ended
        self._ended: list[object] = []

    def _clip_ended(self, tag: object) -> None:
        self._ended.append(tag)

    def run(self, microphone: RecordedMicrophone) -> Outcome:
        """Run to the end of the microphone's sound and of what it set in motion."""
        heard: list[Samples] = []
        rest = 0.0
        while self._now < LONGEST_SECONDS and not self._loop.finished and rest < REST_SECONDS:
            heard.append(self._tick(microphone))
            rest = rest + TICK / SAMPLE_RATE if self._resting(microphone) else 0.0
        last = self._listener.finish()
        if last is not None:
            self._loop.hear(last, self._now)
        return Outcome(
            np.concatenate(heard) if heard else np.zeros(0, np.int16),
            self._now,
            microphone.waiting_for,
        )

    def _resting(self, microphone: RecordedMicrophone) -> bool:
        """Whether nobody speaks, no timer runs, and nothing is left to say or never will be."""
        quiet = self._scene.quiet_since
        if quiet is None or self._loop.deadline is not None:
            return False
        # A turn that waits for what cannot come any more must not wait an hour for it.
        return microphone.exhausted or self._now - quiet > GIVEN_UP_SECONDS

    def _tick(self, microphone: RecordedMicrophone) -> Samples:
        spoken = self._player.pull(TICK)
        self._notice(spoken)
        mic = microphone.pull(TICK, self._scene)
        self._now += TICK / SAMPLE_RATE
        self._scene.now = self._now
        for tag in self._ended:
            self._loop.clip_ended(tag, self._now)
        self._ended.clear()
        self._listen(mic)
        self._loop.tick(
            self._now,
            person_speaks=self._listener.has_the_floor,
            silence_waits=self._listener.speaking,
        )
        both: Samples = np.clip(spoken.astype(np.int32) + mic, -32768, 32767).astype(np.int16)
        return both

    def _listen(self, mic: Samples) -> None:
        """Half-duplex: what comes while the assistant is audible is not heard; nor while muted."""
        if self._player.audible or self._loop.muted:
            spoken_over = None if self._loop.muted else self._listener.hear_out()
            if spoken_over is not None:
                self._loop.hear(spoken_over, self._now)
            self._listener.skip(len(mic))
            self._loop.seems_said(None)
            return
        self._listener.state = self._loop.listening_state
        self._listener.settings = SLEEPY if self._loop.manner.slow_speech else WIDE_AWAKE
        for utterance in self._listener.push(mic):
            self._loop.hear(utterance, self._now)
        self._loop.seems_said(self._listener.early)
        if self._listener.has_the_floor or self._listener.stirring:
            self._player.hold()
        else:
            self._player.release()

    def _notice(self, spoken: Samples) -> None:
        """Keep the scene: what somebody in the room would know of the assistant."""
        scene = self._scene
        busy = self._loop.narrator.busy
        if busy and self._prompt_is_over() and spoken.any():
            scene.prompt_began = self._now
        elif not busy and not self._prompt_is_over():
            scene.prompt_ended = self._now
            if self._loop.last_style == "question":
                scene.question_ended = self._now
        self._notice_repeat()
        if spoken.any() or self._listener.speaking or busy:
            scene.quiet_since = None
        elif scene.quiet_since is None:
            scene.quiet_since = self._now

    def _prompt_is_over(self) -> bool:
        began, ended = self._scene.prompt_began, self._scene.prompt_ended
        return began is None or (ended is not None and ended >= began)

    def _notice_repeat(self) -> None:
        phase = self._loop.state.phase
        if not isinstance(phase, Holding):
            self._scene.repeat = None
            return
        run = phase.run
        step, repeat = run.steps[run.index].step, run.repeat + 1
        if self._scene.repeat is None or self._scene.repeat[:2] != (step, repeat):
            self._scene.repeat = (step, repeat, self._now)
