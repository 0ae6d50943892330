"""How alike sentences are, and what is learned from the likeness of examples; kept in a file.

For a sentence q and a phrase p

    similarity = ((cosine + 0.5 token_sort_ratio + ratio) / 2.5)^2

where cosine (of the TF-IDF of 2- to 4-letter grams) and token_sort_ratio compare normal(p) with
normal(q), and ratio compares plain(p) with plain(q) (text.py).

A ridge regression over the phrases' similarities to each other learns how much each phrase speaks
for and against each class: K = similarity(all, all), Y = 1 for a phrase's own class and -1/m
elsewhere (m classes), A = (K'K + 0.3 I)^-1 K'Y. The vote of q is similarity(q, all) A.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from voice_skill.domain.language import Lexicon
from voice_skill.understanding.text import Normalizer

Floats = NDArray[np.float32]

_WEIGHTS = (1.0, 0.5, 1.0)
_RIDGE = 0.3
_FORMAT = 1
"""Raised whenever the formula or the file changes, so that no old file is read."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Everything learned. `classes[of_phrase[i]]` is the intent of phrase i.

    The gram index is in compressed rows: gram g is in the phrases
    `members[begins[g]:begins[g + 1]]`, with the TF-IDF weights beside them in `weights`.
    """

    plain: list[str]
    ordered: list[str]
    classes: list[str]
    of_phrase: NDArray[np.int32]
    grams: dict[str, int]
    rarity: Floats
    begins: NDArray[np.int32]
    members: NDArray[np.int32]
    weights: Floats
    votes: Floats


# ------------------------------------------------------------------ learning


def learn(examples: Sequence[tuple[str, str]], normalizer: Normalizer) -> Fit:
    """Learn from (sentence, class) pairs; n phrases cost a matrix of n x n and its inverse."""
    examples = [(text, intent) for text, intent in examples if normalizer.plain(text)]
    classes = sorted({intent for _, intent in examples})
    numbers = {intent: number for number, intent in enumerate(classes)}
    plain = [normalizer.plain(text) for text, _ in examples]
    normal = [normalizer.normal(text) for text, _ in examples]
    of_phrase = np.array([numbers[intent] for _, intent in examples], np.int32)
    grams, rarity, begins, members, weights = _index(normal)
    unvoted = np.zeros((len(examples), len(classes)), np.float32)
    ordered = [_ordered(text) for text in normal]
    fit = Fit(plain, ordered, classes, of_phrase, grams, rarity, begins, members, weights, unvoted)
    if not examples:
        return fit
    count = len(examples)
    cosine = np.array([_cosine(fit, text) for text in normal])
    kernel = _joined(
        cosine,
        process.cdist(fit.ordered, fit.ordered, scorer=fuzz.ratio, dtype=np.float32),
        process.cdist(plain, plain, scorer=fuzz.ratio, dtype=np.float32),
    ).astype(np.float64)
    wanted = np.full((count, len(classes)), -1.0 / len(classes))
    wanted[np.arange(count), of_phrase] = 1.0
    # float64: in float32 the normal equations of near-equal phrases lose all their digits.
    votes = np.linalg.solve(kernel.T @ kernel + _RIDGE * np.eye(count), kernel.T @ wanted)
    unvoted[:] = votes
    return fit


def _index(
    normal: Sequence[str],
) -> tuple[dict[str, int], Floats, NDArray[np.int32], NDArray[np.int32], Floats]:
    """Return grams, their rarity ln(1 + n / phrases with it), and the index in compressed rows."""
    of_phrase = [_grams(text) for text in normal]
    frequency = Counter(gram for grams in of_phrase for gram in grams)
    numbers = {gram: number for number, gram in enumerate(frequency)}
    counts = np.array(list(frequency.values()), np.float32)
    rarity = np.log1p(len(normal) / counts) if len(counts) else counts
    rows: list[list[int]] = [[] for _ in numbers]
    values: list[list[float]] = [[] for _ in numbers]
    for phrase, grams in enumerate(of_phrase):
        ids = [numbers[gram] for gram in grams]
        length = math.sqrt(float((rarity[ids] ** 2).sum())) or 1.0
        for number in ids:
            rows[number].append(phrase)
            values[number].append(float(rarity[number]) / length)
    begins = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    members = np.array([phrase for row in rows for phrase in row], np.int32)
    weights = np.array([value for row in values for value in row], np.float32)
    return numbers, rarity.astype(np.float32), begins, members, weights


# ------------------------------------------------------------------ likeness


def _grams(text: str) -> list[str]:
    padded = f" {text} "
    return list(
        dict.fromkeys(
            padded[i : i + length] for length in (2, 3, 4) for i in range(len(padded) - length + 1)
        )
    )


def _ordered(text: str) -> str:
    """Return the words in order: the ratio of two such texts is their token_sort_ratio."""
    return " ".join(sorted(text.split()))


def _cosine(fit: Fit, normal: str) -> Floats:
    """Return the TF-IDF cosine of `normal` with every phrase; unseen grams lengthen the query."""
    grams = _grams(normal)
    known = [number for gram in grams if (number := fit.grams.get(gram)) is not None]
    if not known:
        return np.zeros(len(fit.plain), np.float32)
    rarity = fit.rarity[known]
    unseen = 0.5 * math.log1p(len(fit.plain)) ** 2 * (len(grams) - len(known))
    begins, ends = fit.begins[known], fit.begins[np.array(known) + 1]
    spans = [slice(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    members = np.concatenate([fit.members[span] for span in spans])
    weights = np.concatenate([fit.weights[span] for span in spans])
    products = np.repeat(rarity, ends - begins) * weights
    summed = np.bincount(members, weights=products, minlength=len(fit.plain))
    length = math.sqrt(float((rarity**2).sum()) + unseen)
    return (summed / length).astype(np.float32)


def similarities(fit: Fit, plain: str, normal: str) -> Floats:
    """Return the similarity of a sentence, plain and normal, to every phrase."""
    return _joined(
        _cosine(fit, normal),
        process.cdist([_ordered(normal)], fit.ordered, scorer=fuzz.ratio, dtype=np.float32)[0],
        process.cdist([plain], fit.plain, scorer=fuzz.ratio, dtype=np.float32)[0],
    )


def _joined(cosine: Floats, token_sort: Floats, ratio: Floats) -> Floats:
    grams, tokens, letters = _WEIGHTS
    weighted = grams * cosine + tokens / 100 * token_sort + letters / 100 * ratio
    joined: Floats = np.maximum(weighted / sum(_WEIGHTS), 0) ** 2
    return joined


# ------------------------------------------------------------------ keeping


def save_fit(path: Path, fit: Fit) -> Fit:
    """Write `fit` to an .npz file, whole or not at all, and return it.

    A folder that cannot be written to is no error: the fit is made anew at the next start.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            np.savez(
                unfinished,
                plain=np.array(fit.plain),
                ordered=np.array(fit.ordered),
                classes=np.array(fit.classes),
                grams=np.array(list(fit.grams)),
                of_phrase=fit.of_phrase,
                rarity=fit.rarity,
                begins=fit.begins,
                members=fit.members,
                weights=fit.weights,
                votes=fit.votes,
            )
            unfinished.replace(path)
    except OSError:
        return fit
    return fit


def load_fit(path: Path) -> Fit | None:
    """Read what `save_fit` wrote; None when there is nothing, or nothing that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            texts = {
                name: [str(text) for text in stored[name]]
                for name in ("plain", "ordered", "classes", "grams")
            }
            return Fit(
                plain=texts["plain"],
                ordered=texts["ordered"],
                classes=texts["classes"],
                of_phrase=stored["of_phrase"],
                grams={gram: number for number, gram in enumerate(texts["grams"])},
                rarity=stored["rarity"],
                begins=stored["begins"],
                members=stored["members"],
                weights=stored["weights"],
                votes=stored["votes"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def digest_of(examples: Sequence[tuple[str, str]], lexicon: Lexicon) -> str:
    """Return a name for all that a fit depends on."""
    content = [
        list(examples),
        sorted(lexicon.concepts.items()),
        sorted(lexicon.aliases.items()),
        sorted((alias, list(near)) for alias, near in lexicon.near.items()),
        sorted(lexicon.contractions.items()),
        sorted(lexicon.fillers),
        [_FORMAT, _WEIGHTS, _RIDGE],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]
