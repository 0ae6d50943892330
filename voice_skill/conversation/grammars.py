"""What the grammars are made of, kept in the cache until content changes.

For each state sampled sentences, which take a second and a half; for all states together one
automaton of the legal sentences, which takes a third of a second. The files say nothing of anybody,
only what may be said at all.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from voice_skill.domain.language import Skill, WordAutomaton
from voice_skill.domain.model import DialogueState
from voice_skill.domain.own_sentences import own_sentences
from voice_skill.files.private_folder import private_folder
from voice_skill.speech.symbols import GRAPH, Vocabulary
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.waking import with_calls

STATES: tuple[DialogueState, ...] = ("idle", "offer", "routine")

SENTENCES = 3_000
"""Sentences sampled for a state: all words of each state are in them, and more bought nothing."""

SEED = 20
_VERSION = 1  # of sampling: raise it when the same templates give other sentences
_AUTOMATON_VERSION = 2  # the same for the automaton
_MOST_KEPT = 8  # files; two for each skill

Grammars = Mapping[DialogueState, list[str]]


Notify = Callable[[str], None]
"""Is told, in plain words, of work that takes a while and is done once."""


def grammar_phrases(skill: Skill, templates: Templates, folder: Path) -> Grammars:
    """Return the sentences and decoys of each state, from `folder` where they were kept.

    What the assistant says itself is a decoy, too, and a wake phrase legal, alone and before
    whatever a sentence may begin with.
    A file there that is damaged, or cannot be written, costs time and nothing else.
    """
    path = folder / f"{skill.digest[:32]}-{SENTENCES}-{_VERSION}.json"
    kept = _read(path)
    if kept is None:
        kept = _sampled(templates)
        with suppress(OSError):
            _write(path, kept)
    others = (*skill.language.decoys, *own_sentences(skill.knowledge))
    decoys = templates.spellings.all_spoken(others)
    phrases = skill.language.wake_phrases
    return {state: kept[state] + _called(phrases, kept[state]) + decoys for state in STATES}


def _called(phrases: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return the wake phrases, and each before one sentence of every beginning there is."""
    beginnings = {sentence.split()[0]: sentence for sentence in reversed(sentences) if sentence}
    return [
        *phrases,
        *(f"{phrase} {sentence}" for phrase in phrases for sentence in beginnings.values()),
    ]


def _sampled(templates: Templates) -> dict[DialogueState, list[str]]:
    """Sample the states; those in which the same is legal, as in a skill without states, once."""
    sampled: dict[frozenset[str], list[str]] = {}
    for state in STATES:
        legal = templates.legal(state)
        if legal not in sampled:
            sentences = templates.sample(state, SENTENCES, SEED)
            sampled[legal] = templates.spellings.all_spoken(sentences)
    return {state: sampled[templates.legal(state)] for state in STATES}


def word_automaton(
    skill: Skill,
    templates: Templates,
    model_folder: Path,
    folder: Path,
    notify: Notify = lambda text: None,
) -> WordAutomaton:
    """Return the legal sentences of all states in words of the model, from `folder` if kept there.

    Raises ModelError when the model's words cannot be read, TooManyStatesError for templates that
    cannot be written as an automaton.
    """
    path = folder / f"{skill.digest[:32]}-exact-{_AUTOMATON_VERSION}-{_stamp(model_folder)}.json"
    kept = _automaton_of(_json(path))
    if kept is None:
        notify("Preparing what can be understood exactly; this is done once.")
        vocabulary = Vocabulary.read(model_folder)
        spelled = templates.spellings
        sentences = spelled.in_automaton(
            templates.automaton(STATES, lambda word: word in vocabulary or word in spelled)
        )
        known = [p for p in skill.language.wake_phrases if all(w in vocabulary for w in p.split())]
        kept = with_calls(sentences, known)
        with suppress(OSError):
            _write(path, {"arcs": kept.arcs, "final": sorted(kept.final)})
    return kept


def _stamp(model_folder: Path) -> str:
    """Return what tells one model's words from another's."""
    try:
        status = (model_folder / GRAPH).stat()
    except OSError:
        return "none"
    return f"{status.st_size:x}-{status.st_mtime_ns:x}"


def _automaton_of(found: object) -> WordAutomaton | None:
    """Return a kept automaton; None when the file is missing or damaged."""
    if not isinstance(found, dict) or set(found) != {"arcs", "final"}:
        return None
    try:
        arcs = tuple(tuple((str(word), int(to)) for word, to in row) for row in found["arcs"])
        final = frozenset(map(int, found["final"]))
    except (TypeError, ValueError):
        return None
    reached = {0, *final, *(to for row in arcs for _, to in row)}
    whole = bool(arcs) and min(reached) >= 0 and max(reached) < len(arcs)
    return WordAutomaton(arcs, final) if whole else None


def _read(path: Path) -> dict[DialogueState, list[str]] | None:
    found = _json(path)
    if not isinstance(found, dict) or set(found) != set(STATES):
        return None
    for sentences in found.values():
        if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
            return None
    return found


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, content: object) -> None:
    """Write beside, then rename; older files of other contents are removed."""
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    others = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for old in others[:-_MOST_KEPT]:
        old.unlink(missing_ok=True)
