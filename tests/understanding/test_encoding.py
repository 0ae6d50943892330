"""A sentence is encoded once for all who ask about it, and soon forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voice_skill.understanding.encoding import EncodedOnce


class Counting:
    """An encoder that notes what it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[len(text)] for text in texts], np.float32)

    encode_phrases = encode


def test_a_sentence_is_encoded_once_while_it_is_remembered() -> None:
    inner = Counting()
    once = EncodedOnce(inner, kept=2)
    assert [float(once.encode([text])[0, 0]) for text in ("a", "bb", "a")] == [1, 2, 1]
    assert inner.asked == [["a"], ["bb"]]
    once.encode(["ccc"])
    assert float(once.encode(["a"])[0, 0]) == 1
    assert inner.asked == [["a"], ["bb"], ["ccc"], ["a"]], "the oldest was forgotten"


def test_several_at_once_are_the_encoders_own_business() -> None:
    inner = Counting()
    once = EncodedOnce(inner)
    assert once.name == "counting"
    assert once.encode(["a", "bb"]).shape == (2, 1)
    assert once.encode_phrases(["a"]).shape == (1, 1)
    assert inner.asked == [["a", "bb"], ["a"]]
