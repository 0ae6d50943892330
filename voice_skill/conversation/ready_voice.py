"""Sentences rendered ahead of the moment at which they are wanted."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError

MOST_READY = 12
"""Sentences kept in memory: what may be said next, 0.2 MB each."""

LEAD_LEVEL = 300
"""Samples under this (1 % of full scale) before the first louder one are the voice's lead."""

_KEPT_LEAD_SECONDS = 0.01

Samples = NDArray[np.int16]
Wanted = tuple[str, float]
"""A sentence and its rate."""


class Synthesizer(Protocol):
    """What the narrator needs of a voice."""

    sample_rate: int

    def render(self, sentence: str, *, rate: float = 1.0) -> Samples:
        """Speak one sentence into samples; EngineError when no voice can."""


class ReadyVoice:
    """A voice that renders ahead, one sentence a call of `work`, for one thread."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        """Render with `synthesizer`; nothing is rendered before it is asked for."""
        self.sample_rate = synthesizer.sample_rate
        self._synthesizer = synthesizer
        self._soon: deque[Wanted] = deque()
        self._fixed: deque[Wanted] = deque()
        self._ready: OrderedDict[Wanted, Samples] = OrderedDict()

    def prepare(self, wanted: Iterable[Wanted]) -> None:
        """Render these next, and keep them in memory; what was to be rendered before is dropped."""
        self._soon = deque(each for each in wanted if each not in self._ready)

    def prepare_fixed(self, wanted: Iterable[Wanted]) -> None:
        """Render these once, when nothing else is to be rendered, for the voice's own cache."""
        self._fixed.extend(wanted)

    def work(self, *, idle: bool = True) -> bool:
        """Render one sentence, fixed ones only when `idle`; False where there is none to render."""
        keep = bool(self._soon)
        waiting = self._soon or (self._fixed if idle else deque[Wanted]())
        if not waiting:
            return False
        wanted = waiting.popleft()
        # What fails here is told when the sentence is to be said.
        with suppress(EngineError):
            samples = self._synthesizer.render(wanted[0], rate=wanted[1])
            if keep:
                self._keep(wanted, samples)
        return True

    def render(self, sentence: str, rate: float) -> Samples:
        """Return a sentence as mono samples, at once if it is ready; EngineError."""
        ready = self._ready.pop((sentence, rate), None)
        return self._synthesizer.render(sentence, rate=rate) if ready is None else ready

    def _keep(self, wanted: Wanted, samples: Samples) -> None:
        self._ready[wanted] = samples
        while len(self._ready) > MOST_READY:
            self._ready.popitem(last=False)


def without_lead(samples: Samples, rate: int) -> Samples:
    """Return a clip without the silence before its first sound, but for 10 ms."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LEAD_LEVEL)
    if not loud.size:
        return samples
    return samples[max(0, int(loud[0]) - int(_KEPT_LEAD_SECONDS * rate)) :]
