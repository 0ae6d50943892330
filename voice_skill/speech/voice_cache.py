"""Sentences that were rendered before, kept as WAV files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
import wave
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from voice_skill.files.private_folder import private_folder
from voice_skill.speech.rendering import (
    SAMPLE_RATE,
    Voice,
    read_wav,
    spoken_text,
    words_per_minute,
)

SIZE_LIMIT = 64 * 2**20
"""Bytes that the cache may take: some 25 minutes of speech."""

_VERSION = 1  # of what a cached file is made of: raise it when rendering changes
_KEPT_SHARE = 0.8  # when the limit is reached, the oldest go until so much is left


class CachedSynthesizer:
    """A synthesizer that keeps what it has rendered in a folder.

    Files are named by a hash, so the folder does not tell what was said by its names, and only
    its owner can look into it. A folder that is read-only, full or damaged costs time, nothing
    else. Threads may share it.
    """

    def __init__(
        self,
        inner: Voice,
        folder: Path,
        *,
        size_limit: int = SIZE_LIMIT,
        may_keep: Callable[[str], bool] = lambda sentence: True,
    ) -> None:
        """Keep the sentences of `inner` under `folder`, up to `size_limit` bytes.

        `may_keep(sentence)`: False for what tells of the person; it never reaches the disk.
        """
        self.sample_rate = inner.sample_rate
        self.identity = inner.identity
        self._inner = inner
        self._folder = folder
        self._size_limit = size_limit
        self._may_keep = may_keep
        self._size: int | None = None  # not counted yet
        self._lock = threading.Lock()

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        """Return the sentence as mono samples; see `Synthesizer.render`."""
        if not self._may_keep(sentence):
            return self._inner.render(sentence, rate=rate)
        path = self._folder / self._name(spoken_text(sentence), words_per_minute(rate))
        with suppress(OSError, EOFError, wave.Error, ValueError):
            samples = read_wav(path)
            with suppress(OSError):  # a cache that cannot be written can be read all the same
                os.utime(path)  # the least recently used go first
            return samples
        samples = self._inner.render(sentence, rate=rate)
        if samples.size and self.sample_rate == SAMPLE_RATE:
            with suppress(OSError), self._lock:
                self._keep(path, samples)
        return samples

    def close(self) -> None:
        """Close the inner synthesizer."""
        self._inner.close()

    def __enter__(self) -> CachedSynthesizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _name(self, text: str, pace: int) -> str:
        facts = json.dumps([_VERSION, self.identity, pace, text])
        return hashlib.sha256(facts.encode("ascii")).hexdigest()[:32] + ".wav"

    def _keep(self, path: Path, samples: NDArray[np.int16]) -> None:
        """Write beside, then rename: a reader never sees half a file. Files are for us alone."""
        private_folder(self._folder)
        handle, name = tempfile.mkstemp(".part", dir=self._folder)  # with mode 0600
        try:
            with os.fdopen(handle, "wb") as stream, wave.open(stream, "wb") as writer:
                writer.setnchannels(1)
                writer.setsampwidth(2)
                writer.setframerate(SAMPLE_RATE)
                writer.writeframes(samples.astype("<i2").tobytes())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._stay_small(path.stat().st_size)

    def _stay_small(self, added: int) -> None:
        """Count what was added; above the limit remove the files that were longest unused."""
        if self._size is not None and self._size + added <= self._size_limit:
            self._size += added
            return
        files = [(f.stat(), f) for f in self._folder.iterdir() if f.suffix in (".wav", ".part")]
        files.sort(key=lambda pair: pair[0].st_mtime_ns)
        self._size = sum(status.st_size for status, _ in files)
        if self._size <= self._size_limit:
            return
        for status, file in files:
            if self._size <= self._size_limit * _KEPT_SHARE:
                break
            file.unlink(missing_ok=True)
            self._size -= status.st_size
