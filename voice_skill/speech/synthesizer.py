"""Text to speech: the seam, and the voice of the program with what steps in when it fails."""

from __future__ import annotations

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


class FallbackSynthesizer:
    """Speaks with the first voice, and with the second where the first fails.

    After two failures in a row the first is left alone: its time limits must not delay every
    sentence. Threads may share it.
    """

    def __init__(self, first: Voice, second: Voice) -> None:
        """Take two voices; ValueError when their sample rates differ."""
        if first.sample_rate != second.sample_rate:
            raise ValueError("the two voices have different sample rates")
        self.sample_rate = first.sample_rate
        self.identity = first.identity
        self._first = first
        self._second = second
        self._failures = 0

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return the sentence as mono samples; EngineError only when both voices fail."""
        reason = "it failed before"
        if self._failures < _FAILURES_UNTIL_GIVEN_UP:
            try:
                samples = self._first.render(sentence, rate=rate)
            except EngineError as error:
                self._failures += 1
                reason = str(error)
            else:
                self._failures = 0
                return samples
        try:
            return self._second.render(sentence, rate=rate)
        except EngineError as error:
            raise EngineError(
                f"There is no voice: {reason} {error}", hint=error.hint or NO_VOICE_HINT
            ) from error

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


def open_voice(
    cache_folder: Path, may_keep: Callable[[str], bool] = lambda sentence: True
) -> CachedSynthesizer:
    """Return the voice of the program: pyttsx3, else espeak-ng, with its sentences kept.

    `may_keep(sentence)` says which may be kept in `cache_folder`.

    Nothing is started before the first sentence that is not in `cache_folder`. Close it.
    """
    voice = FallbackSynthesizer(PyttsxSynthesizer(), EspeakSynthesizer())
    return CachedSynthesizer(voice, cache_folder, may_keep=may_keep)
