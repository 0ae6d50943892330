"""Small language models, and the file of the type `ngram` that a speech model would hold."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.speech.domain_trigram import WeightedSentence, domain_trigram
from voice_skill.speech.trigram import END, NO_WORD, Trigram

WORDS = 8
"""Ids 1 to 7 are words, 0 ends a sentence."""

sentence = st.lists(st.integers(1, WORDS - 1), min_size=1, max_size=6)
corpora = st.lists(st.tuples(sentence, st.sampled_from([0.1, 1.0, 2.5, 40.0])), min_size=1)
unigrams = st.lists(st.floats(0.001, 1.0), min_size=WORDS, max_size=WORDS).map(
    lambda numbers: np.array(numbers) / sum(numbers)
)


def stock_of(corpus: Sequence[WeightedSentence], unigram: NDArray[np.float64]) -> Trigram:
    """A stand-in for the trigram of a speech model: every word has a unigram."""
    return domain_trigram(corpus, unigram).trigram


def sums(trigram: Trigram, size: int = WORDS) -> NDArray[np.float64]:
    """The sum of the probabilities of all words, and of the end, in each state."""
    labels = np.arange(size)
    states = range(len(trigram.newest))
    costs = [trigram.costs_of(np.full(size, state), labels) for state in states]
    return np.exp(-np.array(costs)).sum(axis=1)


def ngram_file(trigram: Trigram, symbols: Sequence[bytes], *, start: int | None = None) -> bytes:
    """Write a trigram, its states in breadth-first order, as OpenFst's ngram-fst.h does."""
    states = len(trigram.newest)
    is_end = trigram.labels == END
    words = trigram.labels[~is_end]
    children = np.bincount(trigram.parent[1:], minlength=states)
    tree = "10" + "".join("1" * count + "0" for count in children)
    counts = np.bincount(trigram.sources[~is_end], minlength=states)
    future = "".join("0" + "1" * count for count in counts) + "0"
    ending = "".join("1" if state in trigram.sources[is_end] else "0" for state in range(states))
    context = np.where(trigram.older == NO_WORD, trigram.newest, trigram.older)
    parts = [
        struct.pack("<QQQ", states, len(words), int(is_end.sum())),
        *(_bits(row) for row in (tree, future, ending)),
        np.append(context, -1).astype("<i4").tobytes(),
        words.astype("<i4").tobytes(),
        np.append(trigram.backoff, np.inf).astype("<f4").tobytes(),
        trigram.costs[is_end].astype("<f4").tobytes(),
        np.append(trigram.costs[~is_end], np.inf).astype("<f4").tobytes(),
    ]
    first = trigram.start if start is None else start
    return _head(symbols, first, states, len(words)) + b"".join(parts)


def _bits(row: str) -> bytes:
    padded = row + "0" * (-len(row) % 64)
    return np.packbits([int(bit) for bit in padded], bitorder="little").tobytes()


def _head(symbols: Sequence[bytes], start: int, states: int, arcs: int) -> bytes:
    head = struct.pack("<i", 2125659606) + _string(b"ngram") + _string(b"standard")
    head += struct.pack("<iiQqqq", 4, 1, 0, start, states, arcs)
    head += struct.pack("<i", 2125658996) + _string(b"words.txt")
    head += struct.pack("<qq", len(symbols), len(symbols))
    return head + b"".join(_string(s) + struct.pack("<q", n) for n, s in enumerate(symbols))


def _string(text: bytes) -> bytes:
    return struct.pack("<i", len(text)) + text
