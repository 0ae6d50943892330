"""How alike sentences are in meaning and in letters, and what examples teach about intents.

For a sentence q and an example p

    likeness = share exp(width (meaning - 1)) + (1 - share) letters

where meaning is the cosine of their sentence vectors (`encoding.Encoder`) and letters the TF-IDF
cosine of the 2- to 4-letter grams of normal(q) and normal(p) (text.py). Without an encoder the
likeness is that of the letters alone.

A ridge regression in the space of these likenesses learns how much each example speaks for and
against each class: K = likeness(all, all); Y = 1 for an example's own class, -1/(m - 1) elsewhere
(m classes); A = (K + 0.1 W^-1)^-1 Y, where W weighs an example by 1 / sqrt(examples of its class),
so that a class with many examples does not drown one with few. The vote of q is
likeness(q, all) A. A `Formula` holds share, width and ridge; those of `INTENTS` were chosen on the
development half of the test wordings (docs/testing.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_skill.understanding.grams import Floats, GramIndex, index_grams
from voice_skill.understanding.text import Normalizer

BALANCE = 0.5


@dataclass(frozen=True, slots=True)
class Formula:
    """How meaning and letters are weighed (`share` of the meaning), and how smoothly is learned.

    The greater the `width`, the nearer an example must be to count; the greater the `ridge`, the
    less is made of single examples.
    """

    share: float = 0.7
    width: float = 6.0
    ridge: float = 0.1


INTENTS = Formula()


@dataclass(frozen=True, slots=True)
class Fit:
    """Everything learned from n examples of m classes.

    `classes[of_phrase[i]]` is the class of example i, `plain[i]` its text; `meanings` holds unit
    rows, shape (n, dimensions), or (n, 0) without an encoder; `votes` has shape (n, m).
    """

    formula: Formula

    plain: list[str]
    classes: list[str]
    of_phrase: NDArray[np.int32]
    index: GramIndex
    meanings: Floats
    votes: Floats

    def likeness(self, normal: str, meaning: Floats | None) -> Floats:
        """Return the likeness of a sentence, normalised and encoded, to every example: (n,)."""
        letters = self.index.cosine(normal)
        if meaning is None or not self.meanings.shape[1]:
            return letters
        return _joined(self.formula, self.meanings @ meaning, letters)


def learn(
    examples: Sequence[tuple[str, str]],
    normalizer: Normalizer,
    meanings: Floats | None = None,
    formula: Formula = INTENTS,
) -> Fit:
    """Learn from (sentence, class) pairs; `meanings` are the sentences' vectors, one a row.

    n examples cost a matrix of n x n in float32 and its factorisation: a few seconds for 4,000.
    """
    if meanings is None:
        meanings = np.zeros((len(examples), 0), np.float32)
    kept = [i for i, (text, _) in enumerate(examples) if normalizer.plain(text)]
    texts = [examples[i][0] for i in kept]
    labels = [examples[i][1] for i in kept]
    meanings = meanings[kept]
    classes = sorted(set(labels))
    numbers = {label: number for number, label in enumerate(classes)}
    of_phrase = np.array([numbers[label] for label in labels], np.int32)
    normal = [normalizer.normal(text) for text in texts]
    index = index_grams(normal)
    kernel = _kernel(formula, index, normal, meanings)
    return Fit(
        formula=formula,
        plain=[normalizer.plain(text) for text in texts],
        classes=classes,
        of_phrase=of_phrase,
        index=index,
        meanings=meanings,
        votes=_votes(kernel, of_phrase, len(classes), formula.ridge),
    )


def _kernel(formula: Formula, index: GramIndex, normal: Sequence[str], meanings: Floats) -> Floats:
    letters = np.empty((len(normal), len(normal)), np.float32)
    for place, text in enumerate(normal):
        letters[place] = index.cosine(text)
    if not meanings.shape[1]:
        return letters
    return _joined(formula, meanings @ meanings.T, letters)


def _joined(formula: Formula, cosine: Floats, letters: Floats) -> Floats:
    near = np.exp(formula.width * (cosine - 1))
    joined: Floats = formula.share * near + (1 - formula.share) * letters
    return joined


def _votes(kernel: Floats, of_phrase: NDArray[np.int32], classes: int, ridge: float) -> Floats:
    """Solve the ridge regression; `kernel` is changed."""
    count = len(of_phrase)
    if not count:
        return np.zeros((0, classes), np.float32)
    wanted = np.full((count, classes), -1.0 / max(classes - 1, 1), np.float32)
    wanted[np.arange(count), of_phrase] = 1.0
    weight = np.bincount(of_phrase, minlength=classes)[of_phrase] ** -BALANCE
    kernel[np.diag_indices(count)] += ridge * weight.mean() / weight
    votes: Floats = np.linalg.solve(kernel, wanted).astype(np.float32)
    return votes
