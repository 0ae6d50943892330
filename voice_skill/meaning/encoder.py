"""all-MiniLM-L6-v2 in numpy: sentences -> vectors whose scalar product is nearness in meaning.

A BERT encoder of six layers; a sentence's vector is the mean over its word pieces, made length 1.
Sentences of a batch stand one after the other without padding: the products take all their pieces
at once, and attention takes the sentences of one length together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from voice_skill.meaning.quantised import Floats, Layer, Norm, Product, Weights
from voice_skill.meaning.wordpiece import WordPiece

HEADS = 12
"""Attention heads of the published encoder; no tensor tells it."""

_BATCH = 512
"""Word pieces that are worked on together; larger batches are no faster."""

_NORM_EPSILON = np.float32(1e-12)


class SentenceEncoder:
    """Encodes sentences. Deterministic; threads may share it. See understanding.encoding.Encoder.

    `name` tells weights from others: equal names, equal vectors.
    """

    def __init__(self, weights: Weights, pieces: WordPiece, name: str) -> None:
        """ValueError when vocabulary and weights do not belong together."""
        if pieces.size < len(weights.table) or not weights.layers:
            raise ValueError("vocabulary and weights do not belong together")
        self.name = name
        self.dimensions = weights.table.shape[1]
        self._weights = weights
        self._pieces = pieces

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a row of length 1 for each text, shape (texts, dimensions)."""
        most = len(self._weights.places)
        pieces = [self._pieces.encode(text, most) for text in texts]
        vectors = np.empty((len(pieces), self.dimensions), np.float32)
        for batch in _batches([len(each) for each in pieces]):
            vectors[batch] = self._encode([pieces[number] for number in batch])
        return vectors

    def _encode(self, sentences: list[list[int]]) -> Floats:
        """Encode a few sentences, ordered by length."""
        weights = self._weights
        lengths = [len(sentence) for sentence in sentences]
        flat = np.array([piece for sentence in sentences for piece in sentence])
        state = weights.table[flat] * weights.scales[flat]
        state += weights.places[np.concatenate([np.arange(length) for length in lengths])]
        state = _normalised(state, weights.norm)
        spans = list(_spans(lengths))
        for layer in weights.layers:
            state = _through(state, layer, spans)
        begins = np.cumsum([0, *lengths[:-1]])
        means = np.add.reduceat(state, begins, axis=0)  # the sum will do: the length becomes 1
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield numbers of sentences to encode together, the shortest first."""
    batch: list[int] = []
    total = 0
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and total + lengths[number] > _BATCH:
            yield batch
            batch, total = [], 0
        batch.append(number)
        total += lengths[number]
    if batch:
        yield batch


Span = tuple[int, int, int]
"""Sentences of equal length that follow each other: first row, sentences, length of each."""


def _spans(lengths: Sequence[int]) -> Iterator[Span]:
    first = 0
    for length, group in groupby(lengths):
        count = len(list(group))
        yield first, count, length
        first += count * length


def _through(state: Floats, layer: Layer, spans: Sequence[Span]) -> Floats:
    """Return the state (pieces, dimensions) after one layer."""
    mixed = _product(_attention(_product(state, layer.mix), spans), layer.out)
    mixed += state
    state = _normalised(mixed, layer.out_norm)
    further = _product(_gelu(_product(state, layer.up)), layer.down)
    further += state
    return _normalised(further, layer.down_norm)


def _attention(mixed: Floats, spans: Sequence[Span]) -> Floats:
    """Let the pieces of each sentence attend to each other.

    `mixed`: queries, keys and values side by side (pieces, 3 x dimensions).
    """
    dimensions = mixed.shape[1] // 3
    size = dimensions // HEADS
    result = np.empty((len(mixed), dimensions), np.float32)
    for first, count, length in spans:
        rows = slice(first, first + count * length)
        heads = mixed[rows].reshape(count, length, 3, HEADS, size).transpose(2, 0, 3, 1, 4)
        queries, keys, values = heads
        scores = (queries * np.float32(size**-0.5)) @ keys.transpose(0, 1, 3, 2)
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        result[rows] = (scores @ values).transpose(0, 2, 1, 3).reshape(-1, dimensions)
    return result


def _product(rows: Floats, product: Product) -> Floats:
    result: Floats = rows @ product.weight
    result += product.bias
    return result


def _normalised(rows: Floats, norm: Norm) -> Floats:
    centred: Floats = rows - rows.mean(-1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / np.float32(rows.shape[1])
    centred *= (1 / np.sqrt(variance + _NORM_EPSILON))[:, None]
    centred *= norm.scale
    centred += norm.shift
    return centred


def _gelu(x: Floats) -> Floats:
    """Return x (1 + erf(x / sqrt 2)) / 2."""
    result = _erf(x * np.float32(0.5**0.5))
    result += 1
    result *= x
    result *= np.float32(0.5)
    return result


def _erf(x: Floats) -> Floats:
    """Return the error function within 1e-6; numpy has none.

    Abramowitz and Stegun, Handbook of Mathematical Functions, formula 7.1.26.
    """
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    y = np.float32(1.061405429) * t
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        y += np.float32(coefficient)
        y *= t
    np.multiply(size, size, out=size)
    np.negative(size, out=size)
    np.exp(size, out=size)
    y *= size
    np.subtract(1, y, out=y)
    signed: Floats = np.copysign(y, x, out=y)
    return signed
