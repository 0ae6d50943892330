"""The microphone's side of the live loop: a listener that is started again when it fails.

Everything here happens in the streams' own thread; what the loop must know is posted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.restarts import Restarts
from voice_skill.conversation.backlog import Backlog
from voice_skill.conversation.endpointer import EndpointSettings
from voice_skill.conversation.listener import EarlyIntent, Listener
from voice_skill.domain.errors import EngineError
from voice_skill.domain.model import DialogueState, Utterance

LOST_SOUND_SECONDS = 2.0
"""No block for so long: a device was lost or the machine slept. What had begun is no sentence."""

Samples = NDArray[np.int16]


class Ear(Enum):
    """What may be heard of a block."""

    OPEN = auto()
    OWN_VOICE = auto()
    """The assistant itself may be what sounds in it."""
    MUTED = auto()
    """The person wants nothing to be heard."""


class Clock(Protocol):
    """Seconds that never go backwards."""

    def now(self) -> float:
        """Return the present second."""


class Microphone:
    """Takes the microphone's blocks, in the streams' own thread, and owns the listener there.

    When the listener raises, `failed(error, last)` is told and `renew` asked for another, after a
    wait that grows (`Restarts`); `back()` is told when there is one. `last`: it was given up.
    Without `renew` the first failure is the last. Meanwhile nobody is heard.
    """

    def __init__(
        self,
        listener: Listener,
        clock: Clock,
        *,
        heard: Callable[[Utterance], None],
        failed: Callable[[EngineError, bool], None],
        back: Callable[[], None],
        renew: Callable[[], Listener] | None = None,
        noticed: Callable[[], None] = lambda: None,
        skipped: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """Join a listener to whoever is told of utterances and failures.

        `noticed()`: whether the person speaks, or what they seem to say, has changed.
        `skipped(seconds)`: so much was not heard, because the machine is too slow for it.
        """
        self._listener = listener
        self._clock = clock
        self._heard = heard
        self._failed = failed
        self._back = back
        self._renew = renew
        self._noticed = noticed
        self._skipped = skipped
        self._backlog = Backlog()
        self._restarts = Restarts()
        self._state: DialogueState = listener.state
        self._settings = listener.settings
        self._deaf = False
        self._again_at = 0.0
        self._given_up = False
        self._last_block = clock.now()
        self._ending = self._ending_with_floor = False

    @property
    def listener(self) -> Listener:
        """The present listener."""
        return self._listener

    @property
    def speaking(self) -> bool:
        """Whether the person is speaking, or what they said has not been handed on yet."""
        return not self._deaf and (self._ending or self._listener.speaking)

    @property
    def has_the_floor(self) -> bool:
        """Whether the assistant should wait for the person."""
        return not self._deaf and (self._ending_with_floor or self._listener.has_the_floor)

    @property
    def stirring(self) -> bool:
        """Whether the person may have begun to speak."""
        return not self._deaf and self._listener.stirring

    @property
    def early(self) -> EarlyIntent | None:
        """The command that the person seems to be saying."""
        return None if self._deaf else self._listener.early

    @property
    def partial(self) -> str:
        """Words made out so far."""
        return "" if self._deaf else self._listener.partial

    def state(self, state: DialogueState) -> None:
        """Set which sentences are legal from the next utterance on."""
        self._state = state
        self._listener.state = state

    def wait_as(self, settings: EndpointSettings) -> None:
        """Set how long to wait for the end of an utterance, from the next one on."""
        self._settings = settings
        self._listener.settings = settings

    def take(self, block: Samples, *, age: float = 0.0, ear: Ear = Ear.OPEN) -> None:
        """Hear a block that came `age` seconds ago, or skip it; never raises."""
        now = self._clock.now()
        if self._deaf and (self._given_up or now < self._again_at):
            return
        came = now - age
        try:
            if self._deaf and self._renew is not None:
                self._listener = self._renew()
                self._listener.state = self._state
                self._listener.settings = self._settings
                self._deaf = False
                self._back()
            elif came - self._last_block > LOST_SOUND_SECONDS:
                self._listener.skip(0)
            self._keep_up(came, age, ear)
            if self._backlog.skips:
                self._listener.skip(len(block))
            else:
                self._hear(block, came, ear)
        except Exception as error:  # a thread that fails posts its failure
            self._start_again_after(error, now)
        self._last_block = came

    def _keep_up(self, came: float, age: float, ear: Ear) -> None:
        """Break off what is heard and skip what waits, where that is too much for the machine."""
        skipped_before = self._backlog.skips
        talks_on = self._listener.speaking and not self._listener.has_the_floor
        self._backlog.look(came, age, talks_on=talks_on)
        if self._backlog.skips and not skipped_before:
            broken_off = self._listener.break_off()
            if broken_off is not None and ear is not Ear.MUTED:
                self._hand_on(broken_off, came)
        if skipped_before and not self._backlog.skips:
            self._skipped(self._backlog.skipped_seconds)

    def _hear(self, block: Samples, came: float, ear: Ear) -> None:
        if ear is not Ear.OPEN:
            spoken_over = self._listener.hear_out() if ear is Ear.OWN_VOICE else None
            if spoken_over is not None:
                self._hand_on(spoken_over, came)
            self._listener.skip(len(block))
            return
        before = self.stirring, self.has_the_floor, self.early
        # Decoding the end takes its time: until it is handed on, nobody must think it was silence.
        self._ending, self._ending_with_floor = self.speaking, self.has_the_floor
        try:
            for utterance in self._listener.push(block):
                self._hand_on(utterance, came)
        finally:
            self._ending = self._ending_with_floor = False
        if before != (self.stirring, self.has_the_floor, self.early):
            self._noticed()

    def _hand_on(self, utterance: Utterance, came: float) -> None:
        # The listener counts samples; the conversation's clock began at another moment.
        shift = came - self._listener.seconds
        self._heard(replace(utterance, start=utterance.start + shift, end=utterance.end + shift))

    def _start_again_after(self, error: Exception, now: float) -> None:
        self._deaf = True
        delay = self._restarts.failed(now) if self._renew is not None else None
        self._given_up = delay is None
        self._again_at = now + (delay or 0.0)
        what = str(error) or type(error).__name__
        told = EngineError(f"listening failed: {what}", hint="Start the program again.")
        told.__cause__ = error
        self._failed(told, self._given_up)
