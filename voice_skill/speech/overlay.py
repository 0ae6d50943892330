"""A model folder of ours around the installed files: our decoding settings, or language model.

Vosk 0.3.45 takes its settings from the model's `conf/` and its language model from `graph/` alone,
and the installed files are never touched: so the overlay holds links to them (copies where the
file system has no links) and files of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from voice_skill.files.private_folder import private_folder
from voice_skill.speech.model_store import listed_files
from voice_skill.speech.symbols import GRAPH, Vocabulary

_DECODING = "conf/model.conf"
_FEATURES = "conf/mfcc.conf"
TRAILING_SILENCE_SECONDS = 20.0
LONGEST_UTTERANCE_SECONDS = 65.0
_FOLDER = "recognition"
_WORDS = "graph/words.txt"
_HASHES = "ours.json"  # of the files that were made, not linked: file -> SHA-256
_MOST_KEPT = 6  # overlays; one skill on one profile uses three
_LEFT_BEHIND_SECONDS = 3600.0  # a building folder this old belongs to a process that died


@dataclass(frozen=True, slots=True)
class Decoding:
    """How widely the decoders search; wider is slower.

    `lattice_beam` 4 instead of the stock 2 lets the n-best hold the sentence that was said (with 6
    .995 -> 1.000 of 419 spoken commands). 4 and 6 gave the same of 184 recordings with warning
    signs and of 52 smoke recordings; they differed in 3 of 104 noisy ones and in 2 of 53 people's
    "no" (heard as "now", with 4 asked about again). But 6 costs twice the time and 200 MB more
    where several people talk at once, and 1.3 instead of 0.35 s at the end of an utterance in
    noise (p95). `beam` 8 and `max_active` 1500 are for slow machines.
    """

    beam: float = 10.0
    max_active: int = 3000
    lattice_beam: float = 4.0

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


class NotAdaptedError(OSError):
    """A language model cannot be made, or not kept; the model's own does as well."""


@dataclass(frozen=True, slots=True)
class GraphSource:
    """A language model to put in the place of the model's own.

    `name` changes whenever the content would; `write` writes `Gr.fst` to a path, with the ids of
    the model's own symbol table, and may raise OSError. It is only called when no overlay is kept.
    """

    name: str
    write: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an overlay is made of: `links` into `source`, `settings` as text, a language model."""

    source: Path
    links: tuple[str, ...]
    settings: Mapping[str, str]
    graph: GraphSource | None

    @property
    def name(self) -> str:
        """The folder's name: a hash of the settings, the language model, and what is linked to."""
        # Sizes and times are in it for overlays of copies, which do not follow a new model.
        names = (*self.links, GRAPH)
        stats = [(self.source / name).stat() for name in dict.fromkeys(names)]
        stamps = [(s.st_size, s.st_mtime_ns) for s in stats]
        graph = self.graph.name if self.graph else ""
        facts = repr((str(self.source), self.settings, stamps, graph))
        return hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def is_whole(self, folder: Path) -> bool:
        """Say whether `folder` holds everything, as it was built."""
        try:
            return (
                all(
                    (folder / name).stat().st_size == (self.source / name).stat().st_size
                    for name in self.links
                )
                and all(
                    (folder / name).read_text("ascii") == text
                    for name, text in self.settings.items()
                )
                and (self.graph is None or _hashes_hold(folder))
            )
        except (OSError, ValueError):
            return False

    def fill(self, folder: Path) -> None:
        """Make everything in the empty `folder`."""
        for name in self.links:
            _link(self.source / name, folder / name)
        for name, text in self.settings.items():
            _place(folder / name).write_text(text, "ascii")
        if self.graph is not None:
            self.graph.write(_place(folder / GRAPH))
            _write_words(self.source, folder / _WORDS)
            hashes = {name: _hash(folder / name) for name in (GRAPH, _WORDS)}
            (folder / _HASHES).write_text(json.dumps(hashes), "ascii")


def _plan(
    source: Path, names: tuple[str, ...], decoding: Decoding | None, graph: GraphSource | None
) -> _Plan:
    options = {
        _DECODING: (decoding or Decoding()).options(),
        _FEATURES: {"dither": "0"},  # ours is repeatable: see `dither`
    }
    settings = {
        name: with_options((source / name).read_text("ascii"), options[name])
        for name in names
        if name in options
    }
    made = {*settings, *((GRAPH, _WORDS) if graph else ())}
    return _Plan(source, tuple(name for name in names if name not in made), settings, graph)


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
    graph: GraphSource | None = None,
) -> Iterator[Path]:
    """Give a folder to load the model of `model_folder` from, with the settings of `decoding`.

    `graph`: the language model, where it is not the model's own. The folder is kept under
    `cache_folder`, named by a hash of all that makes it, and rebuilt when broken; those that were
    not used for longest are removed. Where nothing can be kept, it is a temporary folder, gone
    after the `with`: Vosk reads everything while it loads. Raises OSError when the model cannot be
    read.
    """
    names = tuple(listed_files() if files is None else files)
    plan = _plan(model_folder.resolve(), names, decoding, graph)
    kept = _kept_overlay(plan, cache_folder / _FOLDER)
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="voice-skill-") as scratch:
        plan.fill(Path(scratch))
        yield Path(scratch)


def _kept_overlay(plan: _Plan, folder: Path) -> Path | None:
    """Return the overlay in the cache, built if need be; None when the cache cannot be used."""
    target = folder / plan.name
    try:
        private_folder(folder)
        if not plan.is_whole(target):
            _build(target, plan)
        with suppress(OSError):
            os.utime(target)  # when it was last used
        _remove_old(folder, target)
    except NotAdaptedError:  # its reason is not the cache
        raise
    except OSError:
        return target if plan.is_whole(target) else None
    return target


def _build(target: Path, plan: _Plan) -> None:
    """Build beside the target, then rename: another process never sees half of it."""
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as name:
        fresh = Path(name) / "overlay"
        fresh.mkdir()
        plan.fill(fresh)
        if os.path.lexists(target):
            target.rename(Path(name) / "broken")
        fresh.rename(target)


def _remove_old(folder: Path, used: Path) -> None:
    """Remove the overlays that were not used for longest, and what a killed process left."""
    last_used = {
        path: path.lstat().st_mtime for path in folder.iterdir() if path.is_dir() and path != used
    }
    building = [path for path in last_used if path.name.startswith(".building-")]
    kept = sorted(last_used.keys() - set(building), key=lambda path: -last_used[path])
    limit = time.time() - _LEFT_BEHIND_SECONDS
    left_behind = [path for path in building if last_used[path] < limit]
    for path in (*kept[_MOST_KEPT - 1 :], *left_behind):
        shutil.rmtree(path, ignore_errors=True)  # links are removed, not followed


def _link(source: Path, place: Path) -> None:
    try:
        _place(place).symlink_to(source)
    except OSError:
        shutil.copyfile(source, place)


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_words(model_folder: Path, path: Path) -> None:
    """Write the symbol table as text: Vosk reads it where the language model holds none."""
    words = {number: word for word, number in Vocabulary.read(model_folder).symbols.items()}
    path.write_bytes(b"".join(b"%s %d\n" % (words[number], number) for number in sorted(words)))


def _hashes_hold(folder: Path) -> bool:
    hashes = json.loads((folder / _HASHES).read_text("ascii"))
    return bool(hashes == {name: _hash(folder / name) for name in (GRAPH, _WORDS)})


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
