"""What the matcher asks of a sentence encoder; the encoder itself is in the room `meaning`."""

from __future__ import annotations

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
