"""What is to be tested: manifests and folders to rows, all that is wrong with them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from voice_skill.domain.errors import ContentError, UsageError
from voice_skill.domain.model import Decision, DialogueState, Hypothesis, Utterance
from voice_skill.evaluation.folders import SUFFIXES, read_recording_label, recordings_in
from voice_skill.evaluation.manifest import Place, read_manifest
from voice_skill.evaluation.rows import ALARM, Known, Row, SlotValues
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.durations import fold_slots

MANIFEST = "manifest.jsonl"

Expectation = tuple[str | None, SlotValues | None]


def read_rows(paths: Sequence[Path], known: Known, names: Sequence[str] | None = None) -> list[Row]:
    """Read manifests, folders and single recordings.

    A folder that holds a `manifest.jsonl` is read by it. `names`: what the rows of each path are
    named by, where several sets are read one after the other. ContentError with every problem of
    every path as `file:line: what, and what was expected`.
    """
    problems: list[str] = []
    rows: list[Row] = []
    for path, name in zip(paths, names or source_names(paths), strict=True):
        rows += _read(path, name, known, problems)
    problems += _repeated(rows)
    if not rows and not problems:
        problems.append(f"{paths[0]}:1: holds no utterance")
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise ContentError(
            f"what is to be tested cannot be read: {count}",
            problems=tuple(problems),
            hint="docs/testing.md tells what a manifest and a folder of recordings hold",
        )
    return rows


def _read(path: Path, name: str, known: Known, problems: list[str]) -> list[Row]:
    if path.is_dir():
        if (path / MANIFEST).is_file():
            return read_manifest(path / MANIFEST, name, known, problems)
        found = recordings_in(path)
        if not found:
            kinds = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
            Place(path, 1, problems).complain(f"holds no {MANIFEST} and no recording ({kinds})")
        rows = [read_recording_label(file, name, known, problems) for file in found]
        return [row for row in rows if row is not None]
    if path.suffix.lower() in SUFFIXES and path.is_file():
        row = read_recording_label(path, path.resolve().parent.name, known, problems)
        return [] if row is None else [row]
    return read_manifest(path, name, known, problems)


def source_names(paths: Sequence[Path]) -> list[str]:
    """Return what rows are named by: the last name, or as much of the path as tells them apart."""
    files = [path / MANIFEST if (path / MANIFEST).is_file() else path for path in paths]
    names = [path.name or path.resolve().name for path in files]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else f"{path.resolve().parent.name}/{name}"
        for name, path in zip(names, files, strict=True)
    ]


def _repeated(rows: Sequence[Row]) -> list[str]:
    """Complain of rows that test the same thing twice: they would count double."""
    problems = []
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        what = row.text.strip().lower() if row.audio is None else str(row.audio.resolve())
        before = seen.setdefault((what, row.state), row.source)
        if before is not row.source:
            kind = "text" if row.audio is None else "recording"
            problems.append(f"{row.source}: the same {kind} in the same state as {before}")
    return problems


def chosen(rows: Sequence[Row], tags: Sequence[str], voices: Sequence[str] | None) -> list[Row]:
    """Return the rows with all these tags, and of one of these voices; UsageError for none."""
    spoken = None if voices is None else {f"voice:{voice.strip()}" for voice in voices}
    kept = [
        row
        for row in rows
        if set(tags) <= set(row.tags) and (spoken is None or spoken & set(row.tags))
    ]
    if not kept:
        known = sorted({tag for row in rows for tag in row.tags})
        raise UsageError(
            "no utterance has these tags",
            hint=f"the tags are: {', '.join(known)}" if known else "the rows have no tags",
        )
    return kept


def labelled(rows: Sequence[Row], understander: Understander) -> list[Row]:
    """Return the rows with an expectation for those that carry none: see `expected_of`."""
    expect = expected_of(understander)
    done = []
    for row in rows:
        if row.label == "templates":
            intent, slots = expect(row.text, row.state)
            row = replace(row, intent=intent, slots=slots if row.slots is None else row.slots)
        done.append(row)
    return done


def expected_of(understander: Understander) -> Callable[[str, DialogueState], Expectation]:
    """Return what tells the intent and slots that the skill's own rules give to a text.

    A warning sign in the text is an alarm; else the templates decide, and what they do not know is
    to be refused.
    """

    def expect(text: str, state: DialogueState) -> Expectation:
        understanding = understander.understand(Utterance((Hypothesis(text, "text"),), state))
        if understanding.decision is Decision.URGENT:
            return ALARM, None
        parses = understander.templates.parse(text, state)
        if not parses:
            return None, None
        slots: dict[str, str | float] = {}
        for slot in fold_slots(parses[0].slots):
            slots.setdefault(slot.name, slot.value)
        return parses[0].intent, slots

    return expect
