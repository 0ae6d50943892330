"""How often something that fails is started again before it is given up. Pure: times are given."""

from __future__ import annotations

from collections import deque

BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
WITHIN_SECONDS = 600.0


class Restarts:
    """Allows as many starts as there are delays, within a length of time.

    Failures that lie further back are forgiven: five in a night are no reason to end it.
    """

    def __init__(
        self,
        delays: tuple[float, ...] = BACK_OFF_SECONDS,
        within_seconds: float = WITHIN_SECONDS,
    ) -> None:
        """`delays`: seconds before the first, second ... start of such a stretch of time."""
        self._delays = delays
        self._within = within_seconds
        self._failures: deque[float] = deque()

    def failed(self, now: float) -> float | None:
        """Take a failure; return how long to wait before starting again, None to give up."""
        while self._failures and now - self._failures[0] > self._within:
            self._failures.popleft()
        self._failures.append(now)
        count = len(self._failures)
        return self._delays[count - 1] if count <= len(self._delays) else None
