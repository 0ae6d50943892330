"""Was the assistant called, and what was said to it after that?

A wake phrase may stand anywhere in an utterance: what comes before it (a television, a sleepy
beginning) was not for the assistant, what comes after it in the same breath is the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from voice_skill.domain.language import Thresholds, WordAutomaton
from voice_skill.domain.model import Hypothesis
from voice_skill.understanding.acceptor import minimal
from voice_skill.understanding.gate import by_decoder, credible, has_too_few_words
from voice_skill.understanding.spellings import deterministic
from voice_skill.understanding.text import split_plain

_FREE = ("open", "text")

_LIKE_A_CALL = 75.0
"""Letters in common, of 100, from which the beginning of another decoder's sentence is the call
that one decoder has heard: `hey uncle coach my foot` of `hey ankle coach my foot`."""


@dataclass(frozen=True, slots=True)
class Called:
    """A wake phrase was heard. `request`: the hypotheses without it; empty for the phrase alone."""

    phrase: str
    request: tuple[Hypothesis, ...]


class WakePhrases:
    """The wake phrases of a skill."""

    def __init__(self, phrases: Iterable[str], thresholds: Thresholds) -> None:
        """`thresholds`: of the gate, which the words of a forced decoder have to pass."""
        split = (tuple(split_plain(phrase)) for phrase in phrases)
        self._phrases = tuple(words for words in dict.fromkeys(split) if words)
        self._thresholds = thresholds

    def after(self, text: str) -> str | None:
        """Return what follows the first wake phrase in a text; None when there is none in it."""
        found = self._first(text.split()) if self._phrases else None
        return None if found is None else found[1]

    def called(self, hypotheses: Sequence[Hypothesis]) -> Called | None:
        """Return what was said to the assistant; None where no decoder believably heard a call.

        The open decoder is believed, a forced one as far as the gate believes it.
        """
        if not self._phrases or not any(self._first(h.text.split()) for h in hypotheses):
            return None
        believed = sorted(
            credible(hypotheses, self._thresholds), key=lambda h: h.decoder not in _FREE
        )
        for hypothesis in believed:
            forced = hypothesis.decoder not in _FREE
            if forced and has_too_few_words(hypothesis.text, hypotheses):
                continue
            found = self._first(hypothesis.text.split())
            if found is not None:
                phrase, rest = found
                return Called(phrase, self._without(phrase, hypotheses) if rest else ())
        return None

    def _without(self, phrase: str, hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Return what follows the call; a decoder that heard it is asked nowhere else."""
        kept: list[Hypothesis] = []
        for group in by_decoder(hypotheses):
            rests = [(h, self.after(h.text)) for h in group]
            if all(rest is None for _, rest in rests):
                rests = [(h, _without_alike(phrase, h.text)) for h in group]
            kept += [replace(h, text=rest) for h, rest in rests if rest]
        return tuple(kept)

    def _first(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return the first phrase among the words, and what follows it."""
        plain = [word.strip(",.;:!?").lower() for word in words]
        for at in range(len(plain)):
            for phrase in self._phrases:
                end = at + len(phrase)
                if tuple(plain[at:end]) == phrase:
                    return " ".join(phrase), " ".join(words[end:])
        return None


def with_calls(automaton: WordAutomaton, phrases: Iterable[str]) -> WordAutomaton:
    """Return the automaton with each of `phrases` legal, alone and before every sentence."""
    split = [split_plain(phrase) for phrase in phrases]
    if not any(split):
        return automaton
    arcs = [list(row) for row in automaton.arcs]
    arcs.append(list(automaton.arcs[0]))  # where a call ends and a sentence may begin
    called = len(arcs) - 1
    for words in filter(None, split):
        here = 0
        for word in words[:-1]:
            arcs.append([])
            arcs[here].append((word, len(arcs) - 1))
            here = len(arcs) - 1
        arcs[here].append((words[-1], called))
    rows = minimal(deterministic(arcs, automaton.final | {called}))
    return WordAutomaton(
        tuple(tuple(sorted(words.items())) for _, words in rows),
        frozenset(state for state, (final, _) in enumerate(rows) if final),
    )


def _without_alike(phrase: str, text: str) -> str:
    """Return a text without a beginning that is much like the phrase; else all of it."""
    words = text.split()
    length = len(phrase.split())
    likeness, end = max(
        ((fuzz.ratio(" ".join(words[:n]), phrase), n) for n in range(1, length + 2)),
        key=lambda found: found[0],
    )
    return " ".join(words[end:]) if likeness >= _LIKE_A_CALL else text
