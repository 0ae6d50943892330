"""Under which conditions recordings are heard, planned so that a seed gives the same again."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.conditions import amplified, at_speed, in_room, mix
from voice_skill.audio.files import read_recording
from voice_skill.domain.errors import AudioError, UsageError
from voice_skill.evaluation.folders import recordings_in
from voice_skill.evaluation.results import ConditionEntry
from voice_skill.evaluation.rows import Row

Samples = NDArray[np.int16]

LONGEST_NOISE_SECONDS = 600.0
NOISES_IN_MEMORY = 8
LOUDEST_RATIO_DB = 100.0


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to hear a recording; `snr_db` in decibels, `seed` picks the excerpt of the noise."""

    noise: Path | None = None
    snr_db: float | None = None
    room: Path | None = None
    gain_db: float = 0.0
    speed: float = 1.0
    seed: int = 0

    def entry(self) -> ConditionEntry:
        """Return it as it stands in the results."""
        return {
            "noise": None if self.noise is None else self.noise.stem,
            "snr": self.snr_db,
            "room": None if self.room is None else self.room.stem,
            "gain": self.gain_db,
            "speed": self.speed,
        }

    def apply(self, samples: Samples) -> Samples:
        """Return 16 kHz samples under this condition: speed, room, noise, then the microphone."""
        samples = at_speed(samples, self.speed)
        if self.room is not None:
            samples = in_room(samples, _sound(self.room))
        if self.noise is not None and self.snr_db is not None:
            samples = mix(samples, _sound(self.noise), self.snr_db, self.seed)
        return amplified(samples, self.gain_db) if self.gain_db else samples


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a test. A ratio of None is the recording without noise."""

    noises: tuple[Path, ...] = ()
    ratios: tuple[float | None, ...] = (None,)
    room: Path | None = None
    gain_db: float = 0.0
    speed: float = 1.0
    seed: int = 1

    def rows(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Condition]]:
        """Yield every row under every condition; rows of text alone once, and unchanged.

        Which noise, and where in it, depends on the seed and on what the recording is called, not
        on the others; it is the same at every ratio.
        """
        for row in rows:
            if row.audio is None:
                yield row, Condition()
                continue
            for ratio in self.ratios:
                condition = self._of(row.audio, row.text, ratio)
                tags = dict.fromkeys((*row.tags, *self._tags(condition)))
                yield replace(row, tags=tuple(tags)), condition

    def count(self, rows: Sequence[Row]) -> int:
        """Return how many `rows` yields."""
        heard = sum(row.audio is not None for row in rows)
        return heard * len(self.ratios) + len(rows) - heard

    def check(self) -> None:
        """Read every noise and the room once; AudioError or UsageError for what is of no use."""
        for path in (*self.noises, *([self.room] if self.room else [])):
            if not _sound(path).any():
                raise UsageError(
                    f"{path} is silent", hint="name another recording for --noise or --room"
                )

    def _of(self, audio: Path, text: str, ratio: float | None) -> Condition:
        seed = zlib.crc32(f"{self.seed} {audio.name} {text}".encode())
        noise = self.noises[seed % len(self.noises)] if ratio is not None else None
        return Condition(noise, ratio, self.room, self.gain_db, self.speed, seed)

    def _tags(self, condition: Condition) -> Iterator[str]:
        if condition.noise is not None:
            yield f"snr:{condition.snr_db:g}"
            yield f"noise:{condition.noise.stem}"
        elif len(self.ratios) > 1:
            yield "clean"
        if condition.room is not None:
            yield f"room:{condition.room.stem}"
        if condition.gain_db:
            yield f"gain:{condition.gain_db:g}"
        if condition.speed != 1.0:
            yield f"speed:{condition.speed:g}"


def noise_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the recordings of noise: the given files, and those in the given folders."""
    found: list[Path] = []
    for path in paths:
        inside = recordings_in(path) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"there is no recording in {path}", hint="name a file with --noise")
        found += inside
    return tuple(dict.fromkeys(found))


def read_ratios(text: str) -> tuple[float | None, ...]:
    """Read `clean,24,12`: ratios in decibels, None for `clean`; UsageError for anything else."""
    found: list[float | None] = []
    for word in text.split(","):
        try:
            ratio = None if word.strip() == "clean" else float(word)
        except ValueError:
            ratio = math.nan
        if ratio is not None and not abs(ratio) <= LOUDEST_RATIO_DB:
            raise UsageError(
                f"{word.strip() or 'nothing'} is no ratio of speech to noise in dB",
                hint=f"give numbers up to {LOUDEST_RATIO_DB:.0f}, or clean: --snr clean,24,12,6",
            )
        found.append(ratio)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=NOISES_IN_MEMORY)
def _sound(path: Path) -> Samples:
    try:
        return read_recording(path, limit_seconds=LONGEST_NOISE_SECONDS)
    except AudioError as error:
        error.hint = "name a recording for --noise or --room, of ten minutes at most"
        raise
