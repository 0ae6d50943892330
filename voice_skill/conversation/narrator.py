"""Speaks prompts: sentences to samples, samples to the player, and word when a prompt has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.earcons import Earcon, earcon
from voice_skill.conversation.ready_voice import ReadyVoice, Synthesizer, without_lead
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import Prompt
from voice_skill.domain.manner import WARNING_FLOOR_DB, Manner, gain_of

GAP_SECONDS = 0.7
"""Silence between two sentences in which the microphone is open."""

SHORT_GAP_SECONDS = 0.25
"""Silence between the sentences of an urgent message or an instruction's first words."""

URGENT_RATE = 0.8
"""Speaking rate of an urgent message, as a share of the usual one."""

Samples = NDArray[np.int16]


class Player(Protocol):
    """What the narrator needs of the player."""

    volume: float

    def enqueue(
        self,
        samples: Samples,
        tag: Hashable | None = None,
        *,
        sample_rate: int | None = None,
        at_once: bool = False,
        least_volume: float = 0.0,
    ) -> None:
        """Play after what is queued, `at_once` before it; `tag` comes back when it has ended.

        The clip is played no more quietly than at `least_volume`, whatever the volume is.
        """

    def gap(self, seconds: float) -> None:
        """Queue silence in which the microphone may listen."""

    def stop(self) -> object:
        """Fall silent at once and forget the queue; ends a pause."""

    def pause(self) -> None:
        """Stand still."""

    def resume(self) -> None:
        """Go on where `pause` stopped."""


def render_reply(synthesizer: Synthesizer, sentences: Sequence[str]) -> Samples:
    """Return sentences as one clip at the voice's rate, short pauses between; EngineError."""
    pause = np.zeros(int(SHORT_GAP_SECONDS * synthesizer.sample_rate), np.int16)
    parts = [part for text in sentences for part in (synthesizer.render(text), pause)]
    return np.concatenate(parts) if parts else pause


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that is still to be rendered; `index` in its prompt, `last` of it."""

    prompt: Prompt
    index: int

    @property
    def text(self) -> str:
        return self.prompt.sentences[self.index]

    @property
    def last(self) -> bool:
        return self.index == len(self.prompt.sentences) - 1


class Narrator:
    """Puts prompts into the player's queue, one sentence a clip.

    A prompt's first sentence is queued at once; the rest, and what was rendered ahead of its time,
    is rendered by `work`, a sentence a call, while the first one plays. `spoken` is called with
    each prompt as it is begun (for a transcript), `failed` with the reason when no voice could
    render a sentence; the conversation goes on in silence then.
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
        self._voice = ReadyVoice(synthesizer)
        self._player = player
        self._spoken = spoken
        self._failed = failed
        self._open: set[int] = set()
        self._ended_unspoken: list[int] = []
        self._manner = Manner()
        self._unrendered: deque[_Sentence] = deque()
        self._queued = False
        self._hushed = False
        self.sentences_ended = 0

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
                self._count(prompt)
            return
        self._spoken(prompt)
        if self._open:  # the newer prompt wins over what is still being said
            self.stop()
        self._open.add(prompt.number)
        self._unrendered = deque(_Sentence(prompt, i) for i in range(len(prompt.sentences)))
        self._queued = False
        self.sentences_ended = 0
        while self._unrendered and not self._queued:
            self._queue_next()

    def work(self, *, idle: bool = True) -> bool:
        """Render one sentence that is not needed yet; False where there was none to render.

        Called often by whoever runs the conversation; takes no longer than one rendering. `idle`:
        nothing else is going on, so what may be said at any time is rendered, too.
        """
        if self._unrendered:
            self._queue_next()
            return True
        return self._voice.work(idle=idle and not self.busy)

    def prepare(self, prompt: Prompt) -> None:
        """Have `work` render what will probably be said next."""
        self._voice.prepare((text, self.rate(prompt.style)) for text in prompt.sentences)

    def prepare_fixed(self, sentences: Iterable[str]) -> None:
        """Have `work` render sentences that may be said at any time, when nothing else is to do.

        They are kept by the voice's own cache, not here.
        """
        self._voice.prepare_fixed((text, self.rate("answer")) for text in sentences)

    def rate(self, style: str) -> float:
        """Return how fast sentences of a style are spoken now; a warning has its own rate."""
        return URGENT_RATE if style == "urgent" else self._manner.rate

    def _queue_next(self) -> None:
        """Render the next sentence of the prompt and queue it, after a gap if it is not the first.

        A prompt whose last sentence has no sound ends when the one before it has been spoken.
        """
        sentence = self._unrendered.popleft()
        number, style = sentence.prompt.number, sentence.prompt.style
        samples = self._rendered(sentence.text, style)
        if samples is None:
            if not sentence.last:
                return
            if not self._queued:
                self._ended_unspoken.append(number)
                return
            samples = np.zeros(0, np.int16)
        elif self._queued:
            gap = SHORT_GAP_SECONDS if style == "urgent" else self._gap_seconds
            self._player.gap(gap)
        self._queued = True
        self._player.enqueue(
            samples,
            number if sentence.last else (number, sentence.index),
            sample_rate=self._voice.sample_rate,
            least_volume=gain_of(WARNING_FLOOR_DB) if style == "urgent" else 0.0,
        )

    def _count(self, prompt: Prompt) -> None:
        """Queue a counted word: it begins at once, on its beat, so the voice's own lead goes."""
        samples = self._rendered(prompt.sentences[0], prompt.style)
        if samples is not None:
            rate = self._voice.sample_rate
            self._player.enqueue(without_lead(samples, rate), sample_rate=rate, at_once=True)

    def _rendered(self, text: str, style: str) -> Samples | None:
        try:
            samples = self._voice.render(text, self.rate(style))
        except EngineError as error:
            self._failed(error)
            return None
        if style == "soft":
            samples = np.rint(samples * self._manner.soft_share).astype(np.int16)
        return samples

    def ended(self, tag: object) -> int | None:
        """Take a tag that the player has finished; return the prompt's number if one ended."""
        if isinstance(tag, tuple) and tag[0] in self._open:
            self.sentences_ended = tag[1] + 1
            return None
        if not isinstance(tag, int) or tag not in self._open:
            return None
        self._open.discard(tag)
        self.sentences_ended += 1
        return tag

    def ended_unspoken(self) -> tuple[int, ...]:
        """Return (once) the numbers of prompts that ended because no voice could speak them."""
        numbers, self._ended_unspoken = tuple(self._ended_unspoken), []
        self._open.difference_update(numbers)
        return numbers

    def stop(self) -> None:
        """Fall silent at once; the prompts that were queued end without a word about it."""
        self._player.stop()
        self._hushed = False
        self._open.clear()
        self._unrendered.clear()
        self._ended_unspoken.clear()

    def hush(self, *, on: bool) -> None:
        """Stand still in mid-word while a command seems to be said; go on where it was after."""
        if on and not self._hushed:
            self._player.pause()
        elif self._hushed and not on:
            self._player.resume()
        self._hushed = on

    def sound(self, kind: Earcon) -> None:
        """Queue an earcon; nothing waits for its end."""
        rate = self._voice.sample_rate
        self._player.enqueue(earcon(kind, rate, low=self._manner.hushed), sample_rate=rate)

    def take_on(self, manner: Manner) -> None:
        """Speak in this manner from the next sentence on; the volume changes at once."""
        self._manner = manner
        self._player.volume = manner.gain
