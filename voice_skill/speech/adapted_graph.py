"""The open decoder's language model: the speech model's own, adapted to what a skill's users say.

It is made in a process of its own, as this takes up to 300 MB for 3 s: the memory does not
stay with the program, and a machine that cannot do it loses nothing but the adaptation.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

import voice_skill
from voice_skill.domain.errors import ModelError
from voice_skill.speech.adapted_model import mix
from voice_skill.speech.const_fst import write_const
from voice_skill.speech.domain_trigram import WeightedSentence, domain_trigram
from voice_skill.speech.overlay import GraphSource, NotAdaptedError
from voice_skill.speech.stock_trigram import read_stock_model
from voice_skill.speech.symbols import Vocabulary
from voice_skill.speech.trigram import ROOT, Floats, Trigram

SHARE = 0.65
"""How much of a context's probability follows our sentences, see adapted_model.

Chosen on 64 development wordings by two synthetic voices at 10 dB; word errors and intents right:
.47 and .46 without, .38 and .58 with .3, .35 and .60 with .5, .34 and .62 with .65, .34 and .64
with .8, which took 13 of 32 sentences that are not for us (.65: 11, .5: 10, without: 9).
"""

_VERSION = 2  # of the written model: raise it when the same sentences give another one
_TIME_LIMIT_SECONDS = 300.0  # 3 s on a laptop

Weighted = tuple[str, float]
"""A sentence and how much it counts."""


def adapted_graph(
    model_folder: Path,
    sentences: Sequence[Weighted],
    cache_folder: Path,
    *,
    share: float = SHARE,
    notify: Callable[[str], None] = lambda text: None,
) -> GraphSource:
    """Return the language model of `model_folder` with `sentences` mixed in.

    Those with a word that the model does not know are left out. `notify` is told when the model
    is made. It is only made to be kept below `cache_folder`: its `write` raises NotAdaptedError
    for another place, and where it fails.
    """
    facts = json.dumps([_VERSION, share, sentences])

    def write(path: Path) -> None:
        if not path.resolve().is_relative_to(cache_folder.resolve()):
            raise NotAdaptedError(
                f"nothing can be kept in the cache folder {cache_folder};"
                " free space there and make it yours to write to,"
                " or name another with XDG_CACHE_HOME"
            )
        notify("Adapting the speech model to this skill; this is done once and takes some seconds.")
        _run_apart(model_folder, path, share, sentences)

    return GraphSource(f"adapted-{hashlib.sha256(facts.encode()).hexdigest()}", write)


def write_adapted(
    model_folder: Path, path: Path, share: float, sentences: Iterable[Weighted]
) -> None:
    """Write the adapted language model to `path`, in this process.

    Raises ModelError for a model that cannot be read, OSError for a path that cannot be written,
    ValueError when no sentence can be used.
    """
    stock = read_stock_model(model_folder)
    usable = with_ids(sentences, stock.vocabulary)
    mixed = mix(stock.trigram, domain_trigram(usable, unigram_of(stock.trigram)), share)
    with path.open("wb") as stream:
        write_const(stream, mixed, stock.trigram)


def with_ids(sentences: Iterable[Weighted], vocabulary: Vocabulary) -> list[WeightedSentence]:
    """Return the ids of sentences whose words are all known; the others are left out."""
    found: list[WeightedSentence] = []
    for text, weight in sentences:
        ids = [number for word in text.split() if (number := vocabulary.id_of(word)) is not None]
        if ids and len(ids) == len(text.split()):
            found.append((ids, weight))
    return found


def unigram_of(trigram: Trigram) -> Floats:
    """Return the probability of every id in the empty context (ids,)."""
    arcs = slice(trigram.first[ROOT], trigram.first[ROOT + 1])
    found = np.zeros(trigram.size)
    found[trigram.labels[arcs]] = np.exp(-trigram.costs[arcs].astype(np.float64))
    return found


def _run_apart(model_folder: Path, path: Path, share: float, sentences: Sequence[Weighted]) -> None:
    """Call `write_adapted` in another process; NotAdaptedError when it fails there."""
    command = [sys.executable, "-m", __name__, str(model_folder), str(path), str(share)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(sentences),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONPATH": _python_path()},
            timeout=_TIME_LIMIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotAdaptedError(f"the process that adapts the model failed: {error}") from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise NotAdaptedError(f"the language model cannot be adapted: {reason}")


def _python_path() -> str:
    """Return where the other process finds this package, wherever this one was started from."""
    own = str(Path(voice_skill.__file__).resolve().parents[1])
    return os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH")]))


def main(arguments: Sequence[str]) -> int:
    """Be the other process: arguments of `write_adapted`, sentences as JSON on standard input."""
    folder, path, share = arguments
    try:
        write_adapted(Path(folder), Path(path), float(share), json.load(sys.stdin))
    except (ModelError, OSError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{error or type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
