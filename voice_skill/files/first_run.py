"""Whether the first words were said here already: a note in the user's data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from voice_skill.files.atomic import whole_file

NAME = "first-words"


class FirstRun:
    """Remembers that words were said: by their hash, so that other words are said again."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep the note in `folder`, without one in the user's data folder."""
        data = Path(platformdirs.user_data_dir("voice-skill", appauthor=False))
        self._path = (folder or data) / NAME

    def is_due(self, words: Sequence[str]) -> bool:
        """Whether there are words that were not said yet; a note that cannot be read is none."""
        try:
            return bool(words) and self._path.read_text("ascii").strip() != _digest(words)
        except (OSError, UnicodeDecodeError):
            return bool(words)

    def note(self, words: Sequence[str]) -> None:
        """Remember that they were said. OSError where nothing can be written."""
        with whole_file(self._path) as stream:
            stream.write(f"{_digest(words)}\n".encode("ascii"))


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
