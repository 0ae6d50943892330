"""A model folder of ours around the installed files, with our own decoding settings.

Vosk 0.3.45 takes its settings from the model's `conf/` alone, and the installed files are never
touched: so the overlay holds links to them (copies where the file system has no links) and
configuration files of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voice_skill.speech.model_store import listed_files
from voice_skill.speech.private_folder import private_folder

_DECODING = "conf/model.conf"
_FEATURES = "conf/mfcc.conf"
TRAILING_SILENCE_SECONDS = 20.0
LONGEST_UTTERANCE_SECONDS = 65.0
_FOLDER = "recognition"


@dataclass(frozen=True, slots=True)
class Decoding:
    """How widely the decoders search; wider is slower.

    `lattice_beam` 6 instead of the stock 2 lets the n-best hold the sentence that was said:
    .995 -> 1.000 of 419 spoken commands. `beam` 8, `max_active` 1500 and `lattice_beam` 4 are
    for slow machines.
    """

    beam: float = 10.0
    max_active: int = 3000
    lattice_beam: float = 6.0

    def options(self) -> Mapping[str, str]:
        """Return Kaldi's options, by name.

        Ours is the endpointing, so Vosk's own must not cut an utterance of up to a minute; its
        rules are only pushed out, not off, because they bound what a decoder keeps in memory.
        """
        rules = {
            f"endpoint.rule{n}.min-trailing-silence": f"{TRAILING_SILENCE_SECONDS}"
            for n in (1, 2, 3, 4)
        }
        return {
            "beam": f"{self.beam}",
            "max-active": f"{self.max_active}",
            "lattice-beam": f"{self.lattice_beam}",
            **rules,
            "endpoint.rule5.min-utterance-length": f"{LONGEST_UTTERANCE_SECONDS}",
        }


def _settings(source: Path, names: tuple[str, ...], decoding: Decoding | None) -> Mapping[str, str]:
    """Return the configuration files that are ours, by path."""
    options = {
        _DECODING: (decoding or Decoding()).options(),
        _FEATURES: {"dither": "0"},  # ours is repeatable: see `dither`
    }
    return {
        name: with_options((source / name).read_text("ascii"), options[name])
        for name in names
        if name in options
    }


def with_options(settings: str, options: Mapping[str, str]) -> str:
    """Return the lines of a Kaldi configuration with `options` set, others left as they are."""
    kept = [
        line
        for line in settings.splitlines()
        if line.strip() and line.strip().removeprefix("--").split("=")[0] not in options
    ]
    return "\n".join([*kept, *(f"--{name}={value}" for name, value in options.items())]) + "\n"


@contextmanager
def overlay(
    model_folder: Path,
    cache_folder: Path,
    decoding: Decoding | None = None,
    files: Iterable[str] | None = None,
) -> Iterator[Path]:
    """Give a folder to load the model of `model_folder` from, with the settings of `decoding`.

    It is kept under `cache_folder`, named by a hash of the settings and of what it links to, and
    rebuilt when broken. Where nothing can be kept, it is a temporary folder, gone after the
    `with`: Vosk reads everything while it loads. Raises OSError when the model cannot be read.
    """
    names = tuple(listed_files() if files is None else files)
    source = model_folder.resolve()
    settings = _settings(source, names, decoding)
    kept = _kept_overlay(source, cache_folder / _FOLDER, names, settings)
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="voice-skill-") as scratch:
        _fill(Path(scratch), source, names, settings)
        yield Path(scratch)


def _kept_overlay(
    source: Path, folder: Path, names: tuple[str, ...], settings: Mapping[str, str]
) -> Path | None:
    """Return the overlay in the cache, built if need be; None when the cache cannot be used."""
    target = folder / _name(source, names, settings)
    try:
        private_folder(folder)
        if not _whole(target, source, names, settings):
            _build(target, source, names, settings)
    except OSError:
        return target if _whole(target, source, names, settings) else None
    return target


def _name(source: Path, names: tuple[str, ...], settings: Mapping[str, str]) -> str:
    # Sizes and times are in it for overlays of copies, which do not follow a new model.
    stats = [(source / name).stat() for name in names]
    facts = repr((str(source), settings, [(s.st_size, s.st_mtime_ns) for s in stats]))
    return hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _whole(target: Path, source: Path, names: tuple[str, ...], settings: Mapping[str, str]) -> bool:
    try:
        return all(
            (target / name).read_text("ascii") == settings[name]
            if name in settings
            else (target / name).stat().st_size == (source / name).stat().st_size
            for name in names
        )
    except (OSError, ValueError):
        return False


def _build(target: Path, source: Path, names: tuple[str, ...], settings: Mapping[str, str]) -> None:
    """Build beside the target, then rename: another process never sees half of it."""
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as name:
        fresh = Path(name) / "overlay"
        fresh.mkdir()
        _fill(fresh, source, names, settings)
        if os.path.lexists(target):
            target.rename(Path(name) / "broken")
        fresh.rename(target)


def _fill(folder: Path, source: Path, names: tuple[str, ...], settings: Mapping[str, str]) -> None:
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name in settings:
            place.write_text(settings[name], "ascii")
            continue
        try:
            place.symlink_to(source / name)
        except OSError:
            shutil.copyfile(source / name, place)
