"""Text to speech: the seam, and the voice of the program with what steps in when it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.speech.espeak import EspeakSynthesizer
from voice_skill.speech.pyttsx_voice import PyttsxSynthesizer
from voice_skill.speech.rendering import NO_VOICE_HINT, Synthesizer, Voice
from voice_skill.speech.voice_cache import CachedSynthesizer

__all__ = [
    "CachedSynthesizer",
    "EspeakSynthesizer",
    "FallbackSynthesizer",
    "PyttsxSynthesizer",
    "Synthesizer",
    "Voice",
    "open_voice",
]

_FAILURES_UNTIL_GIVEN_UP = 2

TRIAL_SECONDS = (30.0, 60.0, 120.0, 300.0, 600.0)
"""Until a voice that was given up is tried again, and again; the last one for ever."""

_TRIAL = "Ready."


class FallbackSynthesizer:
    """Speaks with the first voice, and with the second where the first fails.

    After two failures in a row the first is left alone: its time limits must not delay every
    sentence. It is tried again from time to time, on the side. Threads may share it.
    """

    def __init__(
        self,
        first: Voice,
        second: Voice,
        *,
        clock: Callable[[], float] = time.monotonic,
        aside: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """Take two voices; ValueError when their sample rates differ.

        `clock` gives seconds; `aside` runs a trial without waiting for it, by default in a thread.
        """
        if first.sample_rate != second.sample_rate:
            raise ValueError("the two voices have different sample rates")
        self.sample_rate = first.sample_rate
        self.identity = first.identity
        self._first = first
        self._second = second
        self._failures = 0
        self._clock = clock
        self._aside = aside or _in_a_thread
        self._lock = threading.Lock()
        self._trials = 0
        self._try_at = 0.0
        self._trying = False

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return the sentence as mono samples; EngineError only when both voices fail."""
        reason = "it failed before"
        if self._failures < _FAILURES_UNTIL_GIVEN_UP:
            try:
                samples = self._first.render(sentence, rate=rate)
            except EngineError as error:
                self._failures += 1
                self._try_at = self._clock() + TRIAL_SECONDS[0]
                reason = str(error)
            else:
                self._failures = 0
                return samples
        elif self._trial_is_due():
            self._aside(self._try_first)
        try:
            return self._second.render(sentence, rate=rate)
        except EngineError as error:
            raise EngineError(
                f"There is no voice: {reason} {error}", hint=error.hint or NO_VOICE_HINT
            ) from error

    def _trial_is_due(self) -> bool:
        with self._lock:
            due = not self._trying and self._clock() >= self._try_at
            self._trying |= due
            return due

    def _try_first(self) -> None:
        try:
            self._first.render(_TRIAL)
            self._failures = self._trials = 0
        except EngineError:
            self._trials = min(self._trials + 1, len(TRIAL_SECONDS) - 1)
            self._try_at = self._clock() + TRIAL_SECONDS[self._trials]
        finally:
            self._trying = False

    def close(self) -> None:
        """Close both voices."""
        self._first.close()
        self._second.close()

    def __enter__(self) -> FallbackSynthesizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="voice-trial", daemon=True).start()


def open_voice(
    cache_folder: Path, may_keep: Callable[[str], bool] = lambda sentence: True
) -> CachedSynthesizer:
    """Return the voice of the program: pyttsx3, else espeak-ng, with its sentences kept.

    `may_keep(sentence)` says which may be kept in `cache_folder`.

    Nothing is started before the first sentence that is not in `cache_folder`. Close it.
    """
    voice = FallbackSynthesizer(PyttsxSynthesizer(), EspeakSynthesizer())
    return CachedSynthesizer(voice, cache_folder, may_keep=may_keep)
