"""The hands-free loop: microphone and speaker always open, one thread that listens, one that acts.

The streams' thread owns the listener and the recogniser and puts utterances into the inbox; this
loop owns the dialogue. The two share a queue of immutable values and a few flags that only one of
them writes; a thread that fails posts its failure.
"""

from __future__ import annotations

import math
import queue
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.endpointer import SLEEPY, WIDE_AWAKE
from voice_skill.conversation.interruptions import Interruption, Interruptions, over_speech
from voice_skill.conversation.keys import KeyName
from voice_skill.conversation.last_turn import was_understood
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.messages import (
    ClipEnded,
    Failed,
    Message,
    Noticed,
    Pressed,
    Recovered,
    Skipped,
    Stop,
)
from voice_skill.conversation.supervised import Clock, Ear, Microphone
from voice_skill.domain.errors import VoiceSkillError
from voice_skill.domain.events import EngineBack, EngineFailed, Key
from voice_skill.domain.model import Utterance
from voice_skill.domain.phases import Paused, Urgent

ECHO_TAIL_SECONDS = 0.2
"""How much longer than the speaker's latency the microphone stays closed: the room's echo."""

LONGEST_WAIT_SECONDS = 0.1
"""The loop looks at the player and refreshes the live line at least this often."""

STOOD_STILL_SECONDS = 60.0
"""Between two looks of the loop: the machine was suspended, or this process stopped."""

NEEDED = ("microphone", "speaker", "voice", "listener")
"""What a routine cannot go on without."""

GO_ON_SECONDS = 600.0
"""After a longer loss a routine does not begin to speak by itself: the night's pause is as long."""
LAST_WORDS_SECONDS = 8.0
"""How long the end waits for the assistant to say that it cannot go on."""
LAST_WARNING_SECONDS = 60.0
"""How long it waits for a warning, said slowly and twice."""


SPEECHLESS_SECONDS = 60.0
"""How long a question that no voice could ask stays open; after that it is left, as in silence."""

