"""The clock of a live conversation: it knows nothing of the clock on the wall."""

from __future__ import annotations

import time


class MonotonicClock:
    """Seconds since it was made, unmoved by changes of the wall clock; sleep of the machine counts.

    Linux' CLOCK_MONOTONIC stands still while the machine is suspended: a routine would go on in
    the morning as if no time had passed. CLOCK_BOOTTIME does not.
    """

    def __init__(self) -> None:
        """Begin at zero."""
        self._began = _steady_seconds()

    def now(self) -> float:
        """Return the present second."""
        return _steady_seconds() - self._began


def _steady_seconds() -> float:
    boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # absent on a Mac
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
