"""What the matcher asks of a sentence encoder; the encoder itself is in the room `meaning`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns sentences into vectors whose scalar product says how near they are in meaning.

    Deterministic; a sentence has the same vector (within 1e-5) whatever it is encoded with.
    """

    @property
    def name(self) -> str:
        """What tells its weights from others: equal names, equal vectors."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text, shape (texts, dimensions); nothing is kept."""
        ...

    def encode_phrases(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same for a skill's example phrases, which may be kept on disk.

        Never for what a person said.
        """
        ...


class EncodedOnce:
    """An encoder whose last few sentences need not be encoded again.

    Matcher and warning signs ask about the same sentence, and it costs more than all else. In
    memory alone, and soon forgotten.
    """

    def __init__(self, encoder: Encoder, kept: int = 8) -> None:
        """Remember the vectors of so many sentences."""
        self._encoder = encoder
        self._kept = kept
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def name(self) -> str:
        """The encoder's own."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text; a lone one from memory where it is there."""
        if len(texts) != 1:
            return self._encoder.encode(texts)
        if texts[0] not in self._vectors:
            self._vectors[texts[0]] = self._encoder.encode(texts)
            if len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)
        return self._vectors[texts[0]]

    def encode_phrases(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the encoder's own."""
        return self._encoder.encode_phrases(texts)
