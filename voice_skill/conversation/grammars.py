"""What each state's grammar is made of: sampled sentences, kept in the cache until content changes.

Sampling takes a second and a half; the file says nothing of anybody, only what may be said at all.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState
from voice_skill.speech.private_folder import private_folder
from voice_skill.understanding.templates import Templates

STATES: tuple[DialogueState, ...] = ("idle", "offer", "routine")

SENTENCES = 3_000
"""Sentences sampled for a state: all words of each state are in them, and more bought nothing."""

SEED = 20
_VERSION = 1  # of sampling: raise it when the same templates give other sentences

Grammars = Mapping[DialogueState, list[str]]


def grammar_phrases(skill: Skill, templates: Templates, folder: Path) -> Grammars:
    """Return the sentences and decoys of each state, from `folder` where they were kept.

    A file there that is damaged, or cannot be written, costs time and nothing else.
    """
    path = folder / f"{skill.digest[:32]}-{SENTENCES}-{_VERSION}.json"
    kept = _read(path)
    if kept is None:
        kept = {state: templates.sample(state, SENTENCES, SEED) for state in STATES}
        with suppress(OSError):
            _write(path, kept)
    return {state: kept[state] + list(skill.language.decoys) for state in STATES}


def _read(path: Path) -> dict[DialogueState, list[str]] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or set(found) != set(STATES):
        return None
    for sentences in found.values():
        if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
            return None
    return found


def _write(path: Path, grammars: dict[DialogueState, list[str]]) -> None:
    """Write beside, then rename; older files of other contents are removed."""
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(grammars, stream)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    others = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for old in others[:-4]:
        old.unlink(missing_ok=True)
