"""The hands-free loop: microphone and speaker always open, one thread that listens, one that acts.

The streams' thread owns the listener and the recogniser and puts utterances into the inbox; this
loop owns the dialogue. The two share a queue of immutable values and a few flags that only one of
them writes; a thread that fails posts its failure.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.keys import KeyName
from voice_skill.conversation.listener import Listener
from voice_skill.domain.errors import VoiceSkillError
from voice_skill.domain.events import EngineFailed, Key
from voice_skill.domain.model import DialogueState, Utterance
from voice_skill.domain.phases import Paused

ECHO_TAIL_SECONDS = 0.2
"""How much longer than the speaker's latency the microphone stays closed: the room's echo."""

LONGEST_WAIT_SECONDS = 0.1
"""The loop looks at the player and refreshes the live line at least this often."""

Samples = NDArray[np.int16]


class Clock(Protocol):
    """Seconds that never go backwards."""

    def now(self) -> float:
        """Return the present second."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key was pressed."""

    key: KeyName


@dataclass(frozen=True, slots=True)
class ClipEnded:
    """The player has played a tagged clip to its end."""

    tag: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A thread or a device failed; `fatal` when the program cannot go on without it."""

    what: str
    error: VoiceSkillError
    fatal: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The program was asked to end (a signal)."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A device that was lost is back."""

    what: str


Message = Utterance | Recovered | Pressed | ClipEnded | Failed | Stop


class Microphone:
    """Takes the microphone's blocks, in the streams' own thread, and owns the listener there.

    `closed()` says whether the assistant itself may be what the microphone hears just now.
    """

    def __init__(
        self,
        listener: Listener,
        inbox: queue.SimpleQueue[Message],
        clock: Clock,
        closed: Callable[[], bool],
    ) -> None:
        """Join a listener to the loop's inbox."""
        self._listener = listener
        self._inbox = inbox
        self._clock = clock
        self._closed = closed

    @property
    def speaking(self) -> bool:
        """Whether the person is speaking."""
        return self._listener.speaking

    @property
    def has_the_floor(self) -> bool:
        """Whether the assistant should wait for the person."""
        return self._listener.has_the_floor

    @property
    def partial(self) -> str:
        """Words made out so far."""
        return self._listener.partial

    def state(self, state: DialogueState) -> None:
        """Set which sentences are legal from the next utterance on."""
        self._listener.state = state

    def take(self, block: Samples) -> None:
        """Hear a block, or skip it while the assistant speaks."""
        if self._closed():
            self._listener.skip(len(block))
            return
        for utterance in self._listener.push(block):
            # The listener counts samples; the conversation's clock began at another moment.
            shift = self._clock.now() - self._listener.seconds
            self._inbox.put(
                replace(utterance, start=utterance.start + shift, end=utterance.end + shift)
            )


class LiveConversation:
    """Runs a conversation until it is told to end.

    `latency()` is how many seconds after the player a sound is heard by the microphone. `show` is
    called at least ten times a second with what may be shown on a live line.
    """

    def __init__(
        self,
        loop: DialogueLoop,
        listener: Listener,
        player: Player,
        clock: Clock,
        *,
        latency: Callable[[], float] = lambda: 0.0,
        show: Callable[[LiveConversation], None] = lambda conversation: None,
    ) -> None:
        """Join the parts; nothing runs before `run`."""
        self.loop = loop
        self._player = player
        self._clock = clock
        self._latency = latency
        self._show = show
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._audible_until = 0.0
        self._paused_by_loss = False
        self.microphone = Microphone(listener, self.inbox, clock, self._microphone_closed)
        player.on_finished = self._clip_ended

    def _clip_ended(self, tag: object) -> None:
        self.inbox.put(ClipEnded(tag))

    def _microphone_closed(self) -> bool:
        now = self._clock.now()
        if self._player.audible:
            self._audible_until = now + self._latency() + ECHO_TAIL_SECONDS
        return now < self._audible_until

    @property
    def audible(self) -> bool:
        """Whether the assistant is speaking."""
        return self._player.audible

    def run(self) -> VoiceSkillError | None:
        """Run until q, a signal or a fatal failure; return the failure, None for a wanted end."""
        while True:
            message = self._next_message()
            now = self._clock.now()
            if isinstance(message, Stop) or message == Pressed("quit"):
                self.loop.narrator.stop()
                return None
            if isinstance(message, Failed) and message.fatal:
                return message.error
            if message is not None:
                self._take(message, now)
            self._look_around(now)

    def _next_message(self) -> Message | None:
        deadline = self.loop.deadline
        wait = LONGEST_WAIT_SECONDS
        if deadline is not None:
            wait = min(wait, max(deadline - self._clock.now(), 0.0))
        try:
            return self.inbox.get(timeout=wait) if wait > 0 else self.inbox.get_nowait()
        except queue.Empty:
            return None

    def _take(self, message: Message, now: float) -> None:
        match message:
            case Pressed(key):
                if key != "quit":
                    self.loop.handle(Key(key), now)
            case ClipEnded(tag):
                self.loop.clip_ended(tag, now)
            case Failed(what, error, _):
                self.loop.remark(f"{what}: {error}", now)
                ran = not isinstance(self.loop.state.phase, Paused)
                self.loop.handle(EngineFailed(what), now)
                self._paused_by_loss |= ran and isinstance(self.loop.state.phase, Paused)
            case Recovered(what):
                self.loop.remark(f"the {what} is back", now)
                self._go_on_after_loss(now)
            case Stop():
                pass
            case Utterance():
                self.loop.hear(message, now)

    def _go_on_after_loss(self, now: float) -> None:
        """Take up the routine that the loss interrupted: a person in the dark sees no screen."""
        if self._paused_by_loss and isinstance(self.loop.state.phase, Paused):
            self.loop.handle(Key("pause"), now)
        self._paused_by_loss = False

    def _look_around(self, now: float) -> None:
        waits = self.microphone.has_the_floor
        self.microphone.state(self.loop.listening_state)
        if waits:
            self._player.hold()
        else:
            self._player.release()
        self.loop.tick(now, person_speaks=waits)
        self._show(self)
