"""What came or went, by the sound server and by the kernel's list of cards, without waiting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from voice_skill.audio.portaudio import Kind
from voice_skill.audio.sound_server import UNANSWERED_SECONDS, Change, Place

NEWS_SECONDS = 0.5
"""How often it is looked whether a sound card came or went."""
SETTLE_SECONDS = 0.2
"""From the first word of a change in the sound server until it is asked: it tells many at once."""
RESUBSCRIBE_SECONDS = 2.0
"""How often it is tried to be told of changes again, after the server went."""
AGAIN_SECONDS = 2.0
"""How often it is asked where a stream is that is not where it should be: the word that its device
is back may have come while nobody was told."""
ASTRAY = frozenset((Place.WRONG, Place.MISPLACED))


class Server(Protocol):
    """What is needed of a sound server; see `sound_server.SoundServer`."""

    def start(self) -> bool:
        """Begin to be told of changes; return whether it was not so before."""

    def changed(self) -> Change:
        """Return what is new since the last call."""

    def places(self) -> dict[Kind, Place]:
        """Return where our streams are, as far as it is known; empty without an answer."""

    def close(self) -> None:
        """Be told no more."""


class News:
    """What came or went, and where our streams are: asked only when something changed."""

    def __init__(self, server: Server, cards: Callable[[], str]) -> None:
        """Begin with nothing known."""
        self.places: dict[Kind, Place] = {}
        self._server = server
        self._cards = cards
        self._present = ""
        self._look_at = 0.0
        self._ask_at: float | None = None
        self._again_at = math.inf
        self._subscribe_at = 0.0

    def begin(self, now: float) -> None:
        """The streams were opened."""
        self._present = self._cards()
        self._server.start()
        self._subscribe_at = now + RESUBSCRIBE_SECONDS
        self.ask_soon(now)

    @property
    def asking(self) -> bool:
        """Whether where the streams are is about to be asked."""
        return self._ask_at is not None

    def begin_anew(self, now: float) -> None:
        """The streams were opened again. Who tells of changes may hang since the server died."""
        self._server.close()
        self._server.start()
        self.ask_soon(now)

    def ask_soon(self, now: float) -> None:
        """Something may have changed: what is known does not hold any more."""
        self.places = {}
        if self._ask_at is None:
            self._ask_at = now + SETTLE_SECONDS

    def look(self, now: float) -> bool:
        """Return whether a device came or went."""
        news = untold = False
        if now >= self._look_at:
            self._look_at = now + NEWS_SECONDS
            present = self._cards()
            news, self._present = present != self._present, present
        if now >= self._subscribe_at:
            self._subscribe_at = now + RESUBSCRIBE_SECONDS
            untold = self._server.start()
        change = self._server.changed()
        news |= change is Change.DEVICES
        if (news or untold or change is not Change.NOTHING) and self._ask_at is None:
            self._ask_at = now + SETTLE_SECONDS
        if now >= (self._again_at if self._ask_at is None else self._ask_at):
            self._ask(now)
        return news

    def _ask(self, now: float) -> None:
        self._ask_at = None
        self.places = self._server.places()
        if not self.places:
            self._again_at = now + UNANSWERED_SECONDS
        else:
            astray = not ASTRAY.isdisjoint(self.places.values())
            self._again_at = now + AGAIN_SECONDS if astray else math.inf

    def close(self) -> None:
        """Be told no more."""
        self._server.close()
