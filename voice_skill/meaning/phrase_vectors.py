"""The vectors of a skill's example phrases, kept in the cache until phrases or weights change.

A file is named by the weights and the phrases in it. Phrases that are not in it are looked up in
what is kept of the same weights, so that a changed skill costs only its new phrases.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voice_skill.files.atomic import whole_file
from voice_skill.meaning.quantised import Floats

LOG = logging.getLogger(__name__)

WORTH_TELLING = 200
"""So many phrases take a second or more on a small computer, and are announced."""

_MOST_KEPT = 8  # files, each of 6 MB for 4,000 phrases
_LENGTH_TOLERANCE = 1e-3


class Encodes(Protocol):
    """What the vectors come from: a SentenceEncoder."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a row of length 1 for each text."""
        ...


class KeepingEncoder:
    """An encoder that keeps the vectors of phrases; see understanding.encoding.Encoder.

    What people say is never kept. A file that is damaged, or cannot be written, costs time and
    nothing else.
    """

    def __init__(
        self, encoder: Encodes, folder: Path, notify: Callable[[str], None] = lambda text: None
    ) -> None:
        """Keep vectors in `folder`; `notify` is told, in words, of work that takes a while."""
        self._encoder = encoder
        self._folder = folder
        self._notify = notify

    @property
    def name(self) -> str:
        """What tells its weights from others: equal names, equal vectors."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a row of length 1 for each text, shape (texts, dimensions)."""
        return self._encoder.encode(texts)

    def encode_phrases(self, texts: Sequence[str]) -> Floats:
        """Return the same, from the cache as far as it is there; all of them are kept."""
        wanted = list(dict.fromkeys(texts))
        path = self._folder / self._name(wanted)
        vectors = _read(path, self._encoder.dimensions)
        if vectors.keys() >= set(wanted):
            with suppress(OSError):
                os.utime(path)  # the longest unused go first
        else:
            vectors = self._made(wanted)
            with suppress(OSError):
                self._write(path, wanted, vectors)
        rows = [vectors[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self._encoder.dimensions)

    def _made(self, wanted: Sequence[str]) -> Mapping[str, Floats]:
        known: dict[str, Floats] = {}
        missing = set(wanted)
        for path in self._kept(f"{self._prefix}-*.npz"):
            if not missing:
                break
            known |= _read(path, self._encoder.dimensions)
            missing -= known.keys()
        new = [text for text in wanted if text not in known]
        LOG.info("%d example phrases to encode, %d known", len(new), len(wanted) - len(new))
        if len(new) >= WORTH_TELLING:
            self._notify(f"Learning what {len(new)} example phrases mean; this is done once.")
        return known | dict(zip(new, self._encoder.encode(new), strict=True))

    def _write(self, path: Path, texts: Sequence[str], vectors: Mapping[str, Floats]) -> None:
        encoded = np.frombuffer(json.dumps(texts).encode("ascii"), np.uint8)
        rows = np.array([vectors[text] for text in texts], np.float32)
        with whole_file(path) as stream:
            np.savez(stream, texts=encoded, vectors=rows)
        for old in list(self._kept("*.npz"))[_MOST_KEPT:]:
            old.unlink(missing_ok=True)

    def _kept(self, pattern: str) -> Iterator[Path]:
        """Yield the files of the cache, the latest used first."""
        found = [(path.stat().st_mtime_ns, path) for path in self._folder.glob(pattern)]
        yield from (path for _, path in sorted(found, reverse=True))

    @property
    def _prefix(self) -> str:
        return hashlib.sha256(self._encoder.name.encode()).hexdigest()[:12]

    def _name(self, texts: Sequence[str]) -> str:
        digest = hashlib.sha256(json.dumps(sorted(texts)).encode("ascii")).hexdigest()[:20]
        return f"{self._prefix}-{digest}.npz"


def _read(path: Path, dimensions: int) -> Mapping[str, Floats]:
    """Return the vectors in a file by their texts; none when it is missing or damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            texts = json.loads(stored["texts"].tobytes())
            rows: NDArray[np.float32] = stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return {}
    if rows.dtype != np.float32 or rows.shape != (len(texts), dimensions):
        return {}
    lengths = np.einsum("ij,ij->i", rows, rows)
    if not np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE):  # a NaN is not less either
        return {}
    return dict(zip(texts, rows, strict=True))
