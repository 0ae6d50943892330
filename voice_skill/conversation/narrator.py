"""Speaks prompts: sentences to samples, samples to the player, and word when a prompt has ended."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import Prompt

GAP_SECONDS = 0.7
"""Silence between two sentences in which the microphone is open."""

SHORT_GAP_SECONDS = 0.25
"""Silence between the sentences of an urgent message or an instruction's first words."""

URGENT_RATE = 0.8
"""Speaking rate of an urgent message, as a share of the usual one."""

Samples = NDArray[np.int16]


class Synthesizer(Protocol):
    """What the narrator needs of a voice."""

    sample_rate: int

    def render(self, sentence: str, *, rate: float = 1.0) -> Samples:
        """Speak one sentence into samples; EngineError when no voice can."""


class Player(Protocol):
    """What the narrator needs of the player."""

    def enqueue(
        self, samples: Samples, tag: Hashable | None = None, *, sample_rate: int | None = None
    ) -> None:
        """Play after what is queued; `tag` comes back when it has ended."""

    def gap(self, seconds: float) -> None:
        """Queue silence in which the microphone may listen."""

    def stop(self) -> object:
        """Fall silent at once and forget the queue."""

    def change_volume(self, steps: int) -> float:
        """Make it louder or quieter by steps, between a floor and a ceiling."""


def render_reply(synthesizer: Synthesizer, sentences: Sequence[str]) -> Samples:
    """Return sentences as one clip at the voice's rate, short pauses between; EngineError."""
    pause = np.zeros(int(SHORT_GAP_SECONDS * synthesizer.sample_rate), np.int16)
    parts = [part for text in sentences for part in (synthesizer.render(text), pause)]
    return np.concatenate(parts) if parts else pause


class Narrator:
    """Puts prompts into the player's queue, one sentence a clip.

    `spoken` is called with each prompt as it is begun (for a transcript), `failed` with the reason
    when no voice could render a sentence; the conversation goes on in silence then.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        player: Player,
        *,
        gap_seconds: float = GAP_SECONDS,
        spoken: Callable[[Prompt], None] = lambda prompt: None,
        failed: Callable[[EngineError], None] = lambda error: None,
    ) -> None:
        """Join a voice to a player; `gap_seconds` of listening between two sentences."""
        self._gap_seconds = gap_seconds
        self._synthesizer = synthesizer
        self._player = player
        self._spoken = spoken
        self._failed = failed
        self._open: set[int] = set()
        self._ended_unspoken: list[int] = []

    @property
    def busy(self) -> bool:
        """Whether a prompt other than a counted word is queued or being spoken."""
        return bool(self._open)

    def say(self, prompt: Prompt, *, person_speaks: bool = False) -> None:
        """Queue a prompt. A counted word gives way to a person who is speaking.

        A prompt that no voice can render ends at once, so that nothing waits for it.
        """
        if prompt.style == "count":
            if not person_speaks and not self.busy:
                self._spoken(prompt)
                self._enqueue(prompt.sentences[0], None, 1.0)
            return
        self._spoken(prompt)
        if self._open:  # the newer prompt wins over what is still being said
            self.stop()
        self._open.add(prompt.number)
        rate = URGENT_RATE if prompt.style == "urgent" else 1.0
        rendered = False
        for index, sentence in enumerate(prompt.sentences):
            if index:
                self._player.gap(
                    SHORT_GAP_SECONDS if prompt.style == "urgent" else self._gap_seconds
                )
            last = index == len(prompt.sentences) - 1
            rendered = self._enqueue(sentence, prompt.number if last else None, rate)
        if not rendered:
            self._ended_unspoken.append(prompt.number)

    def _enqueue(self, sentence: str, tag: int | None, rate: float) -> bool:
        try:
            samples = self._synthesizer.render(sentence, rate=rate)
        except EngineError as error:
            self._failed(error)
            return False
        self._player.enqueue(samples, tag, sample_rate=self._synthesizer.sample_rate)
        return True

    def ended(self, tag: object) -> int | None:
        """Take a tag that the player has finished; return the prompt's number if one ended."""
        if not isinstance(tag, int) or tag not in self._open:
            return None
        self._open.discard(tag)
        return tag

    def ended_unspoken(self) -> tuple[int, ...]:
        """Return (once) the numbers of prompts that ended because no voice could speak them."""
        numbers, self._ended_unspoken = tuple(self._ended_unspoken), []
        self._open.difference_update(numbers)
        return numbers

    def stop(self) -> None:
        """Fall silent at once; the prompts that were queued end without a word about it."""
        self._player.stop()
        self._open.clear()
        self._ended_unspoken.clear()

    def change_volume(self, steps: int) -> None:
        """Louder (positive) or quieter by steps; the player keeps its own floor and ceiling."""
        self._player.change_volume(steps)
