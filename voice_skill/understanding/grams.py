"""Alike in letters: an index of 2- to 4-letter grams, and the TF-IDF cosine with its texts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GramIndex:
    """The grams of n texts in compressed rows.

    Gram g is in the texts `members[begins[g]:begins[g + 1]]`, with its TF-IDF weights beside them
    in `weights`; `rarity[g]` is ln(1 + n / texts with it).
    """

    grams: dict[str, int]
    rarity: Floats
    begins: NDArray[np.int32]
    members: NDArray[np.int32]
    weights: Floats
    texts: int

    def cosine(self, text: str) -> Floats:
        """Return the cosine of `text` with every text, shape (n,); unseen grams lengthen `text`."""
        grams = _grams(text)
        known = [number for gram in grams if (number := self.grams.get(gram)) is not None]
        if not known:
            return np.zeros(self.texts, np.float32)
        rarity = self.rarity[known]
        unseen = 0.5 * math.log1p(self.texts) ** 2 * (len(grams) - len(known))
        begins, ends = self.begins[known], self.begins[np.array(known) + 1]
        spans = [
            slice(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]
        members = np.concatenate([self.members[span] for span in spans])
        weights = np.concatenate([self.weights[span] for span in spans])
        products = np.repeat(rarity, ends - begins) * weights
        summed = np.bincount(members, weights=products, minlength=self.texts)
        length = math.sqrt(float((rarity**2).sum()) + unseen)
        return (summed / length).astype(np.float32)


def index_grams(texts: Sequence[str]) -> GramIndex:
    """Index the grams of `texts`."""
    of_text = [_grams(text) for text in texts]
    frequency = Counter(gram for grams in of_text for gram in grams)
    numbers = {gram: number for number, gram in enumerate(frequency)}
    counts = np.array(list(frequency.values()), np.float32)
    rarity = np.log1p(len(texts) / counts).astype(np.float32) if len(counts) else counts
    rows: list[list[int]] = [[] for _ in numbers]
    values: list[list[float]] = [[] for _ in numbers]
    for place, grams in enumerate(of_text):
        ids = [numbers[gram] for gram in grams]
        length = math.sqrt(float((rarity[ids] ** 2).sum())) or 1.0
        for number in ids:
            rows[number].append(place)
            values[number].append(float(rarity[number]) / length)
    return GramIndex(
        grams=numbers,
        rarity=rarity,
        begins=np.cumsum([0, *map(len, rows)]).astype(np.int32),
        members=np.array([place for row in rows for place in row], np.int32),
        weights=np.array([value for row in values for value in row], np.float32),
        texts=len(texts),
    )


def _grams(text: str) -> list[str]:
    padded = f" {text} "
    return list(
        dict.fromkeys(
            padded[i : i + length] for length in (2, 3, 4) for i in range(len(padded) - length + 1)
        )
    )
