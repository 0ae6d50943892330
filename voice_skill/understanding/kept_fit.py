"""What the matcher learned, kept in a file that is named by all it depends on."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from voice_skill.domain.language import Lexicon
from voice_skill.understanding import likeness
from voice_skill.understanding.grams import GramIndex
from voice_skill.understanding.likeness import INTENTS, Fit, Formula

_FORMAT = 3
"""Raised whenever the formula or the file changes, so that no old file is read."""

_KEPT_FILES = 6


def file_name(
    examples: Sequence[tuple[str, str]],
    lexicon: Lexicon,
    encoder: str,
    formula: Formula = INTENTS,
) -> str:
    """Return the file's name; `encoder` names the weights, empty for none."""
    content = [
        list(examples),
        [sorted((name, repr(value)) for name, value in _tables(lexicon))],
        [_FORMAT, encoder],
        [sorted(asdict(formula).items()), likeness.BALANCE],
    ]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return f"matcher-{digest[:24]}.npz"


def _tables(lexicon: Lexicon) -> list[tuple[str, object]]:
    """Return the lexicon's tables in an order that does not depend on the files."""
    found: list[tuple[str, object]] = []
    for field in fields(lexicon):
        value = getattr(lexicon, field.name)
        found.append((field.name, sorted(value.items()) if hasattr(value, "items") else value))
    return found


def save_fit(path: Path, fit: Fit) -> Fit:
    """Write `fit` to an .npz file, whole or not at all, and return it.

    A folder that cannot be written to is no error: the fit is made anew at the next start.
    Older fits are removed, so that a skill that is being written does not fill the disk.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            np.savez(
                unfinished,
                formula=np.array([fit.formula.share, fit.formula.width, fit.formula.ridge]),
                plain=np.array(fit.plain),
                classes=np.array(fit.classes),
                of_phrase=fit.of_phrase,
                meanings=fit.meanings,
                votes=fit.votes,
                grams=np.array(list(fit.index.grams)),
                rarity=fit.index.rarity,
                begins=fit.index.begins,
                members=fit.index.members,
                weights=fit.index.weights,
            )
            unfinished.replace(path)
        old = sorted(path.parent.glob("matcher-*.npz"), key=lambda file: file.stat().st_mtime_ns)
        for file in old[:-_KEPT_FILES]:
            file.unlink(missing_ok=True)
    except OSError:
        return fit
    return fit


def load_fit(path: Path) -> Fit | None:
    """Read what `save_fit` wrote; None when there is nothing, or nothing that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            texts = {
                name: [str(text) for text in stored[name]] for name in ("plain", "classes", "grams")
            }
            return Fit(
                formula=Formula(*(float(number) for number in stored["formula"])),
                plain=texts["plain"],
                classes=texts["classes"],
                of_phrase=stored["of_phrase"],
                index=GramIndex(
                    grams={gram: number for number, gram in enumerate(texts["grams"])},
                    rarity=stored["rarity"],
                    begins=stored["begins"],
                    members=stored["members"],
                    weights=stored["weights"],
                    texts=len(texts["plain"]),
                ),
                meanings=stored["meanings"],
                votes=stored["votes"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
