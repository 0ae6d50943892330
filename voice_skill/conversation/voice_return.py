"""A voice that is gone is tried until it speaks again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voice_skill.domain.errors import EngineError

TRIAL_SECONDS = (2.0, 5.0, 10.0, 30.0)
"""Waits between the trials; the last one for ever."""


class VoiceReturn:
    """Told of a voice that failed, tries it on the side; one thread at most.

    `works()` renders something, EngineError where no voice can; `back()` is told once it does.
    """

    def __init__(
        self,
        works: Callable[[], object],
        back: Callable[[], None],
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        """`wait(seconds)` returns True when it is time to end; by default `close` ends it."""
        self._works = works
        self._back = back
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._thread: threading.Thread | None = None

    def failed(self) -> bool:
        """Begin to try; whether this is news, and not one more failure of a voice that is gone."""
        if self._thread is not None and self._thread.is_alive():
            return False
        self._thread = threading.Thread(target=self.try_until_back, name="voice", daemon=True)
        self._thread.start()
        return True

    def try_until_back(self) -> None:
        """Try, wait, try; return when a voice speaks or it is time to end."""
        trial = 0
        while not self._wait(TRIAL_SECONDS[min(trial, len(TRIAL_SECONDS) - 1)]):
            trial += 1
            try:
                self._works()
            except EngineError:
                continue
            self._back()
            return

    def close(self) -> None:
        """End the trials."""
        self._closing.set()
