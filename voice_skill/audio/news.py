"""What came or went, by the sound server and by the kernel's list of cards, without waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from voice_skill.audio.portaudio import Kind
from voice_skill.audio.sound_server import Change, Place

NEWS_SECONDS = 0.5
"""How often it is looked whether a sound card came or went."""
SETTLE_SECONDS = 0.2
"""From the first word of a change in the sound server until it is asked: it tells many at once."""
RESUBSCRIBE_SECONDS = 5.0


class Server(Protocol):
    """What is needed of a sound server; see `sound_server.SoundServer`."""

    def start(self) -> None:
        """Begin to be told of changes."""

    def changed(self) -> Change:
        """Return what is new since the last call."""

    def places(self) -> dict[Kind, Place]:
        """Return where our streams are, as far as it is known."""

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

    def ask_soon(self, now: float) -> None:
        """Something may have changed: what is known does not hold any more."""
        self.places = {}
        if self._ask_at is None:
            self._ask_at = now + SETTLE_SECONDS

    def look(self, now: float) -> bool:
        """Return whether a device came or went."""
        news = False
        if now >= self._look_at:
            self._look_at = now + NEWS_SECONDS
            present = self._cards()
            news, self._present = present != self._present, present
        if now >= self._subscribe_at:
            self._subscribe_at = now + RESUBSCRIBE_SECONDS
            self._server.start()
        change = self._server.changed()
        news |= change is Change.DEVICES
        if (news or change is not Change.NOTHING) and self._ask_at is None:
            self._ask_at = now + SETTLE_SECONDS
        if self._ask_at is not None and now >= self._ask_at:
            self._ask_at = None
            self.places = self._server.places()
        return news

    def close(self) -> None:
        """Be told no more."""
        self._server.close()
