"""Where kept recordings stand: `x.wav` beside `x.json`, for their owner alone.

The label is written before the sound: a sound that stands there is always labelled, and a label
without a sound is no recording.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.encoding import wav
from voice_skill.conversation.listener import SAMPLE_RATE
from voice_skill.domain.errors import UsageError
from voice_skill.domain.model import DialogueState

MANIFEST = "manifest.jsonl"
OWNER_ONLY = 0o700
LONGEST_NAME = 60
OUT_OF_VOCABULARY = "oov_"
"""How files are named that must be refused: no sentence may be taken for one by its name."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said. `label` is what stands in the file beside text, state and tags."""

    text: str
    state: DialogueState = "idle"
    label: Mapping[str, object] = field(default_factory=dict)


class TakeFolder:
    """A folder of recordings by one speaker (or nobody in particular)."""

    def __init__(self, path: Path, speaker: str | None = None) -> None:
        """Look at what is there. UsageError for a file, or a folder that a manifest describes."""
        if (path / MANIFEST).exists():
            raise UsageError(
                f"{path} holds a {MANIFEST}, so a test would not see new recordings in it",
                hint="name another folder",
            )
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, not a folder", hint="name another folder")
        self.path = path
        self._tags = [] if speaker is None else [f"voice:{speaker}"]
        self._prefix = "" if speaker is None else f"{_slug(speaker)}_"
        self._places: dict[tuple[str, str], Path] = {}
        for label in sorted(path.glob("*.json")) if path.is_dir() else ():
            self._note(label)

    def __contains__(self, sentence: Sentence) -> bool:
        """Whether this speaker's recording of it is there."""
        place = self._places.get(_key(sentence.text, sentence.state))
        return place is not None and place.is_file()

    def keep(self, sentence: Sentence, samples: NDArray[np.int16]) -> Path:
        """Write label and sound, each whole or not at all; an earlier recording is replaced.

        Returns the sound's path. UsageError where it cannot be written.
        """
        key = _key(sentence.text, sentence.state)
        sound = self._places.get(key) or self._free(sentence.text)
        record = {"text": sentence.text, **sentence.label, "state": sentence.state}
        label = json.dumps({**record, "tags": self._tags}, ensure_ascii=False) + "\n"
        try:
            self.path.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            _write(sound.with_suffix(".json"), label.encode("utf-8"))
            _write(sound, wav(samples, SAMPLE_RATE))
        except OSError as error:
            raise UsageError(
                f"{sound} cannot be written: {error.strerror or error}",
                hint="check that the folder is yours to write to and has space",
            ) from error
        self._places[key] = sound
        return sound

    def _note(self, label: Path) -> None:
        """Remember a labelled recording of this speaker; other files are none of ours."""
        try:
            record = json.loads(label.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            return
        tags = record.get("tags")
        voices = [t for t in tags if str(t).startswith("voice:")] if isinstance(tags, list) else []
        sound = label.with_suffix(".wav")
        if voices == self._tags and sound.is_file():
            self._places[_key(record["text"], str(record.get("state") or "idle"))] = sound

    def _free(self, text: str) -> Path:
        """Return a name that no file has, made of the speaker and the words."""
        stem = (self._prefix + _slug(text))[:LONGEST_NAME].rstrip("_") or "sentence"
        if stem.startswith(OUT_OF_VOCABULARY):
            stem = f"s_{stem}"
        number = 1
        while True:
            name = stem if number == 1 else f"{stem}_{number}"
            if not any((self.path / f"{name}{kind}").exists() for kind in (".wav", ".json")):
                return self.path / f"{name}.wav"
            number += 1


def _key(text: str, state: str) -> tuple[str, str]:
    return " ".join(text.lower().split()), state


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower().replace("'", "")).strip("_")


def _write(path: Path, data: bytes) -> None:
    """Write beside, readable by the owner alone, then rename."""
    handle, name = tempfile.mkstemp(".part", f".{path.stem}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
