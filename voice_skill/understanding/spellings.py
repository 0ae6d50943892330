"""Words that the speech model lacks, as words that it knows and that sound the same.

`fasciculation` can never be heard, `facet collation` can. What the recogniser is given holds the
stated spellings in the place of such words, and what it writes is turned back before anything is
understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from voice_skill.domain.language import WordAutomaton
from voice_skill.domain.model import Hypothesis
from voice_skill.understanding.acceptor import Row, minimal
from voice_skill.understanding.text import replace_phrases, split_plain

_MOST_WAYS = 16
"""Ways to spell one sentence; only one of several such words has more."""


class Spellings:
    """The stated spellings of a lexicon (`Lexicon.sounds_like`)."""

    def __init__(self, sounds_like: Mapping[str, Iterable[str]]) -> None:
        """Index them; a word or spelling of nothing but punctuation is left out."""
        self._spoken: dict[str, list[tuple[str, ...]]] = {}
        self._meant: dict[tuple[str, ...], tuple[str, ...]] = {}
        for word, spellings in sounds_like.items():
            key = " ".join(split_plain(word))
            split = [tuple(split_plain(spelling)) for spelling in spellings]
            ways = [way for way in split if way]
            if key and ways:
                self._spoken[key] = ways
                self._meant.update(dict.fromkeys(ways, (key,)))

    def __contains__(self, word: object) -> bool:
        return word in self._spoken

    def heard(self, text: str) -> str:
        """Return what the recogniser wrote with every stated spelling replaced by its word."""
        return " ".join(replace_phrases(text.split(), self._meant)) if self._meant else text

    def heard_in(self, hypotheses: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Return hypotheses with their texts as `heard` has them; what was typed stays."""
        return tuple(
            h if h.decoder == "text" else replace(h, text=self.heard(h.text)) for h in hypotheses
        )

    def spoken(self, sentence: str) -> tuple[str, ...]:
        """Return the ways in which the recogniser would write a sentence.

        A sentence without any such word is returned as it is.
        """
        words = split_plain(sentence)
        if not any(word in self._spoken for word in words):
            return (sentence,)
        ways = product(*(self._spoken.get(word, [(word,)]) for word in words))
        return tuple(" ".join(sum(way, ())) for way in islice(ways, _MOST_WAYS))

    def all_spoken(self, sentences: Iterable[str]) -> list[str]:
        """Return the ways of all sentences, in their order."""
        return [way for sentence in sentences for way in self.spoken(sentence)]

    def in_automaton(self, automaton: WordAutomaton) -> WordAutomaton:
        """Return `automaton` with spellings on its arcs instead of the words they stand for."""
        if not any(word in self._spoken for row in automaton.arcs for word, _ in row):
            return automaton
        rows = minimal(deterministic(self._spelled(automaton), automaton.final))
        return WordAutomaton(
            tuple(tuple(sorted(words.items())) for _, words in rows),
            frozenset(state for state, (final, _) in enumerate(rows) if final),
        )

    def _spelled(self, automaton: WordAutomaton) -> list[list[tuple[str, int]]]:
        """Return the arcs of each state; spellings of several words go through new states."""
        arcs: list[list[tuple[str, int]]] = [[] for _ in automaton.arcs]
        for state, row in enumerate(automaton.arcs):
            for word, after in row:
                for way in self._spoken.get(word, [(word,)]):
                    here = state
                    for part in way[:-1]:
                        arcs.append([])
                        arcs[here].append((part, len(arcs) - 1))
                        here = len(arcs) - 1
                    arcs[here].append((way[-1], after))
        return arcs


def deterministic(arcs: Sequence[Sequence[tuple[str, int]]], final: frozenset[int]) -> list[Row]:
    """Follow all states at once: what was added may begin like another word of its state."""
    first = frozenset({0})
    numbers = {first: 0}
    waiting = [first]
    rows: list[Row] = []
    for states in waiting:  # grows as it goes
        following: dict[str, set[int]] = {}
        for state in states:
            for word, after in arcs[state]:
                following.setdefault(word, set()).add(after)
        row: dict[str, int] = {}
        for word, reached in following.items():
            place = frozenset(reached)
            if place not in numbers:
                numbers[place] = len(numbers)
                waiting.append(place)
            row[word] = numbers[place]
        rows.append((not final.isdisjoint(states), row))
    return rows
