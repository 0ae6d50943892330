"""A trigram of the skill's own sentences, smoothed by Witten and Bell down to the general unigram.

    p(w | h) = (c(h w) + T(h) p(w | h')) / (c(h) + T(h))

c counts by the sentences' weights, T(h) is the number of different words after h, h' is h without
its older word. Below the empty context stands the unigram of the speech model, so that every word
of the model keeps a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from voice_skill.speech.trigram import (
    BEGIN,
    END,
    NO_WORD,
    ROOT,
    Floats,
    Ids,
    Places,
    Trigram,
    merged,
    starts,
    total_by,
)

WeightedSentence = tuple[Sequence[int], float]
"""The ids of a sentence's words, and how much it counts."""


@dataclass(frozen=True, slots=True)
class DomainTrigram:
    """The trigram, and how often each of its contexts was seen (states,).

    States are in the order of the length of their contexts. An arc stands for what was seen; in
    ROOT there is one for every word of the general unigram.
    """

    trigram: Trigram
    seen: Floats


def domain_trigram(sentences: Iterable[WeightedSentence], unigram: Floats) -> DomainTrigram:
    """Count sentences and smooth what was counted.

    `unigram` (ids,): the general probability of every id, END among them; 0 for what is never
    said. Raises ValueError for a sentence with such an id, and when there is no sentence.
    """
    words, weights = _joined(sentences, unigram)
    size = len(unigram)
    before = np.concatenate([[NO_WORD], words[:-1]])
    older = np.concatenate([[NO_WORD, NO_WORD], words[:-2]])
    # A sentence begins with BEGIN, which is predicted by nothing; it ends with its own END.
    begins = np.concatenate([[True], words[:-1] == END])
    older[begins], before[begins] = NO_WORD, BEGIN
    second = np.concatenate([[False], begins[:-1]])
    older[second] = BEGIN
    contexts = _Contexts(size)
    empty = np.full(len(words), NO_WORD)
    longs = ~begins
    levels = [
        (empty, empty, np.ones(len(words), np.bool_)),
        (empty, before, np.ones(len(words), np.bool_)),
        (older, before, longs),
    ]
    rows = [contexts.number(o[used], n[used]) for o, n, used in levels]
    labels = np.concatenate([words[used] for _, _, used in levels])
    counted = np.concatenate([weights[used] for _, _, used in levels])
    return _smoothed(contexts, np.concatenate(rows), labels, counted, unigram)


class _Contexts:
    """Numbers contexts: those of a call after those of the calls before it, by their words."""

    def __init__(self, size: int) -> None:
        self._size = size + 1
        self.older: Ids = np.zeros(0, np.int32)
        self.newest: Ids = np.zeros(0, np.int32)

    def number(self, older: Places, newest: Places) -> Places:
        """Return the number of each context; the same ones get the same number."""
        keys, rows = np.unique((newest + 1) * self._size + older + 1, return_inverse=True)
        base = len(self.newest)
        self.newest = np.append(self.newest, keys // self._size - 1).astype(np.int32)
        self.older = np.append(self.older, keys % self._size - 1).astype(np.int32)
        return np.asarray(rows, np.int64) + base


def _joined(sentences: Iterable[WeightedSentence], unigram: Floats) -> tuple[Places, Floats]:
    """Return all words, an END after each sentence, and the weight of each."""
    known = [(list(words), weight) for words, weight in sentences if len(words) and weight > 0]
    if not known:
        raise ValueError("there is no sentence to learn from")
    words = np.array([word for ids, _ in known for word in (*ids, END)], np.int64)
    counts = [len(ids) + 1 for ids, _ in known]
    if words.min() < 0 or words.max() >= len(unigram) or not unigram[words].all():
        raise ValueError("a sentence holds a word that is not in the unigram")
    if any(END in ids for ids, _ in known):
        raise ValueError("a sentence ends before its last word")
    return words, np.repeat(np.array([weight for _, weight in known], np.float64), counts)


def _smoothed(
    contexts: _Contexts, rows: Places, labels: Places, counted: Floats, unigram: Floats
) -> DomainTrigram:
    """Turn counts of (context, word) into probabilities."""
    size, states = len(unigram), len(contexts.newest)
    everything = np.flatnonzero(unigram)
    unseen = np.full(len(everything), ROOT)
    arcs_of, arc_labels = merged([(rows, labels), (unseen, everything)], size)
    arc = np.searchsorted(arcs_of * size + arc_labels, rows * size + labels)
    count = total_by(arc, counted, len(arcs_of))
    seen = total_by(rows, counted, states)
    kinds = total_by(arcs_of, (count > 0).astype(np.float64), states)
    kept = kinds / (seen + kinds)  # what is left to the shorter context
    parent = _parents(contexts)
    probability = np.zeros(len(arcs_of))
    # From the shorter contexts to the longer ones, whose arcs also have arcs in the shorter.
    depth = (contexts.newest != NO_WORD).astype(int) + (contexts.older != NO_WORD)
    for level in range(3):
        own = np.flatnonzero(depth[arcs_of] == level)
        label, row = arc_labels[own], arcs_of[own]
        if level == 0:
            below = unigram[label]
        else:
            shorter = np.searchsorted(arcs_of * size + arc_labels, parent[row] * size + label)
            below = probability[shorter]
        share = 1 / (seen[row] + kinds[row])
        probability[own] = count[own] * share + kept[row] * below
    backoff = -np.log(kept)
    backoff[ROOT] = np.inf
    start = int(np.flatnonzero((depth == 1) & (contexts.newest == BEGIN))[0])
    trigram = Trigram(
        contexts.newest,
        contexts.older,
        parent.astype(np.int32),
        backoff.astype(np.float32),
        starts(arcs_of, states),
        arc_labels.astype(np.int32),
        -np.log(probability).astype(np.float32),
        start,
    )
    return DomainTrigram(trigram, seen)


def _parents(contexts: _Contexts) -> Places:
    """Return the context without its older word, for each: it was seen wherever this one was."""
    single = np.flatnonzero((contexts.older == NO_WORD) & (contexts.newest != NO_WORD))
    of_word = np.zeros(int(contexts.newest.max()) + 1, np.int64)
    of_word[contexts.newest[single]] = single
    return np.where(contexts.older == NO_WORD, ROOT, of_word[contexts.newest])
