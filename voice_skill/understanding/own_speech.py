"""Was it the assistant itself that was heard: over a loudspeaker elsewhere, or an imperfect echo?

A sentence of the assistant's own, word for word or nearly, is nobody's request. What a person might
say too (a legal sentence) is never taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from voice_skill.domain.model import Hypothesis
from voice_skill.understanding.gate import by_decoder
from voice_skill.understanding.text import split_plain

FEWEST_WORDS = 3
"""Shorter sentences of ours may well be said by a person."""

NEARLY_WORDS = 4
"""From so many words on, one word may have been misheard."""

LONG_WORDS = 8
"""From so many words on every fourth may have been misheard. Only such a sentence counts where what
was heard holds a warning sign, and then the open decoder must have heard it: to take a person for
ourselves would be the worse mistake."""


class OwnSpeech:
    """The assistant's own sentences."""

    def __init__(self, sentences: Iterable[str], is_legal: Callable[[str], bool]) -> None:
        """`is_legal`: whether a person may say this."""
        split = (split_plain(sentence) for sentence in sentences)
        self._sentences = [
            words for words in split if len(words) >= FEWEST_WORDS and not is_legal(" ".join(words))
        ]

    def heard(self, hypotheses: Sequence[Hypothesis], *, warned: bool) -> str | None:
        """Return the sentence of ours that was heard, if it was one.

        Looked for in the best of the open and of the bigram decoder. `warned`: what was heard holds
        a warning sign.
        """
        decoders = ("open",) if warned else ("open", "domain")
        for best, *_ in by_decoder(hypotheses):
            if best.decoder in decoders:
                found = self._same(best.text.split(), LONG_WORDS if warned else FEWEST_WORDS)
                if found:
                    return found
        return None

    def _same(self, words: Sequence[str], fewest: int) -> str | None:
        for own in self._sentences:
            if len(own) < fewest:
                continue
            allowed = _mistakes(len(own))
            if Levenshtein.distance(own, words, score_cutoff=allowed) <= allowed:
                return " ".join(own)
        return None


def _mistakes(words: int) -> int:
    """Return how many of so many words may have been misheard."""
    return words // 4 if words >= LONG_WORDS else int(words >= NEARLY_WORDS)
