"""Joins barge-in to the player: what is heard over the assistant's own voice, live.

Blocks come in the streams' thread, which alone owns the state; the loop's verdicts are posted.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from voice_skill.conversation.barge_in import BargeIn, Block, Event, Lost, Order, Verdict, step
from voice_skill.conversation.endpointer import EndpointSettings
from voice_skill.domain.model import Utterance

BEGIN_BLOCKS = 2
"""Over the assistant's own voice less has to be heard of another one: echo cancellation takes some
of it away, and standing still for nothing costs a second."""


def over_speech(settings: EndpointSettings) -> EndpointSettings:
    """Return the endpointer's settings for while the assistant speaks."""
    return replace(settings, begin_blocks=BEGIN_BLOCKS)


@dataclass(frozen=True, slots=True)
class Interruption:
    """What was said over the assistant's own voice; it stands still until this is judged."""

    utterance: Utterance


class Player(Protocol):
    """What is needed of the player."""

    @property
    def audible(self) -> bool:
        """Whether something sounds."""

    def pause(self) -> None:
        """Stand still."""

    def resume(self) -> None:
        """Go on there."""


class Interruptions:
    """Pauses the player when somebody speaks over it, and lets it go on if that was nothing.

    `echo_is_removed()` says whether what the microphone gives is free of the assistant's own voice:
    a canceller first has to learn the room.
    """

    def __init__(self, player: Player, echo_is_removed: Callable[[], bool]) -> None:
        """Begin with the floor free."""
        self._player = player
        self._echo_is_removed = echo_is_removed
        self._state = BargeIn()
        self._posted: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._ended = False

    # ---------------------------------------------------------------- in the streams' thread

    @property
    def listens_over_speech(self) -> bool:
        """Whether the microphone may stay open while the assistant speaks."""
        return not self._state.resting and self._echo_is_removed()

    def heard(self, utterance: Utterance) -> Utterance | Interruption:
        """Return an utterance as the loop should take it."""
        self._ended = True
        return Interruption(utterance) if self._state.over_speech else utterance

    def after_block(self, *, speaking: bool, has_the_floor: bool) -> None:
        """A block was heard, or skipped: stand still, or go on."""
        while not self._posted.empty():
            self._step(self._posted.get())
        ended, self._ended = self._ended, False
        self._step(Block(self._player.audible, speaking, has_the_floor, ended))

    def _step(self, event: Event) -> None:
        self._state, order = step(self._state, event)
        if order is Order.PAUSE:
            self._player.pause()
        elif order is Order.RESUME:
            self._player.resume()

    # ---------------------------------------------------------------- in the loop's thread

    @property
    def stands_still(self) -> bool:
        """Whether the player pauses for somebody who speaks over it."""
        return self._state.stands_still

    def judged(self, understood: bool) -> None:
        """Say whether an interruption was understood; what it did not stop goes on either way."""
        self._posted.put(Verdict(understood))

    def lost(self) -> None:
        """A device was lost: no block will come to end the pause."""
        self._posted.put(Lost())
        self._player.resume()
