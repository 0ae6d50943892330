"""Which sound is too old to be heard, on a machine that is too slow for what sounds. Pure.

Several voices at once (a television) take several times as long to decode as one, and on a slow
machine longer than they last. Without a rule the sound waits until its queue is full, and then
every other block is lost: neither the television nor whoever calls is understood any more.
"""

from __future__ import annotations

BEHIND_SECONDS = 3.0
"""So far behind, whoever talks on and on is broken off, and what waits is skipped."""

FAR_BEHIND_SECONDS = 7.0
"""So far behind, anybody is. Under what the queue of the microphone holds (10 s)."""

CAUGHT_UP_SECONDS = 0.2
"""What is no older is heard again."""


class Backlog:
    """Follows how old the blocks are that one listener gets."""

    def __init__(self) -> None:
        """Begin with a listener that keeps up."""
        self._began: float | None = None
        self.skipped_seconds = 0.0
        """How much was skipped the last time."""

    @property
    def skips(self) -> bool:
        """Whether the present block is to be skipped."""
        return self._began is not None

    def look(self, came: float, age: float, *, talks_on: bool) -> None:
        """Take a block that came at a second, so many seconds ago.

        `talks_on`: somebody speaks, and for longer than the assistant waits for a sentence.
        """
        if self._began is None:
            if age > FAR_BEHIND_SECONDS or (talks_on and age > BEHIND_SECONDS):
                self._began = came
        elif age <= CAUGHT_UP_SECONDS:
            self.skipped_seconds = came - self._began
            self._began = None