Samples = NDArray[np.int16]


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
        renew: Callable[[], Listener] | None = None,
        interruptions: Interruptions | None = None,
        inbox: queue.SimpleQueue[Message] | None = None,
    ) -> None:
        """Join the parts; nothing runs before `run`, which begins with what is in the `inbox`.

        `renew` makes another listener in place of one that failed (`Microphone`). With
        `interruptions` the person is heard over the assistant's own voice; without, the microphone
        is closed while it speaks.
        """
        self.loop = loop
        self._player = player
        self._clock = clock
        self._latency = latency
        self._show = show
        self._interruptions = interruptions
        self._failure: VoiceSkillError | None = None
        self.inbox = queue.SimpleQueue[Message]() if inbox is None else inbox
        self._audible_until = 0.0
        self._handed_on = self._taken = 0  # utterances; each is counted by one thread
        self._paused_by_loss = False
        self._lost: dict[str, float] = {}  # what, and since which second
        self._loss_began = 0.0  # of the first of them
        self._looked = clock.now()
        self._end: tuple[VoiceSkillError, float] | None = None
        self.microphone = Microphone(
            listener,
            clock,
            heard=self._heard,
            failed=lambda error, last: self.inbox.put(Failed("listener", error, fatal=last)),
            back=lambda: self.inbox.put(Recovered("listener")),
            renew=renew,
            noticed=lambda: self.inbox.put(Noticed()),
            skipped=lambda seconds: self.inbox.put(Skipped(seconds)),
        )
        player.on_finished = self._clip_ended

    def _clip_ended(self, tag: object) -> None:
        self.inbox.put(ClipEnded(tag))

    def _ear(self, came: float, audible: bool) -> Ear:
        """Return what may be heard of a block that came at a second; `audible`: we spoke then."""
        if self.loop.muted:
            return Ear.MUTED
        if audible and "speaker" not in self._lost:
            self._audible_until = came + self._latency() + ECHO_TAIL_SECONDS
        if self._interruptions is not None and self._interruptions.listens_over_speech:
            return Ear.OPEN
        return Ear.OWN_VOICE if came < self._audible_until else Ear.OPEN

    def _heard(self, utterance: Utterance) -> None:
        interruptions = self._interruptions
        self._handed_on += 1
        self.inbox.put(utterance if interruptions is None else interruptions.heard(utterance))

    def hear(self, block: Samples, *, age: float = 0.0, audible: bool | None = None) -> None:
        """Take a block of the microphone (16 kHz mono), in the streams' own thread.

        It came `age` seconds ago, and `audible` says whether the player sounded then: a thread
        that is late must not hear the assistant, nor miss the person. Without: as it is now.
        """
        audible = self._player.audible if audible is None else audible
        self.microphone.take(block, age=age, ear=self._ear(self._clock.now() - age, audible))
        if self._interruptions is not None:
            self._interruptions.after_block(
                speaking=self.microphone.speaking, has_the_floor=self.microphone.has_the_floor
            )

    @property
    def now(self) -> float:
        """The present second of the conversation."""
        return self._clock.now()

    @property
    def audible(self) -> bool:
        """Whether the assistant is speaking."""
        return self._player.audible

    @property
    def ear_is_open(self) -> bool:
        """Whether nothing of ours is sounding, or was until just now."""
        return not self._player.busy and self._clock.now() >= self._audible_until

    def run(self) -> VoiceSkillError | None:
        """Run until q, a signal or a fatal failure; return the failure, None for a wanted end."""
        while self.advance(self._next_message()):
            pass
        return self._failure

    def advance(self, message: Message | None) -> bool:
        """Take a message (None: time has gone by) and look around; False: the conversation ended.

        `run` does it all the time; without it, whoever makes time go by does.
        """
        now = self._clock.now()
        if isinstance(message, Stop) or message == Pressed("quit"):
            self.loop.narrator.stop()
            self._failure = self._end[0] if self._end else None
            return False
        if now - self._looked > STOOD_STILL_SECONDS:
            self._stood_still(now - self._looked, now)
        self._looked = now
        if message is not None:
            self._take(message, now)
        self._look_around(now)
        if self._end is not None and self._said_all(now):
            self._failure = self._end[0]
            return False
        return True

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
                self._press(key, now)
            case ClipEnded(tag):
                self.loop.clip_ended(tag, now)
            case Failed():
                self._fail(message, now)
            case Recovered(what):
                self.loop.remark(f"the {what} is back", now)
                self._lost.pop(what, None)
                self.loop.unheard = "speaker" in self._lost
                self.loop.handle(EngineBack(what), now)
                if not self._lost:
                    self._go_on_after_loss(now)
            case Skipped(seconds):
                self.loop.remark(f"too slow for that: {seconds:.0f} s were not heard", now)
            case Stop() | Noticed():
                pass  # `_look_around` asks the microphone
            case Utterance():
                self._hear(message, now)
            case Interruption(utterance):
                self._judge(utterance, now)

    def _press(self, key: KeyName, now: float) -> None:
        self._paused_by_loss &= key != "pause"  # from now on it is the person's pause
        if key != "quit":
            self.loop.handle(Key(key), now)

    def _hear(self, utterance: Utterance, now: float) -> None:
        self._taken += 1
        self._paused_by_loss &= self.loop.hear(utterance, now).intent != "pause"

    def _judge(self, utterance: Utterance, now: float) -> None:
        """Take up what was said over the assistant's voice, if it was understood."""
        assert self._interruptions is not None
        self._taken += 1
        understanding = self.loop.hear(utterance, now, over_speech=True)
        self._interruptions.judged(was_understood(understanding))

    def _fail(self, failure: Failed, now: float) -> None:
        self.loop.remark(f"{failure.what}: {failure.error}", now)
        if failure.fatal:
            self._end = self._end or (failure.error, now)
            self._lose("program", now)
        elif failure.what in NEEDED:
            self._lose(failure.what, now)

    def _lose(self, what: str, now: float) -> None:
        """A routine waits until everything is back."""
        if self._interruptions is not None:
            self._interruptions.lost()
        if not self._lost:
            self._loss_began = now
        self._lost.setdefault(what, now)
        self.loop.unheard = "speaker" in self._lost
        ran = not isinstance(self.loop.state.phase, Paused)
        self.loop.handle(EngineFailed(what), now)
        self._paused_by_loss |= ran and isinstance(self.loop.state.phase, Paused)

    def _stood_still(self, seconds: float, now: float) -> None:
        """Hours may have gone by: nothing is overdue, and a routine waits for the person."""
        self.loop.remark(f"the computer slept for {max(1, round(seconds / 60))} min", now)
        self.loop.stood_still(seconds, now)
        self._paused_by_loss = False

    def _said_all(self, now: float) -> bool:
        """Whether the last words were said, as far as anything can be."""
        assert self._end is not None
        warns = isinstance(self.loop.state.phase, Urgent)
        late = now - self._end[1] >= (LAST_WARNING_SECONDS if warns else LAST_WORDS_SECONDS)
        return late or "speaker" in self._lost or not (self._player.busy or self.loop.narrator.busy)

    def _go_on_after_loss(self, now: float) -> None:
        """Take up the routine that the loss interrupted: a person in the dark sees no screen.

        Who had to wait for long may be asleep; then it stays paused, where it was.
        """
        soon = now - self._loss_began <= GO_ON_SECONDS
        if soon and self._paused_by_loss and isinstance(self.loop.state.phase, Paused):
            self.loop.handle(Key("pause"), now)
        self._paused_by_loss = False

    def _speechless(self, now: float) -> bool:
        """Whether the voice failed so lately that a question may not have been heard."""
        return now < self._lost.get("voice", -math.inf) + SPEECHLESS_SECONDS

    def _look_around(self, now: float) -> None:
        deaf = bool(self._lost.keys() & {"microphone", "listener"})
        waits = self.microphone.has_the_floor and not deaf  # what it last said stands still
        self.microphone.state(self.loop.listening_state)
        settings = SLEEPY if self.loop.manner.slow_speech else WIDE_AWAKE
        if self._interruptions is not None and self._player.audible:
            settings = over_speech(settings)
        self.microphone.wait_as(settings)
        if self._interruptions is None or not self._interruptions.stands_still:
            # Of what was being said when the microphone was lost no end will come.
            self.loop.seems_said(None if deaf else self.microphone.early)
        if waits or (self.microphone.stirring and not deaf):
            self._player.hold()
        else:
            self._player.release()
        if deaf or "speaker" in self._lost or self._speechless(now):
            self.loop.put_off_silence(now)
        # Nobody is silent who speaks, nor while what they said waits to be taken in.
        unheard = (self.microphone.speaking and not deaf) or self._taken < self._handed_on
        self.loop.tick(now, person_speaks=waits, silence_waits=unheard)
        self._show(self)
